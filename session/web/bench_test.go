package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

// page is a page that a user loads, with a store in memory.
type page struct {
	store   *spec.Store[User, Device]
	manager *session.Manager[User, Device]
	token   session.Token
	load    func() // sends a request with the cookie of an active session
}

func newPage(t testing.TB) page {
	t.Helper()
	store, err := memory.New[User, Device]()
	must(t, err)
	t.Cleanup(func() { store.Close() })
	must(t, store.CreateUser(t.Context(), spec.User[User]{ID: "ann", Attributes: User{Name: "ANN"}}))
	manager, err := session.NewManager(store, session.Config{})
	must(t, err)
	auth, err := web.New(manager, web.Config{})
	must(t, err)
	s, err := manager.Create(t.Context(), "ann", Device{Name: "phone"})
	must(t, err)
	r := httptest.NewRequest(http.MethodGet, "https://shop.example.com/", nil)
	r.Header.Set("Cookie", web.CookieName+"="+s.Token().Reveal())
	handler := auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := auth.User(r); !ok {
			t.Error("unknown")
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	w := discard{make(http.Header)}
	return page{store, manager, s.Token(), func() {
		clear(w.header)
		handler.ServeHTTP(w, r)
	}}
}

// discard is a response that drops its body. A server creates one for each request.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// BenchmarkHandler measures a request, and what each layer adds: the manager to the store's
// read, and the middleware to the manager's validation. The layers run in turn, in short
// slices, always with the same session. The figures are the medians of the slices.
func BenchmarkHandler(b *testing.B) {
	p := newPage(b)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	s, _, err := p.manager.Validate(ctx, p.token)
	must(b, err)
	id := string(s.ID)
	const calls = 100 // in a slice
	layers := []func(){
		func() { _, _, _ = p.store.SessionAndUser(ctx, id) },
		func() { _, _, _ = p.manager.Validate(ctx, p.token) },
		p.load,
	}
	var manager, middleware, request []float64 // ns a call
	for b.Loop() {
		took := make([]float64, len(layers))
		for i, call := range layers {
			start := time.Now()
			for range calls {
				call()
			}
			took[i] = float64(time.Since(start).Nanoseconds()) / calls
		}
		manager, middleware, request = append(manager, took[1]-took[0]), append(middleware, took[2]-took[1]), append(request, took[2])
	}
	b.ReportMetric(0, "ns/op") // of a slice of each
	for unit, values := range map[string][]float64{"ns-of-manager": manager, "ns-of-middleware": middleware, "ns/request": request} {
		slices.Sort(values)
		b.ReportMetric(values[len(values)/2], unit)
	}
}

package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

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

// BenchmarkHandler measures a request from its cookie to the session and its
// user.
func BenchmarkHandler(b *testing.B) {
	p := newPage(b)
	b.ReportAllocs()
	for b.Loop() {
		p.load()
	}
}

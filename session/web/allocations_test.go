//go:build !race

package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

// discard is the response that a server makes anew for each request.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// TestAllocations: a request with a session allocates little over what the
// manager's own call does. It counts those of the whole process, so it does not
// run beside other tests.
func TestAllocations(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	current, err := s.manager.Create(t.Context(), "ann", Device{})
	must(t, err)
	token, ctx := current.Token(), t.Context()
	r := httptest.NewRequest(http.MethodGet, "https://shop.example.com/", nil)
	r.Header.Set("Cookie", web.CookieName+"="+token.Reveal())
	handler := s.auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := s.auth.User(r); !ok {
			t.Error("nobody")
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	w := discard{make(http.Header)}
	own := testing.AllocsPerRun(100, func() {
		if _, _, err := s.manager.Validate(ctx, token); err != nil {
			t.Fatal(err)
		}
	})
	whole := testing.AllocsPerRun(100, func() {
		clear(w.header)
		handler.ServeHTTP(w, r)
	})
	const most = 7
	if whole-own > most {
		t.Errorf("%v allocations over the manager's own %v, want at most %d", whole-own, own, most)
	}
}

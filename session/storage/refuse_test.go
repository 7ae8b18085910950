package storage_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/spec"
)

// An error response does not have the headers that a page set about itself. It keeps
// headers that others set for all responses.
func TestRefusalDropsThePagesHeaders(t *testing.T) {
	t.Parallel()
	ofThePage := []string{"Content-Disposition", "Content-Encoding", "Content-Language", "Content-Location",
		"Content-Range", "Etag", "Expires", "Last-Modified", "Location", "Refresh"}
	for err, status := range map[error]int{
		spec.ErrUnavailable:     http.StatusServiceUnavailable,
		spec.ErrSessionNotFound: http.StatusConflict,
		storage.ErrTooLarge:     http.StatusInternalServerError,
	} {
		f := newFixture(t, "callbacks", nil) // callbacks can return any error
		pages := f.serveBehind(t, func(w http.ResponseWriter, _ *http.Request, s *storage.Session) {
			for _, name := range ofThePage {
				w.Header().Set(name, "of the page")
			}
			w.Header().Set("Cache-Control", "public, max-age=3600")
			w.Header().Set("Set-Cookie", "theme=dark")
			report(t, s.Set("cart", 1))
			io.WriteString(w, "x")
		})
		b := browse(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", "default-src 'none'")
			pages.ServeHTTP(w, r)
		}))
		f.calls.failWith("create", err)
		got, body, header := b.get("/")
		if got != status || body == "x" {
			t.Errorf("%d %q, want %d", got, body, status)
		}
		for name, want := range map[string]string{
			"Cache-Control":           "no-store",
			"Content-Type":            "text/plain; charset=utf-8",
			"Content-Length":          fmt.Sprint(len(body)),
			"Content-Security-Policy": "default-src 'none'",
			"Set-Cookie":              "theme=dark",
		} {
			if header.Get(name) != want {
				t.Errorf("%d: %s: %q, want %q", status, name, header.Get(name), want)
			}
		}
		for _, name := range ofThePage {
			if value, there := header[name]; there {
				t.Errorf("%d: %s: %q", status, name, value)
			}
		}
	}
}

// The response is also no-store if the session cannot be loaded.
func TestRefusalToLoadIsNotKept(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "memory", nil)
	b := browse(t, f.pages())
	b.keep(f.issue(t, "cart"))
	f.calls.failWith("read", spec.ErrUnavailable)
	if status, _, header := b.get("/nothing"); status != http.StatusServiceUnavailable || header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", status, header)
	}
}

package storage_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/session/storage"
)

// ask are the ways in which handlers of these tests use a session.
var ask = map[string]func(f fixture, w http.ResponseWriter, r *http.Request) error{
	"nothing": func(fixture, http.ResponseWriter, *http.Request) error { return nil },
	"get":     func(f fixture, _ http.ResponseWriter, r *http.Request) error { _, err := f.Get(r); return err },
	"set": func(f fixture, _ http.ResponseWriter, r *http.Request) error {
		s, err := f.Get(r)
		if err == nil {
			err = s.Set("cart", 1)
		}
		return err
	},
	"commit": func(f fixture, w http.ResponseWriter, r *http.Request) error {
		s := f.New()
		if err := s.Set("cart", 1); err != nil {
			return err
		}
		return f.Commit(w, r, s)
	},
	"destroy": func(f fixture, w http.ResponseWriter, r *http.Request) error {
		s, err := f.Get(r)
		if err == nil {
			err = f.Destroy(w, r, s)
		}
		return err
	},
}

// No shared cache keeps a response that depends on a session, and no cache keeps one that
// sets the cookie, whatever headers the handler sets and whenever it sets them.
func TestCaching(t *testing.T) {
	const personal = "private, no-store"
	for name, way := range map[string]func(w http.ResponseWriter, r *http.Request){
		"write":   func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "x") },
		"nothing": func(http.ResponseWriter, *http.Request) {},
		"304":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) },
		"flush":   func(w http.ResponseWriter, _ *http.Request) { http.NewResponseController(w).Flush() },
		"file":    func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "doc.go") },
	} {
		t.Run(name, func(t *testing.T) {
			forEach(t, kinds, nil, func(t *testing.T, f fixture) {
				for _, test := range []struct {
					cookie, asks, says, want string
				}{
					{"", "nothing", "", ""},
					{"", "nothing", "public", "public"},
					{"", "get", "", personal},
					{"", "get", "public", "public"},
					{"ours", "nothing", "", personal},
					{"ours", "get", "", personal},
					{"ours", "get", "public", "public"},
					{"x", "nothing", "", personal},
					{"", "set", "", "no-store"},
					{"", "set", "public", "no-store"},
					{"", "commit", "public", "no-store"},
					{"ours", "commit", "public", "no-store"},
					{"ours", "destroy", "public", "no-store"},
				} {
					handler := f.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						report(t, ask[test.asks](f, w, r))
						if test.says != "" {
							w.Header().Set("Cache-Control", test.says)
							w.Header().Set("CDN-Cache-Control", test.says)
						}
						w.Header().Set("Vary", "Accept-Encoding")
						way(w, r)
					}))
					for _, method := range []string{http.MethodGet, http.MethodHead} {
						cookie := test.cookie
						if cookie == "ours" {
							cookie = f.issue(t, "cart")
						}
						r := request(cookie)
						r.Method = method
						w := httptest.NewRecorder()
						handler.ServeHTTP(w, r)
						header := w.Result().Header
						if got := header.Get("Cache-Control"); got != test.want || strings.Join(header["Vary"], ",") != "Accept-Encoding,Cookie" {
							t.Errorf("%s %+v: header %v", method, test, header)
						}
						if got := header.Get("CDN-Cache-Control"); (got == "") != (test.want == "no-store" || test.says == "") {
							t.Errorf("%s %+v: CDN-Cache-Control %q", method, test, got)
						}
					}
				}
			})
		})
	}
}

// The connection's own ReadFrom is used through the middleware, after the response has begun.
func TestReadFrom(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "memory", nil)
	handler := f.serveBehind(t, func(w http.ResponseWriter, _ *http.Request, s *storage.Session) {
		report(t, s.Set("cart", 1))
		if _, ok := w.(io.ReaderFrom); !ok {
			t.Error("the writer is no io.ReaderFrom")
		}
		_, err := io.Copy(w, struct{ io.Reader }{strings.NewReader("a file")})
		report(t, err)
	})
	w := &readerFrom{ResponseRecorder: httptest.NewRecorder()}
	handler.ServeHTTP(w, request(""))
	if !w.used || w.Body.String() != "a file" || len(w.Result().Cookies()) != 1 {
		t.Errorf("used %v, body %q, header %v", w.used, w.Body, w.Header())
	}
}

// readerFrom is a response writer with its own ReadFrom.
type readerFrom struct {
	*httptest.ResponseRecorder
	used bool
}

func (w *readerFrom) ReadFrom(r io.Reader) (int64, error) {
	w.used = true
	return io.Copy(w.ResponseRecorder, r)
}

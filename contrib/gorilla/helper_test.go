package tenongorilla_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/gorilla/sessions"

	"github.com/tenon-go/tenon/adapters/memory"
	tenongorilla "github.com/tenon-go/tenon/contrib/gorilla"
	"github.com/tenon-go/tenon/spec"
)

type rows = spec.SessionStore[tenongorilla.Data]

var key, otherKey = bytes.Repeat([]byte("k"), 32), bytes.Repeat([]byte("o"), 32)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func inMemory(t *testing.T) *rows {
	t.Helper()
	s, err := memory.NewSessions[tenongorilla.Data]()
	check(t, err)
	return s
}

func newStore(t *testing.T, rows *rows, keyPairs ...[]byte) *tenongorilla.Store {
	t.Helper()
	s, err := tenongorilla.New(rows, keyPairs...)
	check(t, err)
	return s
}

// name is the name of the session in these tests.
const name = "session"

// pages returns handlers, by path, that use sessions as applications do. They write an
// error of the store as a separate line.
func pages(store sessions.Store, more map[string]http.HandlerFunc) http.Handler {
	mux := http.NewServeMux()
	page := func(path string, handle func(w http.ResponseWriter, r *http.Request, s *sessions.Session) error) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			s, err := store.Get(r, name)
			if err != nil {
				w.Header().Set("Loading", err.Error())
			}
			if err := handle(w, r, s); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	page("/put", func(w http.ResponseWriter, r *http.Request, s *sessions.Session) error {
		for key, list := range r.URL.Query() {
			s.Values[key] = list[0]
		}
		return s.Save(r, w)
	})
	page("/get", func(w http.ResponseWriter, r *http.Request, s *sessions.Session) error {
		_, err := fmt.Fprint(w, s.Values[r.URL.RawQuery])
		return err
	})
	page("/new", func(w http.ResponseWriter, r *http.Request, s *sessions.Session) error {
		_, err := fmt.Fprint(w, s.IsNew)
		return err
	})
	page("/flash", func(w http.ResponseWriter, r *http.Request, s *sessions.Session) error {
		s.AddFlash(r.URL.RawQuery)
		return s.Save(r, w)
	})
	page("/flashes", func(w http.ResponseWriter, r *http.Request, s *sessions.Session) error {
		flashes := s.Flashes()
		if err := s.Save(r, w); err != nil {
			return err
		}
		_, err := fmt.Fprint(w, flashes)
		return err
	})
	page("/delete", func(w http.ResponseWriter, r *http.Request, s *sessions.Session) error {
		s.Options.MaxAge = -1
		return s.Save(r, w)
	})
	page("/renew", func(w http.ResponseWriter, r *http.Request, s *sessions.Session) error {
		age := s.Options.MaxAge
		s.Options.MaxAge = -1
		if err := s.Save(r, w); err != nil {
			return err
		}
		s.Options.MaxAge = age
		return s.Save(r, w)
	})
	for path, handler := range more {
		mux.HandleFunc(path, handler)
	}
	return mux
}

// browser is a client with a cookie jar.
type browser struct {
	t    *testing.T
	http *http.Client
	at   *url.URL
}

// browse serves pages over TLS: the cookie is Secure.
func browse(t *testing.T, store sessions.Store, more map[string]http.HandlerFunc) *browser {
	t.Helper()
	server := httptest.NewTLSServer(pages(store, more))
	t.Cleanup(server.Close)
	return newBrowser(t, server.Client().Transport, server.URL)
}

func newBrowser(t *testing.T, transport http.RoundTripper, at string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	check(t, err)
	u, err := url.Parse(at)
	check(t, err)
	return &browser{t, &http.Client{Jar: jar, Transport: transport}, u}
}

// answer is the response of a page.
type answer struct {
	status  int
	body    string
	loading string // the error of Get
	cookies []*http.Cookie
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	response, err := b.http.Get(b.at.String() + path)
	if err != nil {
		b.t.Error(err)
		return answer{}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Error(err)
	}
	return answer{response.StatusCode, string(body), response.Header.Get("Loading"), response.Cookies()}
}

// want fails the test unless the page has this body, and no error.
func (b *browser) want(path, body string) answer {
	b.t.Helper()
	got := b.get(path)
	if got.status != http.StatusOK || got.body != body || got.loading != "" {
		b.t.Errorf("%s: %+v, want %q", path, got, body)
	}
	return got
}

// cookie returns the value of the session's cookie, or "".
func (b *browser) cookie() string {
	for _, c := range b.http.Jar.Cookies(b.at) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// with returns another browser with this cookie.
func (b *browser) with(value string) *browser {
	b.t.Helper()
	other := newBrowser(b.t, b.http.Transport, b.at.String())
	other.http.Jar.SetCookies(b.at, []*http.Cookie{{Name: name, Value: value, Secure: true}})
	return other
}

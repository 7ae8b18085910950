package storage_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/spec"
)

const (
	secret      = "0123456789abcdef0123456789abcdef"
	otherSecret = "fedcba9876543210fedcba9876543210"
	cookieName  = "__Host-data"
	maxAge      = 14 * 24 * time.Hour // the default
)

// clock is a clock that only moves when it is advanced.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 3, 4, 5, 6, 7, 891_234_567, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fixture is a storage with everything behind it.
type fixture struct {
	*storage.Storage
	kind  string
	clock *clock
	calls *calls
	rows  rows
	log   *logText

	config storage.Cookie
	build  func(storage.Cookie) (*storage.Storage, error) // returns another storage on the same rows
}

// withCookie returns a fixture with another cookie on the same rows.
func (f fixture) withCookie(t testing.TB, change func(*storage.Cookie)) fixture {
	t.Helper()
	change(&f.config)
	var err error
	f.Storage, err = f.build(f.config)
	check(t, err)
	return f
}

// row returns the id of the only row.
func (f fixture) row(t *testing.T) string {
	t.Helper()
	ids := f.rows.ids()
	if len(ids) != 1 {
		t.Fatalf("%d rows, want 1", len(ids))
	}
	return ids[0]
}

// kinds are the ways to keep data. Those with a store have rows.
var (
	kinds      = []string{"memory", "sqlite", "callbacks", "cookie"}
	storeKinds = kinds[:3]
)

// forEach runs a test with several ways to keep data. Change can be nil.
func forEach(t *testing.T, kinds []string, change func(*storage.Cookie), test func(*testing.T, fixture)) {
	t.Helper()
	t.Parallel()
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			test(t, newFixture(t, kind, change))
		})
	}
}

func newFixture(t testing.TB, kind string, change func(*storage.Cookie)) fixture {
	t.Helper()
	f := fixture{kind: kind, clock: newClock(), calls: newCalls(), log: new(logText)}
	config := storage.Cookie{
		Secrets: []string{secret},
		Now:     f.clock.Now,
		Logger:  slog.New(slog.NewTextHandler(f.log, nil)),
	}
	f.config = config
	switch kind {
	case "memory":
		sessions, err := memory.NewSessions[storage.Data]()
		check(t, err)
		f.watch(t, sessions)
	case "sqlite":
		sessions, err := sqlite.OpenSessions[storage.Data](t.Context(), filepath.Join(t.TempDir(), "data.db"))
		check(t, err)
		t.Cleanup(func() { sessions.Close() })
		check(t, sessions.Migrate(t.Context()))
		f.watch(t, sessions)
	case "callbacks":
		table := new(table)
		callbacks := table.callbacks(f.calls)
		f.rows = table
		f.build = func(c storage.Cookie) (*storage.Storage, error) { return storage.NewWithCallbacks(callbacks, c) }
	case "cookie":
		f.rows = noRows{}
		f.build = storage.NewInCookie
	}
	if change == nil {
		change = func(*storage.Cookie) {}
	}
	return f.withCookie(t, change)
}

// watch makes the fixture keep its rows in a store.
func (f *fixture) watch(t testing.TB, store *spec.SessionStore[storage.Data]) {
	t.Helper()
	adapter := &watched{SessionAdapter: store.Adapter(), store: store, calls: f.calls}
	f.rows = adapter
	sessions := frontOf(t, adapter)
	f.build = func(c storage.Cookie) (*storage.Storage, error) { return storage.New(sessions, c) }
}

// frontOf returns a store on an open adapter.
func frontOf(t testing.TB, adapter spec.SessionAdapter) *spec.SessionStore[storage.Data] {
	t.Helper()
	sessions, err := spec.NewSessionStore[storage.Data]("test", func(spec.Columns) (spec.SessionAdapter, error) {
		return adapter, nil
	})
	check(t, err)
	return sessions
}

// logText is where a storage logs to.
type logText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// report is check for handlers, which do not run in the test's goroutine.
func report(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// browser is an HTTP client with its own cookie jar, and a server.
type browser struct {
	t   *testing.T
	url string
	*http.Client
}

// browse serves a handler over TLS, since the cookies are Secure.
func browse(t *testing.T, handler http.Handler) browser {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	check(t, err)
	client := server.Client()
	client.Jar = jar
	return browser{t, server.URL, client}
}

// openAnother returns a browser with an empty jar for the same server.
func (b browser) openAnother() browser {
	jar, err := cookiejar.New(nil)
	check(b.t, err)
	client := *b.Client
	client.Jar = jar
	return browser{b.t, b.url, &client}
}

// get sends a GET request and returns the status, the body and the header of the response.
func (b browser) get(path string) (status int, body string, header http.Header) {
	b.t.Helper()
	response, err := b.Get(b.url + path)
	check(b.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	check(b.t, err)
	return response.StatusCode, string(text), response.Header
}

// want checks the body of a page and returns the cookies that it sets.
func (b browser) want(path, body string) []string {
	b.t.Helper()
	status, got, header := b.get(path)
	if status != http.StatusOK || got != body {
		b.t.Fatalf("%s: %d %q, want %q", path, status, got, body)
	}
	return header["Set-Cookie"]
}

// cookie returns the value of the cookie that the browser has, or "".
func (b browser) cookie() string {
	u, err := url.Parse(b.url)
	check(b.t, err)
	for _, cookie := range b.Jar.Cookies(u) {
		if cookie.Name == cookieName {
			return cookie.Value
		}
	}
	return ""
}

// keep puts a cookie into the browser's jar.
func (b browser) keep(value string) {
	u, err := url.Parse(b.url)
	check(b.t, err)
	b.Jar.SetCookies(u, []*http.Cookie{{Name: cookieName, Value: value, Path: "/", Secure: true}})
}

// pages returns an application behind the middleware with one page for each method of a
// session: /set?cart=1 and so on. A page shows the result of its method.
func (f fixture) pages() http.Handler {
	mux := http.NewServeMux()
	page := func(name string, show func(s *storage.Session, key, value string) any) {
		mux.HandleFunc("/"+name, func(w http.ResponseWriter, r *http.Request) {
			s, err := f.Get(r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusTeapot) // the middleware has loaded it
				return
			}
			for key, values := range r.URL.Query() {
				fmt.Fprint(w, show(s, key, values[0]))
			}
		})
	}
	page("set", func(s *storage.Session, key, value string) any { return s.Set(key, value) })
	page("flash", func(s *storage.Session, key, value string) any { return s.Flash(key, value) })
	page("get", func(s *storage.Session, key, _ string) any { return s.Get(key) })
	page("has", func(s *storage.Session, key, _ string) any { return s.Has(key) })
	page("unset", func(s *storage.Session, key, _ string) any { s.Unset(key); return nil })
	page("regenerate", func(s *storage.Session, _, _ string) any { s.Regenerate(); return nil })
	mux.HandleFunc("/nothing", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/destroy", func(w http.ResponseWriter, r *http.Request) {
		s, err := f.Get(r)
		if err == nil {
			err = f.Destroy(w, r, s)
		}
		if err == nil && r.FormValue("farewell") != "" {
			err = s.Flash("message", r.FormValue("farewell"))
		}
		fmt.Fprint(w, err)
	})
	return f.Middleware(mux)
}

// request returns a request with this value of the cookie, or without a cookie if it is
// empty.
func request(cookie string) *http.Request {
	r := httptest.NewRequest("GET", "https://example.org/", nil)
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: cookieName, Value: cookie})
	}
	return r
}

// load returns the session of a cookie, like that of a slow request.
func (f fixture) load(t testing.TB, cookie string) *storage.Session {
	t.Helper()
	s, err := f.Get(request(cookie))
	check(t, err)
	return s
}

// commitTo commits a session and returns the cookie that it set, or "".
func (f fixture) commitTo(s *storage.Session) (cookie string, err error) {
	w := httptest.NewRecorder()
	err = f.Commit(w, request(""), s)
	for _, c := range w.Result().Cookies() {
		cookie = c.Value
	}
	return cookie, err
}

// commit commits a session. An error must not set a cookie.
func (f fixture) commit(t testing.TB, s *storage.Session) error {
	t.Helper()
	cookie, err := f.commitTo(s)
	if err != nil && cookie != "" {
		t.Error("an error and a cookie")
	}
	return err
}

// issue returns the cookie of a new session that has one value.
func (f fixture) issue(t testing.TB, name string) string {
	t.Helper()
	s := f.New()
	check(t, s.Set(name, 1))
	cookie, err := f.commitTo(s)
	check(t, err)
	return cookie
}

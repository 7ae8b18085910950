package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

const password = "a few good words"

// site is the guestbook on its own database, over TLS, with a clock.
type site struct {
	app    *app
	server *httptest.Server

	mu  sync.Mutex
	now time.Time
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{now: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
	s.app = newTestApp(t, s.clock)
	s.server = httptest.NewTLSServer(s.app)
	t.Cleanup(s.server.Close)
	return s
}

func newTestApp(t *testing.T, clock func() time.Time) *app {
	t.Helper()
	store, err := openStore(t.Context(), filepath.Join(t.TempDir(), "a file%20?#.db"))
	must(t, err)
	t.Cleanup(func() { store.Close() })
	options := settings{passwordCost: bcrypt.MinCost}
	options.sessions.Now = clock
	a, err := newApp(store, options)
	must(t, err)
	return a
}

func (s *site) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *site) wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// visitor is a browser: it keeps cookies and follows redirects.
type visitor struct {
	t      *testing.T
	site   *site
	client *http.Client
	agent  string
}

const (
	firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
	safari  = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1"
)

func (s *site) visitor(t *testing.T, agent string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &visitor{t, s, &http.Client{Transport: s.server.Client().Transport, Jar: jar}, agent}
}

// member is a visitor who has signed up.
func (s *site) member(t *testing.T, name, agent string) *visitor {
	t.Helper()
	v := s.visitor(t, agent)
	v.post("/sign-up", "name", name, "password", password).is(200, "Welcome, "+name+".", "Sign out")
	return v
}

// page is the page that a visitor sees after redirects.
type page struct {
	t      *testing.T
	status int
	path   string
	body   string
	header http.Header
}

func (v *visitor) get(path string) page {
	v.t.Helper()
	return v.do(http.MethodGet, path, "", "")
}

// post sends a form, given as pairs of names and values, as a page of the site does.
func (v *visitor) post(path string, pairs ...string) page {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return v.do(http.MethodPost, path, form.Encode(), "same-origin")
}

func (v *visitor) do(method, path, body, site string) page {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.site.server.URL+path, strings.NewReader(body))
	must(v.t, err)
	r.Header.Set("User-Agent", v.agent)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if site != "" {
		r.Header.Set("Sec-Fetch-Site", site)
	}
	response, err := v.client.Do(r)
	must(v.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(v.t, err)
	return page{v.t, response.StatusCode, response.Request.URL.Path, string(text), response.Header}
}

// cookie returns the value of a cookie that the visitor's browser would send.
func (v *visitor) cookie(name string) string {
	u, err := url.Parse(v.site.server.URL)
	must(v.t, err)
	for _, cookie := range v.client.Jar.Cookies(u) {
		if cookie.Name == name {
			return cookie.Value
		}
	}
	return ""
}

// is checks a page's status and that it has these texts.
func (p page) is(status int, texts ...string) page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("%s: got status %d, want %d\n%s", p.path, p.status, status, p.body)
	}
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			p.t.Errorf("%s: want %q in\n%s", p.path, text, p.body)
		}
	}
	return p
}

// lacks checks that a page does not have these texts.
func (p page) lacks(texts ...string) page {
	p.t.Helper()
	for _, text := range texts {
		if strings.Contains(p.body, text) {
			p.t.Errorf("%s: want no %q in\n%s", p.path, text, p.body)
		}
	}
	return p
}

// wantPath checks the path of the page.
func (p page) wantPath(path string) page {
	p.t.Helper()
	if p.path != path {
		p.t.Errorf("got to %s, want %s", p.path, path)
	}
	return p
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

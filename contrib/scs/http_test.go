package tenonscs_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/tenon-go/tenon/session"
)

// pages returns handlers, by path, that use sessions as applications do.
func pages(m *scs.SessionManager, more map[string]http.HandlerFunc) http.Handler {
	mux := http.NewServeMux()
	fail := func(w http.ResponseWriter, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
	mux.HandleFunc("/put", func(_ http.ResponseWriter, r *http.Request) {
		for key, list := range r.URL.Query() {
			m.Put(r.Context(), key, list[0])
		}
	})
	mux.HandleFunc("/get", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, m.GetString(r.Context(), r.URL.RawQuery))
	})
	mux.HandleFunc("/renew", func(w http.ResponseWriter, r *http.Request) { fail(w, m.RenewToken(r.Context())) })
	mux.HandleFunc("/destroy", func(w http.ResponseWriter, r *http.Request) { fail(w, m.Destroy(r.Context())) })
	for path, handler := range more {
		mux.HandleFunc(path, handler)
	}
	return m.LoadAndSave(mux)
}

// browser is a client with a cookie jar.
type browser struct {
	t    *testing.T
	http *http.Client
	at   string
}

func browse(t *testing.T, m *scs.SessionManager, more map[string]http.HandlerFunc) *browser {
	t.Helper()
	server := httptest.NewServer(pages(m, more))
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	check(t, err)
	return &browser{t, &http.Client{Jar: jar, Transport: server.Client().Transport}, server.URL}
}

// get returns the body of a page.
func (b *browser) get(path string) string {
	b.t.Helper()
	response, err := b.http.Get(b.at + path)
	if err != nil {
		b.t.Error(err)
		return ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		b.t.Errorf("%s: status %d, %v", path, response.StatusCode, err)
	}
	return string(body)
}

func (b *browser) want(path, body string) {
	b.t.Helper()
	if got := b.get(path); got != body {
		b.t.Errorf("%s: %q, want %q", path, got, body)
	}
}

// token returns the value of the session's cookie, or "".
func (b *browser) token() string {
	b.t.Helper()
	u, err := url.Parse(b.at)
	check(b.t, err)
	for _, c := range b.http.Jar.Cookies(u) {
		if c.Name == "session" {
			return c.Value
		}
	}
	return ""
}

// with returns another browser with this token.
func (b *browser) with(token string) *browser {
	b.t.Helper()
	jar, err := cookiejar.New(nil)
	check(b.t, err)
	u, err := url.Parse(b.at)
	check(b.t, err)
	jar.SetCookies(u, []*http.Cookie{{Name: "session", Value: token}})
	return &browser{b.t, &http.Client{Jar: jar, Transport: b.http.Transport}, b.at}
}

func newManager(t *testing.T) *scs.SessionManager {
	t.Helper()
	m := scs.New()
	m.Store = newStore(t, inMemory(t))
	return m
}

// TestBrowser goes through the life of a session.
func TestBrowser(t *testing.T) {
	t.Parallel()
	b := browse(t, newManager(t), nil)
	b.want("/get?cart", "")
	if b.token() != "" {
		t.Error("a session begins with nothing in it")
	}
	b.get("/put?cart=tea")
	first := b.token()
	b.want("/get?cart", "tea")
	b.get("/put?other=1")
	b.want("/get?cart", "tea")
	if b.token() != first {
		t.Error("the token changed")
	}

	b.get("/renew")
	second := b.token()
	if second == first || second == "" {
		t.Errorf("the token after RenewToken is %q, was %q", second, first)
	}
	b.want("/get?cart", "tea")
	b.with(first).want("/get?cart", "")

	b.get("/destroy")
	if b.token() != "" {
		t.Error("the cookie is still there")
	}
	b.want("/get?cart", "")
	b.with(second).want("/get?cart", "")

	// The manager does not adopt a token that a client has made up.
	other := b.with("made-up")
	other.get("/put?cart=mine")
	if other.token() == "made-up" {
		t.Error("a token of the client's was adopted")
	}
	b.with("made-up").want("/get?cart", "")
}

// Concurrent requests of one browser do not fail, and never get another browser's
// session.
func TestRequestsAtOnce(t *testing.T) {
	t.Parallel()
	b := browse(t, newManager(t), nil)
	b.get("/put?name=ann")
	other := b.with("")
	other.get("/put?name=bea")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 5 {
				b.get("/put?visited=yes")
				b.want("/get?name", "ann")
				other.get("/put?visited=yes")
				other.want("/get?name", "bea")
			}
		})
	}
	all.Wait()
	b.want("/get?visited", "yes")
}

// As the package's documentation says, a request that is in progress when another
// destroys its session creates the session again.
func TestDestroyedDuringARequest(t *testing.T) {
	t.Parallel()
	m := newManager(t)
	loaded, proceed := make(chan struct{}), make(chan struct{})
	b := browse(t, m, map[string]http.HandlerFunc{"/slow": func(_ http.ResponseWriter, r *http.Request) {
		close(loaded)
		<-proceed
		m.Put(r.Context(), "visited", "yes")
	}})
	b.get("/put?cart=tea")
	same := b.with(b.token())
	var slow sync.WaitGroup
	slow.Go(func() { same.get("/slow") })
	<-loaded
	b.get("/destroy")
	close(proceed)
	slow.Wait()
	same.want("/get?cart", "tea")
}

// inProcess serves requests without a network. A synctest bubble would not wait for
// goroutines that are blocked on a network.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w.Result(), nil
}

// A session ends at its deadline, or earlier if it is idle for too long. Then its row can
// be swept.
func TestDeadlineAndIdleTimeout(t *testing.T) {
	t.Parallel()
	m := scs.New() // outside of the bubble, since it starts a goroutine that never ends
	synctest.Test(t, func(t *testing.T) {
		sessions := inMemory(t)
		m.Store = newStore(t, sessions)
		m.Lifetime, m.IdleTimeout = time.Hour, 20*time.Minute
		jar, err := cookiejar.New(nil)
		check(t, err)
		b := &browser{t, &http.Client{Jar: jar, Transport: inProcess{pages(m, nil)}}, "http://example.org"}

		b.get("/put?cart=tea")
		for range 3 { // at 19, 38 and 57 minutes
			time.Sleep(19 * time.Minute)
			b.want("/get?cart", "tea")
		}
		token := b.token()
		time.Sleep(3*time.Minute - time.Millisecond)
		b.with(token).want("/get?cart", "tea")
		time.Sleep(time.Millisecond)
		b.with(token).want("/get?cart", "") // its deadline

		b.get("/put?cart=milk")
		token = b.token()
		time.Sleep(20 * time.Minute)
		b.with(token).want("/get?cart", "") // idle

		sweeper, err := session.NewManagerWithoutUsers(sessions, session.Config{})
		check(t, err)
		if n, err := sweeper.Sweep(t.Context()); n != 2 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
	})
}

// An error of the store is passed to scs, which calls its ErrorFunc.
func TestStoreFails(t *testing.T) {
	t.Parallel()
	sessions := inMemory(t)
	m := scs.New()
	m.Store = newStore(t, sessions)
	var told []string
	m.ErrorFunc = func(w http.ResponseWriter, _ *http.Request, err error) {
		told = append(told, err.Error())
		http.Error(w, "later", http.StatusServiceUnavailable)
	}
	check(t, sessions.Close())
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/put?cart=tea", nil)
	r.AddCookie(&http.Cookie{Name: "session", Value: "secret-token"})
	pages(m, nil).ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || len(told) != 1 || strings.Contains(told[0], "secret") {
		t.Errorf("status %d, told %q", w.Code, told)
	}
}

package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/internal/testing/managertest"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

type User struct{ Name string }

type Device struct{ Name string }

type auth = web.Auth[User, Device]

var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// site is an application over TLS with two users, ann and bob, a clock, and a store that
// counts its calls and can be made to fail.
type site struct {
	store   *spec.Store[User, Device]
	manager *session.Manager[User, Device]
	auth    *auth
	mux     *http.ServeMux // to add handlers to
	server  *httptest.Server

	managertest.Recorder // records the store's calls

	mu  sync.Mutex
	now time.Time
}

func newSite(t testing.TB, sessions session.Config, config web.Config) *site {
	t.Helper()
	s := &site{now: start}
	store, err := memory.New[User, Device]()
	must(t, err)
	t.Cleanup(func() { store.Close() })
	for _, id := range []string{"ann", "bob"} {
		must(t, store.CreateUser(t.Context(), spec.User[User]{ID: id, Attributes: User{Name: strings.ToUpper(id)}}))
	}
	sessions.Now = s.clock
	sessions.Logger = slog.New(slog.DiscardHandler)
	if config.Logger == nil {
		config.Logger = sessions.Logger
	}
	s.store = managertest.Intercept(t, store, s.Do)
	s.manager, err = session.NewManager(s.store, sessions)
	must(t, err)
	s.auth, err = web.New(s.manager, config)
	must(t, err)
	s.mux = s.routes(t)
	s.server = httptest.NewTLSServer(s.auth.Handler(s.mux))
	t.Cleanup(s.server.Close)
	return s
}

// routes returns the handlers that most tests need.
func (s *site) routes(t testing.TB) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.whoami)
	mux.HandleFunc("POST /{$}", s.whoami)
	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		var options []session.CreateOption
		if remember := r.FormValue("remember"); remember != "" {
			options = append(options, session.Persistent(remember == "yes"))
		}
		if _, err := s.auth.SignIn(w, r, r.FormValue("user"), Device{Name: "laptop"}, options...); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	signOut := func(call func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if err := call(w, r); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			s.whoami(w, r)
		}
	}
	mux.HandleFunc("/sign-out", signOut(s.auth.SignOut))
	mux.HandleFunc("/sign-out-everywhere", signOut(s.auth.SignOutEverywhere))
	mux.Handle("/account", s.auth.Require(http.HandlerFunc(s.whoami)))
	mux.Handle("/page", s.auth.RequireOrRedirect("/please-sign-in")(http.HandlerFunc(s.whoami)))
	return mux
}

// whoami writes the user's name and the session's device, or "unknown".
func (s *site) whoami(w http.ResponseWriter, r *http.Request) {
	user, signedIn := s.auth.User(r)
	current, ok := s.auth.Session(r)
	switch {
	case !ok:
		io.WriteString(w, "unknown")
	case !signedIn:
		io.WriteString(w, "anonymous on "+current.Attributes.Name)
	default:
		io.WriteString(w, user.Attributes.Name+" on "+current.Attributes.Name)
	}
}

// fail makes some or all operations of the store fail. A nil class ends that.
func (s *site) fail(class error, ops ...spec.Op) {
	if class == nil {
		s.SetHook(nil)
		return
	}
	s.SetHook(func(_ context.Context, op spec.Op, call func() error) error {
		if len(ops) == 0 || slices.Contains(ops, op) {
			return class
		}
		return call()
	})
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

// browser returns a client that keeps cookies and follows no redirects unless told to.
func (s *site) browser(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &http.Client{
		Transport:     s.server.Client().Transport,
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// signIn returns a browser on which a user has signed in, and the token.
func (s *site) signIn(t testing.TB, user string) (*http.Client, string) {
	t.Helper()
	client := s.browser(t)
	got := s.post(t, client, "/sign-in?user="+user)
	if got.status != http.StatusSeeOther || len(got.cookies) != 1 {
		t.Fatalf("sign-in: got %+v", got)
	}
	s.Calls()
	return client, got.cookies[0].Value
}

// answer is a response.
type answer struct {
	status  int
	body    string
	header  http.Header
	cookies []*http.Cookie
}

// line returns all values of a header.
func (a answer) line(name string) string { return strings.Join(a.header.Values(name), "|") }

// want checks the status and the body.
func (a answer) want(t testing.TB, status int, body string) answer {
	t.Helper()
	if a.status != status || strings.TrimSpace(a.body) != body {
		t.Errorf("got %d %q, want %d %q", a.status, a.body, status, body)
	}
	return a
}

// wantNoCookie checks that a response does not change cookies.
func (a answer) wantNoCookie(t testing.TB) answer {
	t.Helper()
	if line := a.line("Set-Cookie"); line != "" {
		t.Errorf("got Set-Cookie %q, want none", line)
	}
	return a
}

// wantCleared checks that a response deletes the default cookie.
func (a answer) wantCleared(t testing.TB) answer {
	t.Helper()
	const want = "__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"
	if got := a.line("Set-Cookie"); got != want {
		t.Errorf("got Set-Cookie %q, want %q", got, want)
	}
	return a
}

func (s *site) get(t testing.TB, client *http.Client, path string, header ...string) answer {
	t.Helper()
	return s.do(t, client, http.MethodGet, path, header...)
}

// post sends a request like that of a form on the site's own page.
func (s *site) post(t testing.TB, client *http.Client, path string, header ...string) answer {
	t.Helper()
	return s.do(t, client, http.MethodPost, path, append([]string{"Sec-Fetch-Site", "same-origin"}, header...)...)
}

// do sends a request with headers in pairs; Host is one of them.
func (s *site) do(t testing.TB, client *http.Client, method, path string, header ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.server.URL+path, nil)
	must(t, err)
	for pair := range slices.Chunk(header, 2) {
		if pair[0] == "Host" {
			request.Host = pair[1]
			continue
		}
		request.Header.Add(pair[0], pair[1])
	}
	response, err := client.Do(request)
	must(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(t, err)
	return answer{response.StatusCode, string(body), response.Header, response.Cookies()}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newExchange returns a request from the site's own page that no Handler has processed,
// and a recorder for the response.
func newExchange() (*http.Request, *httptest.ResponseRecorder) {
	r := httptest.NewRequest(http.MethodPost, "https://example.com/", nil)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r, httptest.NewRecorder()
}

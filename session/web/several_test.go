package web_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

// cookieHeader returns a Cookie header with one name and several values.
func cookieHeader(name string, values ...string) string {
	return name + "=" + strings.Join(values, "; "+name+"=")
}

// TestTwoCookies: if exactly one of several values has a session, it counts. At most four
// values are tried, without writing.
func TestTwoCookies(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newSite(t, session.Config{}, web.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	_, ann := s.signIn(t, "ann")
	_, bob := s.signIn(t, "bob")
	client := s.browser(t)
	get := func(values ...string) answer {
		t.Helper()
		return s.get(t, client, "/", "Cookie", cookieHeader(web.CookieName, values...))
	}
	unknown := func() string { return session.NewToken().Reveal() }
	get(ann, ann).want(t, 200, "ANN on laptop").wantNoCookie(t)
	if log.Len() > 0 {
		t.Errorf("logged %s", &log)
	}
	for _, values := range [][]string{
		{ann, ""}, {"", ann}, {ann, ann, "x"}, {"junk", ann, strings.Repeat("junk", 20)}, {ann, unknown()},
		{unknown(), ann}, {unknown(), unknown(), unknown(), ann}, {"1", "2", "3", "4", "5", "6", ann},
	} {
		get(values...).want(t, 200, "ANN on laptop").wantNoCookie(t)
	}
	if got := strings.Count(log.String(), "two different cookies of one name"); got != 1 || strings.Contains(log.String(), ann[15:]) {
		t.Errorf("logged the warning %d times: %s", got, &log)
	}
	get(ann, bob).want(t, 200, "unknown").wantNoCookie(t)
	get(bob, ann).want(t, 200, "unknown").wantNoCookie(t)
	get(unknown(), unknown()).want(t, 200, "unknown").wantCleared(t)
	s.Calls()
	get(unknown(), unknown(), unknown(), unknown(), ann).want(t, 200, "unknown")
	get("x", "y").want(t, 200, "unknown").wantCleared(t)
	if calls := s.Calls(); len(calls) != 0 {
		t.Errorf("got calls %v, want none", calls)
	}
	s.get(t, client, "/", "Cookie", cookieHeader(web.CookieName, ann), "Cookie", cookieHeader(web.CookieName, bob)).want(t, 200, "unknown").wantNoCookie(t)

	// If the store fails for one of them, the request fails.
	s.fail(spec.ErrUnavailable, spec.OpSession)
	if got := get(ann, unknown()).wantNoCookie(t); got.status != http.StatusServiceUnavailable {
		t.Errorf("with the store down: got %+v", got)
	}
	s.fail(nil)
	// Trying a value must not renew its session.
	s.wait(24 * time.Hour)
	s.Calls()
	get(ann, bob).want(t, 200, "unknown").wantNoCookie(t)
	for _, op := range s.Calls() {
		if op == spec.OpSwapLease {
			t.Error("a candidate was renewed")
		}
	}
	if got := get(ann, unknown()).want(t, 200, "ANN on laptop"); len(got.cookies) != 1 {
		t.Errorf("after a renewal: got %v", got.cookies)
	}
}

// TestTwoTokensOfOneSession: the newer token counts.
func TestTwoTokensOfOneSession(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{Renewal: session.Rotate}, web.Config{})
	client, first := s.signIn(t, "ann")
	s.wait(24 * time.Hour)
	second := s.get(t, client, "/").cookies[0].Value
	s.get(t, s.browser(t), "/", "Cookie", cookieHeader(web.CookieName, first, second)).want(t, 200, "ANN on laptop").wantNoCookie(t)
	s.wait(time.Minute) // the older token becomes void, because the newer one was presented
	s.get(t, s.browser(t), "/", "Cookie", cookieHeader(web.CookieName, first)).want(t, 200, "unknown")
	s.get(t, s.browser(t), "/", "Cookie", cookieHeader(web.CookieName, second, first)).want(t, 200, "ANN on laptop").wantNoCookie(t)
}

// surfer is a browser on hosts that do not exist.
type surfer struct {
	jar     *cookiejar.Jar
	handler http.Handler
}

func newSurfer(t *testing.T, handler http.Handler) *surfer {
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &surfer{jar, handler}
}

func (b *surfer) send(method, target string) string {
	r := httptest.NewRequest(method, target, nil)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	at, _ := url.Parse(target)
	for _, c := range b.jar.Cookies(at) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	b.jar.SetCookies(at, w.Result().Cookies())
	return w.Body.String()
}

// TestScopesThatChange: a user who signed in with the former scopes can sign in with the
// new ones and stays signed in.
func TestScopesThatChange(t *testing.T) {
	t.Parallel()
	host, domain := []web.Scope{{}}, []web.Scope{{Domain: "example.com"}}
	path := []web.Scope{{Path: "/shop"}}
	for name, test := range map[string]struct{ before, now web.Config }{
		"a domain":          {web.Config{Scopes: host}, web.Config{Scopes: domain}},
		"no domain":         {web.Config{Scopes: domain}, web.Config{Scopes: host, FormerScopes: domain}},
		"another domain":    {web.Config{Scopes: domain}, web.Config{Scopes: []web.Scope{{Domain: "app.example.com"}}, FormerScopes: domain}},
		"no path":           {web.Config{Scopes: path}, web.Config{Scopes: host, FormerScopes: path}},
		"a path and domain": {web.Config{Scopes: path}, web.Config{Scopes: []web.Scope{{Domain: "example.com", Path: "/shop"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.before.CookieName, test.now.CookieName = "auth_session", "auth_session"
			s := newSite(t, session.Config{}, test.before)
			browser := newSurfer(t, s.server.Config.Handler)
			const page = "https://app.example.com/shop"
			s.mux.HandleFunc("GET /shop", s.whoami)
			browser.send("POST", "https://app.example.com/sign-in?user=bob")
			if got := browser.send("GET", page); got != "BOB on laptop" {
				t.Fatalf("before: got %q", got)
			}
			var err error
			s.auth, err = web.New(s.manager, test.now)
			must(t, err)
			s.mux = s.routes(t)
			s.mux.HandleFunc("GET /shop", s.whoami)
			browser.handler = s.auth.Handler(s.mux)
			if got := browser.send("GET", page); got != "BOB on laptop" { // the change signs no user out
				t.Errorf("now: got %q", got)
			}
			browser.send("POST", "https://app.example.com/sign-in?user=ann")
			if got := browser.send("GET", page); got != "ANN on laptop" {
				t.Errorf("after a sign-in: got %q", got)
			}
			browser.send("POST", "https://app.example.com/sign-out")
			if got := browser.send("GET", page); got != "unknown" {
				t.Errorf("after the sign-out: got %q", got)
			}
			at, _ := url.Parse(page)
			if left := browser.jar.Cookies(at); len(left) != 0 {
				t.Errorf("left are %v", left)
			}
		})
	}
}

// TestParentDomain: an application on a subdomain does not sign users out of the
// application on the parent domain, whose cookie is not its own.
func TestParentDomain(t *testing.T) {
	t.Parallel()
	parent := newSite(t, session.Config{}, web.Config{Scopes: []web.Scope{{Domain: "d1.com"}}})
	child := newSite(t, session.Config{}, web.Config{Scopes: []web.Scope{{Domain: "s1.d1.com"}}})
	browser := newSurfer(t, parent.server.Config.Handler)
	browser.send("POST", "https://d1.com/sign-in?user=ann")
	browser.handler = child.server.Config.Handler
	browser.send("POST", "https://s1.d1.com/sign-in?user=bob")
	if got := browser.send("GET", "https://s1.d1.com/"); got != "BOB on laptop" {
		t.Errorf("below the domain: got %q", got)
	}
	browser.send("POST", "https://s1.d1.com/sign-out")
	browser.handler = parent.server.Config.Handler
	if got := browser.send("GET", "https://d1.com/"); got != "ANN on laptop" {
		t.Errorf("on the domain: got %q", got)
	}
}

// TestFormerNames: a cookie with a former name still signs in, and is replaced by one
// with the new name.
func TestFormerNames(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{CookieName: "auth_session"})
	old, _ := s.signIn(t, "ann")
	again, _ := s.signIn(t, "bob")
	var err error
	s.auth, err = web.New(s.manager, web.Config{FormerNames: []string{"auth_session", "__Secure-old"}})
	must(t, err)
	s.mux = s.routes(t)
	s.server.Config.Handler = s.auth.Handler(s.mux)
	at, err := url.Parse(s.server.URL)
	must(t, err)
	names := func(client *http.Client) string {
		var names []string
		for _, c := range client.Jar.Cookies(at) {
			names = append(names, c.Name)
		}
		return strings.Join(names, " ")
	}
	got := s.get(t, old, "/").want(t, 200, "ANN on laptop")
	if got.line("Cache-Control") != "no-store" || names(old) != web.CookieName {
		t.Errorf("got %v, and the browser has %q", got.header, names(old))
	}
	s.get(t, old, "/").want(t, 200, "ANN on laptop").wantNoCookie(t)
	// A sign-in and a sign-out also delete it.
	s.post(t, again, "/sign-in?user=ann")
	s.get(t, again, "/").want(t, 200, "ANN on laptop").wantNoCookie(t)
	if names(again) != web.CookieName {
		t.Errorf("after a sign-in the browser has %q", names(again))
	}
	token := func(user string) string {
		t.Helper()
		created, err := s.manager.Create(t.Context(), user, Device{Name: "laptop"})
		must(t, err)
		return created.Token().Reveal()
	}
	bob := token("bob")
	out := s.post(t, s.browser(t), "/sign-out", "Cookie", "auth_session="+bob).want(t, 200, "unknown")
	if !strings.Contains(out.line("Set-Cookie"), "auth_session=; Path=/; Max-Age=0") {
		t.Errorf("sign-out: got %v", out.header)
	}
	s.get(t, s.browser(t), "/", "Cookie", web.CookieName+"="+bob).want(t, 200, "unknown")
	// The new name takes precedence.
	ann, bob := token("ann"), token("bob")
	s.get(t, s.browser(t), "/", "Cookie", "auth_session="+bob+"; "+web.CookieName+"="+ann).want(t, 200, "ANN on laptop").wantNoCookie(t)
	s.get(t, s.browser(t), "/", "Cookie", "auth_session=x", "Sec-Fetch-Mode", "navigate").want(t, 200, "unknown")
}

// TestFormerNameOnInsecureHost: names that differ only in their prefix are the same on
// hosts without a prefix.
func TestFormerNameOnInsecureHost(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{Insecure: true, FormerNames: []string{"__Secure-session"}})
	got := s.post(t, s.browser(t), "/sign-in?user=ann", "Host", "localhost")
	if len(got.cookies) != 1 || got.cookies[0].Name != "session" || got.cookies[0].Value == "" {
		t.Errorf("got %v", got.cookies)
	}
}

func TestPartitioned(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{Partitioned: true, SameSite: http.SameSiteNoneMode})
	got := s.post(t, s.browser(t), "/sign-in?user=ann")
	if last := got.cookies[len(got.cookies)-1]; !last.Partitioned || last.Value == "" {
		t.Errorf("got %v", got.cookies)
	}
}

package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

// TestPromises has one test for each promise of Lucia and similar libraries about HTTP,
// under its name there. Their promises about sessions are tested with the manager.
func TestPromises(t *testing.T) {
	t.Parallel()
	for system, entries := range map[string]map[string]func(*testing.T){
		"Lucia for SvelteKit": {
			"create a session by user id":                    createByUserID,
			"invalid user id is an error":                    invalidUserID,
			"store it as an HttpOnly cookie on the response": httpOnlyCookie,
			"sign-in that redirects":                         signInRedirects,
			"the next page load sees the user":               nextPageLoad,
		},
		"Lucia 1": {
			"session cookies (several)":                     severalCookies,
			"and their serialization":                       serialization,
			"validate with renewal, whose token may differ": renewalRotates,
			"fresh":                                 fresh,
			"session and user in one database call": oneCall,
			"id from the request with the origin check": idFromRequest,
			"the cookie's name as a constant":           nameConstant,
		},
		"Lucia 2": {
			"the Session with its user": sessionWithUser,
			"cookies and bearer tokens": cookiesAndBearer,
		},
		"Basic session API": {
			"the five cookie attributes":                   fiveAttributes,
			"Secure left out on localhost where asked":     secureLeftOut,
			"set and delete cookie":                        setAndDelete,
			"validation in a hook for every request":       hookForEveryRequest,
			"the context filled in for every handler":      contextFilledIn,
			"a new cookie after every validation (option)": everyValidation,
			"401 and redirect guards":                      guards,
		},
	} {
		for entry, test := range entries {
			t.Run(system+"/"+entry, func(t *testing.T) {
				t.Parallel()
				test(t)
			})
		}
	}
}

func createByUserID(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	s.signIn(t, "ann")
	if list, err := s.manager.List(t.Context(), "ann"); err != nil || len(list) != 1 {
		t.Errorf("got %v, error %v", list, err)
	}
}

func invalidUserID(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	s.post(t, s.browser(t), "/sign-in?user=nobody").want(t, 500, "test: user: user not found").wantNoCookie(t)
}

func httpOnlyCookie(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	got := s.post(t, s.browser(t), "/sign-in?user=ann")
	if len(got.cookies) != 1 || !got.cookies[0].HttpOnly {
		t.Errorf("got %v", got.cookies)
	}
}

func signInRedirects(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	got := s.post(t, s.browser(t), "/sign-in?user=ann")
	if got.status != http.StatusSeeOther || got.line("Location") != "/" || len(got.cookies) != 1 {
		t.Errorf("got %+v", got)
	}
}

func nextPageLoad(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	client := s.browser(t)
	client.CheckRedirect = nil // follow
	s.post(t, client, "/sign-in?user=ann").want(t, 200, "ANN on laptop")
	s.get(t, client, "/account").want(t, 200, "ANN on laptop")
}

func severalCookies(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{Scopes: []web.Scope{{Path: "/app"}, {Path: "/admin"}}})
	got := s.post(t, s.browser(t), "/sign-in?user=ann")
	if len(got.cookies) != 2 || got.cookies[0].Path != "/app" || got.cookies[1].Path != "/admin" {
		t.Errorf("got %v", got.cookies)
	}
}

func serialization(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	created, err := s.manager.Create(t.Context(), "ann", Device{}, session.Persistent(true))
	must(t, err)
	r, _ := newExchange()
	cookies, err := s.auth.Cookies(r, created)
	must(t, err)
	want := "__Host-session=" + created.Token().Reveal() + "; Path=/; Max-Age=1296000; HttpOnly; Secure; SameSite=Lax"
	if len(cookies) != 1 || cookies[0].String() != want {
		t.Errorf("got %v, want %s", cookies, want)
	}
}

func renewalRotates(t *testing.T) {
	s := newSite(t, session.Config{Renewal: session.Rotate}, web.Config{})
	client, token := s.signIn(t, "ann")
	s.wait(24 * time.Hour)
	got := s.get(t, client, "/").want(t, 200, "ANN on laptop")
	if len(got.cookies) != 1 || got.cookies[0].Value == token {
		t.Errorf("got %v", got.cookies)
	}
	s.get(t, client, "/").want(t, 200, "ANN on laptop")
}

func fresh(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	s.mux.HandleFunc("/fresh", func(w http.ResponseWriter, r *http.Request) {
		if current, _ := s.auth.Session(r); current.Fresh {
			io.WriteString(w, "fresh")
		}
	})
	client, _ := s.signIn(t, "ann")
	s.get(t, client, "/fresh").want(t, 200, "").wantNoCookie(t)
	s.wait(24 * time.Hour)
	if got := s.get(t, client, "/fresh").want(t, 200, "fresh"); len(got.cookies) != 1 {
		t.Errorf("got %v", got.cookies)
	}
}

func oneCall(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	client, _ := s.signIn(t, "ann")
	s.get(t, client, "/account").want(t, 200, "ANN on laptop")
	if calls := s.Calls(); !slices.Equal(calls, []spec.Op{spec.OpSessionAndUser}) {
		t.Errorf("got %v", calls)
	}
}

func idFromRequest(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	client, token := s.signIn(t, "ann")
	r, _ := newExchange()
	r.AddCookie(&http.Cookie{Name: web.CookieName, Value: token})
	got, err := s.auth.TokenFromRequest(r)
	if err != nil || got.ID() != session.ID(token[:15]) {
		t.Errorf("got id %q, error %v", got.ID(), err)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got, err := s.auth.TokenFromRequest(r); err == nil || !got.IsZero() {
		t.Error("from another site: no error")
	}
	if got := s.do(t, client, http.MethodPost, "/", "Origin", "https://evil.test"); got.status != http.StatusForbidden {
		t.Errorf("got %+v", got)
	}
}

func nameConstant(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	got := s.post(t, s.browser(t), "/sign-in?user=ann")
	if len(got.cookies) != 1 || got.cookies[0].Name != web.CookieName || web.CookieName != "__Host-session" {
		t.Errorf("got %v", got.cookies)
	}
}

func sessionWithUser(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	s.mux.HandleFunc("/both", func(w http.ResponseWriter, r *http.Request) {
		current, _ := s.auth.Session(r)
		user, _ := s.auth.User(r)
		io.WriteString(w, current.UserID+" "+user.ID+" "+user.Attributes.Name)
	})
	client, _ := s.signIn(t, "ann")
	s.get(t, client, "/both").want(t, 200, "ann ann ANN")
}

func cookiesAndBearer(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{Bearer: true})
	client, token := s.signIn(t, "ann")
	s.get(t, client, "/account").want(t, 200, "ANN on laptop")
	s.get(t, s.browser(t), "/account", "Authorization", "Bearer "+token).want(t, 200, "ANN on laptop")
}

func fiveAttributes(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	got := s.post(t, s.browser(t), "/sign-in?user=ann").line("Set-Cookie")
	if _, attributes, _ := strings.Cut(got, "; "); attributes != "Path=/; Max-Age=1296000; HttpOnly; Secure; SameSite=Lax" {
		t.Errorf("got %q", got)
	}
}

// secureLeftOut uses a client that sends no Secure cookie over HTTP, like old versions of
// Safari.
func secureLeftOut(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{Insecure: true})
	s.server = httptest.NewServer(s.auth.Handler(s.mux)) // at 127.0.0.1
	t.Cleanup(s.server.Close)
	client := s.browser(t)
	got := s.post(t, client, "/sign-in?user=ann")
	if len(got.cookies) != 1 || got.cookies[0].Name != "session" || got.cookies[0].Secure {
		t.Errorf("got %v", got.cookies)
	}
	s.get(t, client, "/").want(t, 200, "ANN on laptop")
}

func setAndDelete(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	client, _ := s.signIn(t, "ann")
	s.get(t, client, "/").want(t, 200, "ANN on laptop")
	s.post(t, client, "/sign-out").want(t, 200, "unknown").wantCleared(t)
	s.Calls()
	s.get(t, client, "/").want(t, 200, "unknown").wantNoCookie(t)
	if calls := s.Calls(); len(calls) != 0 {
		t.Errorf("got calls %v: the client still has the cookie", calls)
	}
}

func hookForEveryRequest(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	client, _ := s.signIn(t, "ann")
	for _, path := range []string{"/", "/account", "/page", "/not-there"} {
		s.get(t, client, path)
		if calls := s.Calls(); len(calls) != 1 {
			t.Errorf("%s: got calls %v, want one", path, calls)
		}
	}
}

func contextFilledIn(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	s.mux.Handle("/sub/", http.StripPrefix("/sub", http.HandlerFunc(s.whoami)))
	client, _ := s.signIn(t, "ann")
	for _, path := range []string{"/", "/account", "/page", "/sub/x"} {
		s.get(t, client, path).want(t, 200, "ANN on laptop")
	}
}

func everyValidation(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{EveryResponse: true})
	client, token := s.signIn(t, "ann")
	s.wait(time.Hour)
	got := s.get(t, client, "/").want(t, 200, "ANN on laptop")
	if len(got.cookies) != 1 || got.cookies[0].Value != token || got.cookies[0].MaxAge != (15*24-1)*3600 {
		t.Errorf("got %v", got.cookies)
	}
	s.get(t, s.browser(t), "/").want(t, 200, "unknown").wantNoCookie(t)
}

func guards(t *testing.T) {
	s := newSite(t, session.Config{}, web.Config{})
	visitor := s.browser(t)
	s.get(t, visitor, "/account").want(t, 401, "Please sign in.")
	if got := s.get(t, visitor, "/page"); got.status != 303 || got.line("Location") != "/please-sign-in" {
		t.Errorf("got %+v", got)
	}
	client, _ := s.signIn(t, "ann")
	s.get(t, client, "/account").want(t, 200, "ANN on laptop")
	s.get(t, client, "/page").want(t, 200, "ANN on laptop")
}

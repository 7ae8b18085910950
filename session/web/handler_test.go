package web_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

func TestWithoutCookieNoStoreCall(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{Bearer: true})
	client := s.browser(t)
	for _, header := range [][]string{
		nil,
		{"Cookie", "other=1"},
		{"Cookie", "session=" + session.NewToken().Reveal()}, // the insecure name
		{"Cookie", web.CookieName + "=malformed"},
		{"Authorization", "Bearer malformed"},
		{"Authorization", "Basic dTpw"},
	} {
		s.get(t, client, "/", header...).want(t, 200, "unknown")
		if calls := s.Calls(); len(calls) != 0 {
			t.Errorf("%q: got calls %v, want none", header, calls)
		}
	}
}

func TestValidatesOncePerRequest(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	client, _ := s.signIn(t, "ann")
	s.mux.Handle("/nested", s.auth.Handler(s.auth.Require(s.auth.RequireOrRedirect("/")(http.HandlerFunc(s.whoami)))))
	s.get(t, client, "/nested").want(t, 200, "ANN on laptop").wantNoCookie(t)
	if calls := s.Calls(); !slices.Equal(calls, []spec.Op{spec.OpSessionAndUser}) {
		t.Errorf("got calls %v, want one that reads session and user", calls)
	}
}

func TestRenewalSetsCookie(t *testing.T) {
	t.Parallel()
	for _, renewal := range []session.Renewal{session.Extend, session.Rotate} {
		s := newSite(t, session.Config{Renewal: renewal}, web.Config{})
		client, token := s.signIn(t, "ann")
		s.wait(24*time.Hour - time.Millisecond)
		s.get(t, client, "/").want(t, 200, "ANN on laptop").wantNoCookie(t)
		s.wait(time.Millisecond)
		got := s.get(t, client, "/").want(t, 200, "ANN on laptop")
		if len(got.cookies) != 1 || got.cookies[0].MaxAge != 15*24*3600 {
			t.Fatalf("got cookies %v, want one for 15 days", got.cookies)
		}
		if same := got.cookies[0].Value == token; same != (renewal == session.Extend) {
			t.Errorf("renewal %v: token is the same: %v", renewal, same)
		}
		s.get(t, client, "/").want(t, 200, "ANN on laptop").wantNoCookie(t)
	}
}

// TestSupersededTokenIsNotSentAgain: with Rotate, the response to a request with the old
// token does not restore that token. Nor does EveryResponse after an application has
// changed from Rotate to Extend.
func TestSupersededTokenIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{Renewal: session.Rotate}, web.Config{})
	client, token := s.signIn(t, "ann")
	s.wait(24 * time.Hour)
	s.get(t, client, "/").want(t, 200, "ANN on laptop")
	s.get(t, client, "/").want(t, 200, "ANN on laptop") // presents the new one
	late := s.browser(t)
	s.get(t, late, "/", "Cookie", web.CookieName+"="+token).want(t, 200, "ANN on laptop").wantNoCookie(t)

	var err error
	s.manager, err = session.NewManager(s.store, session.Config{Now: s.clock})
	must(t, err)
	s.auth, err = web.New(s.manager, web.Config{EveryResponse: true})
	must(t, err)
	s.server.Config.Handler = s.auth.Handler(http.HandlerFunc(s.whoami))
	if got := s.get(t, client, "/").want(t, 200, "ANN on laptop"); len(got.cookies) != 1 {
		t.Errorf("got cookies %v, want that of EveryResponse", got.cookies)
	}
	s.get(t, late, "/", "Cookie", web.CookieName+"="+token).want(t, 200, "ANN on laptop").wantNoCookie(t)
}

func TestClearsOnlyOnNavigation(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	client := s.browser(t)
	_, expired := s.signIn(t, "ann")
	s.wait(31 * 24 * time.Hour)
	for name, value := range map[string]string{
		"not found": session.NewToken().Reveal(),
		"expired":   expired,
		"malformed": "x",
		"empty":     "",
	} {
		cookie := web.CookieName + "=" + value
		for _, mode := range []string{"cors", "no-cors", "same-origin", "websocket"} {
			s.get(t, client, "/", "Cookie", cookie, "Sec-Fetch-Mode", mode).want(t, 200, "unknown").wantNoCookie(t)
		}
		t.Log(name)
		s.get(t, client, "/", "Cookie", cookie, "Sec-Fetch-Mode", "navigate").want(t, 200, "unknown").wantCleared(t)
		s.get(t, client, "/", "Cookie", cookie).want(t, 200, "unknown").wantCleared(t)
	}
}

func TestStoreDown(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	client, _ := s.signIn(t, "ann")
	stranger := s.browser(t)
	for _, class := range []error{spec.ErrUnavailable, spec.ErrFailed, spec.ErrClosed, spec.ErrConflict, context.DeadlineExceeded} {
		s.fail(class)
		for _, path := range []string{"/", "/account", "/page"} {
			got := s.get(t, client, path).wantNoCookie(t)
			if got.status != http.StatusServiceUnavailable || got.line("Cache-Control") != "no-store" {
				t.Errorf("%v: %s: got %+v", class, path, got)
			}
		}
		s.get(t, stranger, "/").want(t, 200, "unknown").wantNoCookie(t)
		s.fail(nil)
		s.get(t, client, "/").want(t, 200, "ANN on laptop")
	}
}

func TestStoreDownDuringRenewal(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{Renewal: session.Rotate}, web.Config{})
	client, _ := s.signIn(t, "ann")
	s.wait(25 * time.Hour)
	s.fail(spec.ErrUnavailable, spec.OpSwapLease)
	s.get(t, client, "/").want(t, 200, "ANN on laptop").wantNoCookie(t)
	s.fail(nil)
	if got := s.get(t, client, "/").want(t, 200, "ANN on laptop"); len(got.cookies) != 1 {
		t.Errorf("got %+v, want the renewed cookie", got)
	}
}

func TestUnavailableIsConfigurable(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{
		Unavailable: func(w http.ResponseWriter, _ *http.Request, err error) {
			if !errors.Is(err, spec.ErrUnavailable) {
				t.Errorf("got error %v", err)
			}
			http.Error(w, "back soon", http.StatusBadGateway)
		},
	})
	client, _ := s.signIn(t, "ann")
	s.fail(spec.ErrUnavailable)
	s.get(t, client, "/").want(t, http.StatusBadGateway, "back soon").wantNoCookie(t)
}

// TestWithoutHandler: without Handler no user is signed in, and signing in is an error.
func TestWithoutHandler(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	r, w := newExchange()
	if _, ok := s.auth.User(r); ok {
		t.Error("there is a user")
	}
	if _, ok := s.auth.Session(r); ok {
		t.Error("there is a session")
	}
	if _, err := s.auth.SignIn(w, r, "ann", Device{}); err == nil {
		t.Error("SignIn: no error")
	}
	created, err := s.manager.Create(t.Context(), "ann", Device{})
	must(t, err)
	if err := s.auth.SetSession(w, r, created); err == nil {
		t.Error("SetSession: no error")
	}
	if err := s.auth.SignOut(w, r); err == nil {
		t.Error("SignOut: no error")
	}
	if len(w.Header()) != 0 {
		t.Errorf("got headers %v", w.Header())
	}
}

// TestTwoAuths: two Auths of the same types are independent within one request.
func TestTwoAuths(t *testing.T) {
	t.Parallel()
	users := newSite(t, session.Config{}, web.Config{})
	admins := newSite(t, session.Config{}, web.Config{CookieName: "__Host-admin"})
	client, _ := users.signIn(t, "ann")
	users.mux.Handle("/admin", admins.auth.Handler(http.HandlerFunc(admins.whoami)))
	users.get(t, client, "/admin").want(t, 200, "unknown").wantNoCookie(t)
}

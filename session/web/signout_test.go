package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

// TestSignOutRacesRotateNow: a sign-out ends the session even if its token became void
// while the request was in flight. If it cannot, it returns an error and does not clear
// the cookie, which can be a newer one by then.
func TestSignOutRacesRotateNow(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{Bearer: true})
	rotate := func(token string) string {
		t.Helper()
		parsed, err := session.ParseToken(token)
		must(t, err)
		current, err := s.manager.ValidateSession(t.Context(), parsed)
		must(t, err)
		rotated, err := s.manager.RotateNow(t.Context(), current)
		must(t, err)
		return rotated.Token().Reveal()
	}
	alive := func(token string) bool {
		t.Helper()
		parsed, err := session.ParseToken(token)
		must(t, err)
		_, err = s.manager.ValidateSession(t.Context(), parsed)
		return err == nil
	}
	for _, path := range []string{"/sign-out", "/sign-out-everywhere"} {
		for _, header := range [][2]string{{"Cookie", web.CookieName + "="}, {"Authorization", "Bearer "}} {
			_, first := s.signIn(t, "ann")
			_, elsewhere := s.signIn(t, "ann")
			second := rotate(first)
			got := s.post(t, s.browser(t), path, header[0], header[1]+first).want(t, 200, "unknown")
			if header[0] == "Cookie" {
				got.wantCleared(t)
			}
			if alive(second) {
				t.Errorf("%s by %s: the session lives", path, header[0])
			}
			if alive(elsewhere) != (path == "/sign-out") {
				t.Errorf("%s: the session elsewhere lives = %v", path, alive(elsewhere))
			}

			_, first = s.signIn(t, "ann")
			third := rotate(rotate(first))
			s.post(t, s.browser(t), path, header[0], header[1]+first, "Sec-Fetch-Mode", "navigate").
				want(t, 500, session.ErrTokenReplaced.Error()).wantNoCookie(t)
			if !alive(third) {
				t.Errorf("%s with an old token: the session has ended", path)
			}
		}
	}
}

// TestSignOutWithTwoCookies: a sign-out ends the sessions of all tokens of the request,
// and no others.
func TestSignOutWithTwoCookies(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	_, ann := s.signIn(t, "ann")
	_, bob := s.signIn(t, "bob")
	_, other := s.signIn(t, "bob")
	forged := other[:15] + ann[15:]
	s.post(t, s.browser(t), "/sign-out", "Cookie", cookieHeader(web.CookieName, ann, bob)).want(t, 200, "unknown").wantCleared(t)
	for _, token := range []string{ann, bob} {
		s.get(t, s.browser(t), "/", "Cookie", cookieHeader(web.CookieName, token)).want(t, 200, "unknown")
	}
	// A planted cookie with the id of another session ends nothing and does not prevent
	// the sign-out.
	_, ann = s.signIn(t, "ann")
	s.post(t, s.browser(t), "/sign-out", "Cookie", cookieHeader(web.CookieName, forged, ann)).want(t, 200, "unknown").wantCleared(t)
	s.get(t, s.browser(t), "/", "Cookie", cookieHeader(web.CookieName, ann)).want(t, 200, "unknown")
	s.get(t, s.browser(t), "/", "Cookie", cookieHeader(web.CookieName, other)).want(t, 200, "BOB on laptop")
	s.post(t, s.browser(t), "/sign-out", "Cookie", cookieHeader(web.CookieName, forged)).want(t, 500, session.ErrTokenReplaced.Error()).wantNoCookie(t)
}

// TestSignOutElsewhere: this browser stays signed in with a new token, others do not.
func TestSignOutElsewhere(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	s.mux.HandleFunc("POST /sign-out-elsewhere", func(w http.ResponseWriter, r *http.Request) {
		if err := s.auth.SignOutElsewhere(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		s.whoami(w, r)
	})
	here, token := s.signIn(t, "ann")
	there, _ := s.signIn(t, "ann")
	got := s.post(t, here, "/sign-out-elsewhere").want(t, 200, "ANN on laptop")
	if len(got.cookies) != 1 || got.cookies[0].Value == token || got.cookies[0].Value[:15] != token[:15] {
		t.Errorf("got %v", got.cookies)
	}
	s.get(t, here, "/").want(t, 200, "ANN on laptop")
	s.get(t, there, "/").want(t, 200, "unknown")
	s.get(t, s.browser(t), "/", "Cookie", cookieHeader(web.CookieName, token)).want(t, 200, "unknown")
	s.post(t, s.browser(t), "/sign-out-elsewhere").want(t, 500, session.ErrNoSession.Error()).wantNoCookie(t)
	s.fail(spec.ErrUnavailable, spec.OpDeleteUserSessionsExcept)
	if got := s.post(t, here, "/sign-out-elsewhere").wantNoCookie(t); got.status != 500 {
		t.Errorf("with the store down: got %+v", got)
	}
	s.fail(nil)
	s.get(t, here, "/").want(t, 200, "ANN on laptop")
}

// TestSignInIfUser: a sign-in that is undone sets no cookie, and the user who was signed
// in before still is.
func TestSignInIfUser(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	s.mux.HandleFunc("POST /stale", func(w http.ResponseWriter, r *http.Request) {
		_, err := s.auth.SignIn(w, r, "ann", Device{}, session.IfUser(func(u User) bool { return strings.ToLower(u.Name) == u.Name }))
		http.Error(w, err.Error(), http.StatusConflict)
	})
	client, _ := s.signIn(t, "bob")
	s.post(t, client, "/stale").want(t, 409, session.ErrUserChanged.Error()).wantNoCookie(t)
	s.get(t, client, "/").want(t, 200, "BOB on laptop")
	if list, err := s.manager.List(t.Context(), "ann"); err != nil || len(list) != 0 {
		t.Errorf("ann has %v, %v", list, err)
	}
}

// TestSignOutWithTooManyCookies: five tokens are not tried, so the sign-out returns an error.
func TestSignOutWithTooManyCookies(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	_, ann := s.signIn(t, "ann")
	unknown := func() string { return session.NewToken().Reveal() }
	cookies := cookieHeader(web.CookieName, unknown(), unknown(), unknown(), unknown(), ann)
	for _, path := range []string{"/sign-out", "/sign-out-everywhere"} {
		s.Calls()
		s.post(t, s.browser(t), path, "Cookie", cookies).want(t, 500, "web: more cookies of one name than are tried").wantNoCookie(t)
		if calls := s.Calls(); len(calls) != 0 {
			t.Errorf("%s: got calls %v, want none", path, calls)
		}
	}
	s.get(t, s.browser(t), "/", "Cookie", cookieHeader(web.CookieName, ann)).want(t, 200, "ANN on laptop")
}

// TestUncheckedChangesNothing: the cookies of a request that another site may have sent
// are not read, so a sign-out cannot end their session. It returns an error and does not
// clear them.
func TestUncheckedChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{UncheckedPatterns: []string{"/"}})
	s.mux.HandleFunc("POST /update", func(w http.ResponseWriter, r *http.Request) {
		if _, err := s.auth.Update(w, r, func(d *Device) { d.Name = "cart" }); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		s.whoami(w, r)
	})
	client, _ := s.signIn(t, "ann")
	for _, path := range []string{"/sign-out", "/sign-out-everywhere", "/update"} {
		s.do(t, client, http.MethodPost, path, "Sec-Fetch-Site", "cross-site").want(t, 500, web.ErrOrigin.Error()).wantNoCookie(t)
	}
	s.get(t, client, "/").want(t, 200, "ANN on laptop")
	// A program has no cookies that could be cleared.
	s.do(t, s.browser(t), http.MethodPost, "/sign-out").want(t, 200, "unknown")
	s.post(t, client, "/sign-out").want(t, 200, "unknown").wantCleared(t)
}

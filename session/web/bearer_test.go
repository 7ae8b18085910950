package web_test

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

func TestBearer(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{Bearer: true})
	client, ann := s.signIn(t, "ann")
	_, bob := s.signIn(t, "bob")
	for _, line := range []string{"Bearer " + bob, "bearer " + bob, "BEARER   " + bob} {
		s.get(t, s.browser(t), "/account", "Authorization", line).want(t, 200, "BOB on laptop").wantNoCookie(t)
		// The cookie has another session and is ignored.
		s.get(t, client, "/account", "Authorization", line).want(t, 200, "BOB on laptop").wantNoCookie(t)
	}
	for _, lines := range [][]string{
		{"Authorization", "Bearer"},
		{"Authorization", "Bearer "},
		{"Authorization", "Bearer x"},
		{"Authorization", "Bearer " + bob + "x"},
		{"Authorization", "Bearer " + bob + ", " + bob},
		{"Authorization", "Bearer \t" + bob},
		{"Authorization", "Bearer " + session.NewToken().Reveal()},
		{"Authorization", "Bearer " + bob, "Authorization", "Bearer " + bob},
		{"Authorization", "Bearer " + bob, "Authorization", "Basic dTpw"},
		{"Authorization", "Basic dTpw", "Authorization", "Bearer " + ann},
	} {
		got := s.get(t, client, "/account", lines...).want(t, 401, "Please sign in.").wantNoCookie(t)
		if got.line("WWW-Authenticate") != "Bearer" {
			t.Errorf("%q: got headers %v", lines, got.header)
		}
		s.get(t, client, "/", lines...).want(t, 200, "unknown").wantNoCookie(t)
	}
	for _, line := range []string{"Basic dTpw", "Bearers " + bob, bob, "Token " + bob} {
		s.get(t, client, "/", "Authorization", line).want(t, 200, "ANN on laptop").wantNoCookie(t)
	}
}

func TestBearerIsOptIn(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	client, _ := s.signIn(t, "ann")
	_, bob := s.signIn(t, "bob")
	s.get(t, client, "/", "Authorization", "Bearer "+bob).want(t, 200, "ANN on laptop")
	s.get(t, s.browser(t), "/", "Authorization", "Bearer "+bob).want(t, 200, "unknown")
}

// TestBearerIsExtended: even with Rotate, a client that is not given new tokens keeps its
// token. EveryResponse sets no cookie for it.
func TestBearerIsExtended(t *testing.T) {
	t.Parallel()
	for _, renewal := range []session.Renewal{session.Rotate, session.Extend} {
		s := newSite(t, session.Config{Renewal: renewal}, web.Config{Bearer: true, EveryResponse: renewal == session.Extend})
		_, token := s.signIn(t, "ann")
		s.mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
			current, _ := s.auth.Session(r)
			io.WriteString(w, current.Token().Reveal())
		})
		client := s.browser(t)
		for range 10 {
			s.wait(2 * 24 * time.Hour)
			s.get(t, client, "/token", "Authorization", "Bearer "+token).want(t, 200, token).wantNoCookie(t)
		}
	}
}

// TestBearerNeedsNoOrigin: no browser sends the header on its own.
func TestBearerNeedsNoOrigin(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{Bearer: true})
	_, token := s.signIn(t, "ann")
	client := s.browser(t)
	s.do(t, client, http.MethodPost, "/account", "Authorization", "Bearer "+token).want(t, 200, "ANN on laptop")
	s.do(t, client, http.MethodPost, "/account", "Authorization", "Bearer "+token, "Sec-Fetch-Site", "cross-site").want(t, 200, "ANN on laptop")
	s.do(t, client, http.MethodPost, "/sign-out", "Authorization", "Bearer "+token).want(t, 200, "unknown").wantNoCookie(t)
	s.do(t, client, http.MethodPost, "/account", "Authorization", "Bearer "+token).want(t, 401, "Please sign in.")
}

// TestSignInByBearer: the response to a request with a bearer token never sets a cookie.
func TestSignInByBearer(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{Bearer: true})
	_, token := s.signIn(t, "ann")
	client := s.browser(t)
	s.post(t, client, "/sign-in?user=bob", "Authorization", "Bearer "+token).want(t, 303, "").wantNoCookie(t)
	s.get(t, client, "/", "Authorization", "Bearer "+token).want(t, 200, "unknown")
}

func TestTokenFromRequest(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{Bearer: true})
	token := session.NewToken().Reveal()
	for name, test := range map[string]struct {
		method string
		header []string
		want   error
	}{
		"cookie":                   {"GET", []string{"Cookie", web.CookieName + "=" + token}, nil},
		"cookie, same origin":      {"POST", []string{"Cookie", web.CookieName + "=" + token, "Sec-Fetch-Site", "same-origin"}, nil},
		"cookie, from nowhere":     {"POST", []string{"Cookie", web.CookieName + "=" + token}, web.ErrOrigin},
		"cookie, another origin":   {"POST", []string{"Cookie", web.CookieName + "=" + token, "Origin", "https://evil.test"}, web.ErrOrigin},
		"no cookie, from nowhere":  {"POST", nil, web.ErrOrigin},
		"no cookie":                {"GET", nil, session.ErrNoSession},
		"malformed":                {"GET", []string{"Cookie", web.CookieName + "=x"}, session.ErrNoSession},
		"bearer, from nowhere":     {"POST", []string{"Authorization", "Bearer " + token}, nil},
		"malformed bearer, cookie": {"GET", []string{"Authorization", "Bearer x", "Cookie", web.CookieName + "=" + token}, session.ErrNoSession},
	} {
		r, _ := newExchange()
		r.Method = test.method
		r.Header = http.Header{}
		for i := 0; i < len(test.header); i += 2 {
			r.Header.Add(test.header[i], test.header[i+1])
		}
		got, err := s.auth.TokenFromRequest(r)
		if !errors.Is(err, test.want) || (err == nil) != (got.Reveal() == token) || (err != nil) != got.IsZero() {
			t.Errorf("%s: got token %v, error %v; want error %v", name, !got.IsZero(), err, test.want)
		}
	}
	if calls := s.Calls(); len(calls) != 0 {
		t.Errorf("got calls %v, want none", calls)
	}
}

package web_test

import (
	"net/http"
	"testing"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

func TestRequire(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	client, _ := s.signIn(t, "ann")
	anonymous, err := s.manager.Create(t.Context(), "", Device{})
	must(t, err)
	private := func(got answer) {
		t.Helper()
		if got.line("Cache-Control") != "no-store" || got.line("Vary") != "Cookie" {
			t.Errorf("got headers %v", got.header)
		}
	}
	private(s.get(t, client, "/account").want(t, 200, "ANN on laptop"))
	private(s.get(t, client, "/page").want(t, 200, "ANN on laptop"))
	for _, cookie := range []string{"", web.CookieName + "=" + anonymous.Token().Reveal()} {
		visitor := s.browser(t)
		got := s.get(t, visitor, "/account", "Cookie", cookie).want(t, 401, "Please sign in.").wantNoCookie(t)
		private(got)
		if got.line("WWW-Authenticate") != "" {
			t.Errorf("got headers %v", got.header)
		}
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			got := s.do(t, visitor, method, "/page", "Cookie", cookie, "Sec-Fetch-Site", "same-origin")
			private(got)
			if got.status != http.StatusSeeOther || got.line("Location") != "/please-sign-in" {
				t.Errorf("got %+v", got)
			}
		}
	}
}

// TestRequireAlone: Require works without Handler around it, and checks the origin of
// requests.
func TestRequireAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	client, _ := s.signIn(t, "ann")
	s.server.Config.Handler = s.auth.Require(http.HandlerFunc(s.whoami))
	s.get(t, client, "/").want(t, 200, "ANN on laptop")
	s.get(t, s.browser(t), "/").want(t, 401, "Please sign in.")
	if got := s.do(t, client, http.MethodPost, "/", "Sec-Fetch-Site", "cross-site"); got.status != http.StatusForbidden {
		t.Errorf("got %+v", got)
	}
}

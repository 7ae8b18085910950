package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

// FuzzCookie: for any Cookie header, a user is signed in only by an issued token that is
// the only value of the cookie.
func FuzzCookie(f *testing.F) {
	fuzz(f, "Cookie", func(line, token string) bool {
		return strings.Contains(line, web.CookieName+"=") && strings.Contains(line, token)
	}, web.CookieName+"=TOKEN", web.CookieName+"=", "session=TOKEN", web.CookieName+"=TOKEN; "+web.CookieName+"=x",
		web.CookieName+"=TOKEN; theme=dark", `"`+web.CookieName+`"="TOKEN"`, web.CookieName+`="TOKEN"`, web.CookieName+"=TOKENTOKEN", "=;=; ,")
}

// FuzzBearer: the same for the Authorization header.
func FuzzBearer(f *testing.F) {
	fuzz(f, "Authorization", func(line, token string) bool {
		return len(line) >= len("Bearer") && strings.EqualFold(line[:len("Bearer")], "Bearer") && strings.HasSuffix(line, token)
	}, "Bearer TOKEN", "bearer  TOKEN", "Bearer", "Bearer TOKEN,", "BearerTOKEN", "Basic TOKEN", "Bearer TOKEN TOKEN", " Bearer TOKEN")
}

// fuzz sends header lines, in which TOKEN stands for an issued token.
func fuzz(f *testing.F, name string, mayPass func(line, token string) bool, seeds ...string) {
	s := newSite(f, session.Config{}, web.Config{Bearer: true})
	issued, err := s.manager.Create(f.Context(), "ann", Device{})
	must(f, err)
	token := issued.Token().Reveal()
	handler := s.auth.Handler(http.HandlerFunc(s.whoami))
	for _, seed := range seeds {
		f.Add(seed)
		f.Add(strings.ReplaceAll(seed, "TOKEN", "TOKE"))
	}
	f.Fuzz(func(t *testing.T, line string) {
		line = strings.ReplaceAll(line, "TOKEN", token)
		r := httptest.NewRequest(http.MethodGet, "https://example.com/", nil)
		r.Header[name] = []string{line}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		switch body := w.Body.String(); {
		case w.Code != http.StatusOK:
			t.Errorf("got status %d", w.Code)
		case body == "unknown":
		case body == "ANN on " && mayPass(line, token):
		default:
			t.Errorf("got %q for %q", body, line)
		}
		if presented, err := s.auth.TokenFromRequest(r); err == nil && !strings.Contains(line, presented.Reveal()) {
			t.Error("a token that was not presented")
		}
	})
}

package web

import (
	"net/http"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/internal/cookie"
)

// Cookies returns the cookies, one for each of [Config].Scopes, with which the
// client that sent r is given the token of a session, for programs that write
// responses themselves; [Auth.SetSession] sends them. Browsers forget them when
// they are closed unless the session is Persistent, which the manager's Create
// makes it with session.Persistent(true) only. A session without a token has
// none, which is session.ErrNoSession.
func (a *Auth[U, S]) Cookies(r *http.Request, s session.Session[S]) ([]*http.Cookie, error) {
	if s.Token().IsZero() {
		return nil, session.ErrNoSession
	}
	return a.cookie.Set(r, s.Token().Reveal(), a.maxAge(s)), nil
}

// BlankCookies returns the cookies that delete those of [Auth.Cookies].
func (a *Auth[U, S]) BlankCookies(r *http.Request) []*http.Cookie {
	return a.cookie.Clear(r)
}

// maxAge returns for how many seconds browsers are to keep the cookie of a
// session; 0: until they are closed. Not an Expires, which would need the
// browser's clock to be right.
func (a *Auth[U, S]) maxAge(s session.Session[S]) int {
	if !s.Persistent {
		return 0
	}
	lifetime := a.config.CookieLifetime
	if lifetime == 0 {
		lifetime = min(s.ExpiresAt.Sub(a.manager.Now()), cookie.MaxAge)
	}
	return max(int((lifetime+time.Second-1)/time.Second), 1)
}

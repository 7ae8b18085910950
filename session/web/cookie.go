package web

import (
	"net/http"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/internal/cookie"
)

// Cookies returns the cookies that give the client that sent r the token of a
// session, one for each of [Config].Scopes. It is for programs that write the
// Set-Cookie headers themselves; [Auth.SetSession] writes them for you. If the
// session has no token, the error is session.ErrNoSession.
//
// Browsers delete the cookies when they are closed unless the session is
// Persistent. To make it so, pass session.Persistent(true) to the manager's Create.
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

// maxAge returns how many seconds browsers should keep the cookie of a session. 0
// means until they are closed. It is for Max-Age: Expires would depend on the
// browser's clock.
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

package web

import (
	"net/http"
	"strings"

	"github.com/tenon-go/tenon/session"
)

// TokenFromRequest returns the token that a request presents, for programs
// that do without [Auth.Handler]. It is not validated: give it to the manager's
// Validate. A request whose cookies must not be believed is ErrOrigin, one
// without a well-formed token is session.ErrNoSession.
func (a *Auth[U, S]) TokenFromRequest(r *http.Request) (session.Token, error) {
	p := a.presented(r)
	if !p.bearer {
		if err := a.checkOrigin(r); err != nil {
			return session.Token{}, err
		}
	}
	if p.token.IsZero() {
		return session.Token{}, session.ErrNoSession
	}
	return p.token, nil
}

// presented is what a request brings to show that a session is its own.
type presented struct {
	token  session.Token // zero: none that could be a session's
	bearer bool          // judged by the Authorization header alone
	stale  bool          // a cookie that is worth clearing if it has no session
}

func (a *Auth[U, S]) presented(r *http.Request) presented {
	if a.config.Bearer {
		if text, ok := bearer(r); ok {
			token, _ := session.ParseToken(text)
			return presented{token: token, bearer: true}
		}
	}
	cookies := r.CookiesNamed(a.cookie.Name(r))
	if len(cookies) == 0 {
		return presented{}
	}
	for _, cookie := range cookies[1:] {
		if cookie.Value != cookies[0].Value {
			// Somebody has set one for another domain or path. Which is the
			// user's cannot be told.
			return presented{}
		}
	}
	token, _ := session.ParseToken(cookies[0].Value)
	return presented{token: token, stale: true}
}

// bearer returns the text after "Bearer" in a request's Authorization header,
// and whether that is the request's scheme. Of a request with several such
// headers it is empty.
func bearer(r *http.Request) (text string, ok bool) {
	lines := r.Header["Authorization"]
	for _, line := range lines {
		scheme, rest, _ := strings.Cut(line, " ")
		if strings.EqualFold(scheme, "Bearer") {
			text, ok = strings.TrimLeft(rest, " "), true
		}
	}
	if len(lines) > 1 {
		text = ""
	}
	return text, ok
}

package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/internal/cookie"
)

// TokenFromRequest returns the token that a request presents, for programs
// that do without [Auth.Handler]. It is not validated: give it to the manager's
// Validate. A request whose cookies must not be believed is ErrOrigin, one
// without a well-formed token is session.ErrNoSession. Of several cookies it is
// that of the only one with a session, for which the store is asked; an error of
// the store's is returned as it is. Former names are not read.
func (a *Auth[U, S]) TokenFromRequest(r *http.Request) (session.Token, error) {
	p := a.readTokens(r, nil)
	if !p.bearer && a.checkOrigin(r) != "" {
		return session.Token{}, ErrOrigin
	}
	token, err := a.pick(r.Context(), p.tokens)
	if errors.Is(err, errSeveral) {
		err = session.ErrNoSession
	}
	return token, err
}

// presented is what a request brings to show that a session is its own. All
// tokens are well-formed.
type presented struct {
	tokens []session.Token   // of the cookie, or the bearer token
	former [][]session.Token // of the cookies with former names
	bearer bool              // judged by the Authorization header alone
	stale  bool              // there are cookies that are worth clearing if they have no session
	err    error             // why cookies have not been read: there are too many
}

// readTokens returns what a request presents, with its tokens appended to tokens,
// which is empty.
func (a *Auth[U, S]) readTokens(r *http.Request, tokens []session.Token) presented {
	if a.config.Bearer {
		if text, ok := bearer(r); ok {
			p := presented{bearer: true}
			if token, err := session.ParseToken(text); err == nil {
				p.tokens = append(tokens, token)
			}
			return p
		}
	}
	p := presented{stale: a.cookie.Presented(r)}
	p.tokens, p.err = cookie.Append(tokens, a.cookie, r, parse)
	for _, former := range a.cookie.Former(r) {
		tokens, err := cookie.Append(nil, former, r, parse)
		if len(tokens) > 0 {
			p.former = append(p.former, tokens)
		}
		p.err = errors.Join(p.err, err)
	}
	return p
}

func parse(text string) (session.Token, bool) {
	token, err := session.ParseToken(text)
	return token, err == nil
}

// all returns all tokens.
func (p *presented) all() []session.Token {
	return append(slices.Clone(p.tokens), slices.Concat(p.former...)...)
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

package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/internal/cookie"
)

// TokenFromRequest returns the token of a request, for programs that do not use
// [Auth.Handler]. It does not validate the token: pass it to the manager's Validate.
//
// If the cookies of the request must not be trusted, the error is ErrOrigin. If the
// request has no well-formed token, the error is session.ErrNoSession. If it has
// several cookies, TokenFromRequest calls the store and returns the token of the only
// one that has a session. It returns the store's errors unchanged. It does not read
// cookies with former names.
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

// presented holds the tokens that a request presents. All are well-formed.
type presented struct {
	tokens []session.Token   // from the cookie, or the bearer token
	former [][]session.Token // from the cookies with former names
	bearer bool              // only the Authorization header counts
	stale  bool              // the request has cookies, to be cleared if they have no session
	err    error             // set if cookies were not read because there are too many
}

// readTokens returns the tokens that a request presents. It appends those of the
// cookie, or the bearer token, to tokens, which is empty.
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

// all returns all tokens, including those of former names.
func (p *presented) all() []session.Token {
	return append(slices.Clone(p.tokens), slices.Concat(p.former...)...)
}

// bearer returns the text after "Bearer" in a request's Authorization header, and
// whether the header has this scheme. If the request has several such headers, the
// text is empty.
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

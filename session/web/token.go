package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/internal/cookie"
)

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

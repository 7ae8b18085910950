package web

import (
	"errors"
	"strings"

	"github.com/tenon-go/tenon/session/internal/cookie"
)

func cookieScopes(scopes []Scope) []cookie.Scope {
	converted := make([]cookie.Scope, len(scopes))
	for i, scope := range scopes {
		converted[i] = cookie.Scope(scope)
	}
	return converted
}

// checkScopes returns why scopes cannot be used together.
func checkScopes(scopes []cookie.Scope) error {
	for i, scope := range scopes {
		for _, other := range scopes[:i] {
			if scope == other {
				return errors.New("two Scopes are the same")
			}
			if contradict(scope, other) {
				return errors.New("two Scopes contradict each other: a sign-in on one host would set one cookie, and others be sent both")
			}
		}
	}
	return nil
}

// contradict reports whether two scopes can give one request cookies of two
// sessions: browsers send both cookies with the request, but a response from
// another host sets only one of them.
func contradict(a, b cookie.Scope) bool {
	if a.Domain == b.Domain { // always set together, even if both are the host
		return false
	}
	return (inDomain(a.Domain, b.Domain) || inDomain(b.Domain, a.Domain)) &&
		(inPath(a.Path, b.Path) || inPath(b.Path, a.Path))
}

// inDomain reports whether a domain is, or can be, part of another one. The domain
// "", the host that sets the cookie, can be part of any domain.
func inDomain(domain, other string) bool {
	return domain == "" || domain == other || strings.HasSuffix(domain, "."+other)
}

// inPath reports whether browsers treat a path as equal to another or below it.
func inPath(path, other string) bool {
	return path == other || strings.HasPrefix(path, strings.TrimSuffix(other, "/")+"/")
}

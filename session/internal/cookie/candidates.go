package cookie

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// maxCandidates is how many values of one name are tried at most. A browser has one
// value for each scope that the application has ever used. More are an attack.
const maxCandidates = 4

// ErrTooMany: a request has more than four values of the cookie that may be
// ours. None of them is tried.
var ErrTooMany = errors.New("more cookies of one name than are tried")

// Append parses the values of the cookie in a request, and appends the results to
// values. It leaves out duplicates, and values for which parse reports false, which
// cannot be ours. The caller must accept a value only if no other value is valid:
// a cookie does not say who set it, and a neighboring host may have planted another.
// It must try the values without writing to the store.
//
// The first time that a request has more than one value, Append logs a warning.
func Append[T any](values []T, c *Cookie, r *http.Request, parse func(value string) (T, bool)) ([]T, error) {
	cookies := r.CookiesNamed(c.Name(r))
	for i, cookie := range cookies {
		if cookie.Value != cookies[0].Value {
			c.warnSeveral.Do(func() {
				c.config.Logger.WarnContext(r.Context(), "cookie: a request has two different cookies of one name: "+
					"the application had other scopes before (name them as former ones), or another application has the same name",
					"name", cookie.Name)
			})
		}
		if slices.ContainsFunc(cookies[:i], func(earlier *http.Cookie) bool { return earlier.Value == cookie.Value }) {
			continue
		}
		if value, ok := parse(cookie.Value); ok {
			values = append(values, value)
		}
	}
	if len(values) > maxCandidates {
		return nil, ErrTooMany
	}
	return values, nil
}

// Presented reports whether a request has the cookie, or one of a former name, with
// any value.
func (c *Cookie) Presented(r *http.Request) bool { return c.isPresented(r, c.isInsecure(r)) }

func (c *Cookie) isPresented(r *http.Request, insecure bool) bool {
	name := c.name(insecure)
	for _, line := range r.Header["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			if rest, ok := strings.CutPrefix(strings.TrimSpace(pair), name); ok && strings.HasPrefix(rest, "=") {
				return true
			}
		}
	}
	return slices.ContainsFunc(c.formerCookies(insecure), func(f *Cookie) bool { return f.isPresented(r, insecure) })
}

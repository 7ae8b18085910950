package cookie

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// maxCandidates is how many values of one name are worth a try each: a browser
// has one for each scope that the application has ever had. More are an attack.
const maxCandidates = 4

// ErrTooMany: a request has more than four values of the cookie that may be
// ours. None of them is tried.
var ErrTooMany = errors.New("more cookies of one name than are tried")

// Append appends the values of the cookie that a request carries to values, each
// once and as parse reads it, without those that cannot be ours, for which parse
// reports false. Only one of them can count, and only if it alone is valid:
// cookies do not say who set them, and a host beside this one may have planted
// another. They must be tried without writing.
//
// It logs, once, that a request has more than one value.
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

// Presented reports whether a request carries the cookie, or one of a former
// name, with whatever value.
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

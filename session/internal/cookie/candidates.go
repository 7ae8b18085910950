package cookie

import (
	"net/http"
	"slices"
)

// maxCandidates is how many values of one name are worth a try each: a browser
// has one for each scope that the application has ever had. More are an attack.
const maxCandidates = 4

// Candidates returns the values of the cookie that a request carries, each
// once, without those that cannot be ours. Only one of them can count, and only
// if it alone is valid: cookies do not say who set them, and another one may
// have been planted by a host beside this one. They must be tried without
// writing. Of more than four none is returned.
//
// That there is more than one value is logged, once.
func (c *Cookie) Candidates(r *http.Request, possible func(value string) bool) []string {
	cookies := r.CookiesNamed(c.Name(r))
	var values []string
	for _, cookie := range cookies {
		if cookie.Value != cookies[0].Value {
			c.warnSeveral.Do(func() {
				c.config.Logger.WarnContext(r.Context(), "cookie: a request has two different cookies of one name: "+
					"the application had other scopes before (name them as former ones), or another application has the same name",
					"name", cookie.Name)
			})
		}
		if !slices.Contains(values, cookie.Value) && possible(cookie.Value) {
			values = append(values, cookie.Value)
		}
	}
	if len(values) > maxCandidates {
		return nil
	}
	return values
}

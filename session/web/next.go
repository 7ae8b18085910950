package web

import (
	"net/http"
	"net/url"
	"strings"
)

// maxNext is the maximum length of a path that a client is sent back to. It keeps
// the URL of the sign-in page short enough for servers.
const maxNext = 2000

// Next returns the path to go to after signing in. That is the form value next of
// the request, from the query or the body, if it is a path of this site, with or
// without a query. Otherwise it is fallback. Next never returns a value of the
// request that leads to another site in any browser, however it is spelled.
//
//	http.Redirect(w, r, web.Next(r, "/"), http.StatusSeeOther)
//
// The form on the sign-in page must send the value on, as a hidden field named next.
func Next(r *http.Request, fallback string) string {
	if next := r.FormValue("next"); isPath(next) {
		return next
	}
	return fallback
}

// withNext returns the URL of the sign-in page with r's own URL as the parameter
// next.
func withNext(page string, r *http.Request) string {
	next := r.RequestURI // as the client sent it, with any prefixes that were stripped from r.URL
	if r.Method != http.MethodGet || !isPath(next) {
		return page
	}
	u, err := url.Parse(page)
	if err != nil {
		return page
	}
	query := u.Query()
	query.Set("next", next)
	u.RawQuery = query.Encode()
	return u.String()
}

// isPath reports whether every browser treats a text as a path on the same host.
// Some browsers treat a backslash as a slash, and all ignore tabs and newlines.
func isPath(text string) bool {
	if len(text) > maxNext || !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") {
		return false
	}
	if strings.Contains(text, "\\") {
		return false
	}
	u, err := url.Parse(text) // returns an error for control characters
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil
}

package web

import (
	"net/http"
	"net/url"
	"strings"
)

// maxNext is how long a path is at most that a client is sent back to, so that
// the URL of the page to sign in on stays one that servers accept.
const maxNext = 2000

// Next returns where to go after signing in: the form value next of a request, in
// the query or the body, if that is a path of this site, with or without a query;
// else fallback. What leads to another site in some browser, in whatever
// spelling, is not a path.
//
//	http.Redirect(w, r, web.Next(r, "/"), http.StatusSeeOther)
//
// The page to sign in on passes it on in its form, as a hidden field named next.
func Next(r *http.Request, fallback string) string {
	if next := r.FormValue("next"); isPath(next) {
		return next
	}
	return fallback
}

// withNext returns the URL of the page to sign in on that leads back to what
// r asks for.
func withNext(page string, r *http.Request) string {
	next := r.RequestURI // as it was sent, whatever prefixes have been stripped
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

// isPath reports whether a text is a path on the host of the page that leads
// there, to any browser. Some treat a backslash as a slash, all leave out tabs
// and newlines.
func isPath(text string) bool {
	if len(text) > maxNext || !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") {
		return false
	}
	if strings.Contains(text, "\\") {
		return false
	}
	u, err := url.Parse(text) // which refuses control characters
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil
}

package cookie

import (
	"net/http"
	"slices"
	"strings"
)

// RetryAfter is for how many seconds clients should leave a store alone that does
// not answer, as the header of that name says it.
const RetryAfter = "10"

// isCookie reports whether the value of a Set-Cookie header is for the cookie
// with this name.
func isCookie(line, name string) bool {
	rest, ok := strings.CutPrefix(line, name)
	return ok && strings.HasPrefix(rest, "=")
}

// hasCookie reports whether a header sets the cookie with this name.
func hasCookie(header http.Header, name string) bool {
	return slices.ContainsFunc(header["Set-Cookie"], func(line string) bool { return isCookie(line, name) })
}

// Replace adds cookies of Set or Clear to the header of a response to r, in
// place of those with the same name. Before them it deletes stale ones, and those
// of former names. No cache may keep the response.
func (c *Cookie) Replace(header http.Header, r *http.Request, cookies []*http.Cookie) {
	c.replace(header, c.isInsecure(r), cookies)
}

func (c *Cookie) replace(header http.Header, insecure bool, cookies []*http.Cookie) {
	const key = "Set-Cookie"
	lines := slices.DeleteFunc(header[key], func(line string) bool {
		return isCookie(line, c.name(insecure)) ||
			slices.ContainsFunc(c.formerCookies(insecure), func(f *Cookie) bool { return isCookie(line, f.name(insecure)) })
	})
	for _, cookie := range append(c.clearStale(insecure), cookies...) {
		lines = append(lines, cookie.String())
	}
	header[key] = lines
	NoStore(header)
}

// others are the headers besides Cache-Control that tell caches, or some of
// them, what they may keep. Some obey these first.
var others = []string{"Expires", "Surrogate-Control", "Edge-Control", "X-Accel-Expires"}

// isCDN reports whether a header is Cache-Control for the caches of one sort of
// network: CDN-Cache-Control of RFC 9213 and its relatives.
func isCDN(name string) bool { return strings.HasSuffix(name, "Cdn-Cache-Control") }

// NoStore has no cache keep a response, whatever was said before.
func NoStore(header http.Header) {
	header.Set("Cache-Control", "no-store")
	for name := range header {
		if slices.Contains(others, name) || isCDN(name) {
			delete(header, name)
		}
	}
	vary(header)
}

// saysNothing reports whether a header says nothing about caching.
func saysNothing(header http.Header) bool {
	for name := range header {
		if name == "Cache-Control" || slices.Contains(others, name) || isCDN(name) {
			return false
		}
	}
	return true
}

// vary says that a response depends on cookies, unless the header says so
// already.
func vary(header http.Header) {
	for _, line := range header["Vary"] {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.TrimSpace(name); name == "*" || strings.EqualFold(name, "Cookie") {
				return
			}
		}
	}
	header.Add("Vary", "Cookie")
}

package cookie

import (
	"net/http"
	"slices"
	"strings"
)

// RetryAfter is the value of the Retry-After header, in seconds, of a response to a
// request that failed because the store did not answer.
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

// Replace adds cookies of Set or Clear to the header of a response to r, and removes
// those with the same name from the header. It first adds cookies that delete stale
// ones and those of former names. It makes the response no-store.
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

// others are the headers besides Cache-Control that control all or some caches.
// Some caches obey these first.
var others = []string{"Expires", "Surrogate-Control", "Edge-Control", "X-Accel-Expires"}

// isCDN reports whether a header is CDN-Cache-Control of RFC 9213, or the variant of
// one network.
func isCDN(name string) bool { return strings.HasSuffix(name, "Cdn-Cache-Control") }

// NoStore makes a response no-store. It removes all other headers about caching.
func NoStore(header http.Header) {
	header.Set("Cache-Control", "no-store")
	for name := range header {
		if slices.Contains(others, name) || isCDN(name) {
			delete(header, name)
		}
	}
	vary(header)
}

// saysNothing reports whether a header has no field about caching.
func saysNothing(header http.Header) bool {
	for name := range header {
		if name == "Cache-Control" || slices.Contains(others, name) || isCDN(name) {
			return false
		}
	}
	return true
}

// vary adds "Vary: Cookie" unless the header has it already.
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

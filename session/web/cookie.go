package web

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/tenon-go/tenon/session"
)

// maxCookie is how long name and value together are at most: browsers drop
// what is longer without a word.
const maxCookie = 4096

// Cookies returns the cookies, one for each of [Config].Scopes, with which the
// client that sent r is given the token of a session, for programs that write
// responses themselves; [Auth.SetSession] sends them. Browsers forget them when
// they are closed unless the session is Persistent, which the manager's Create
// makes it with session.Persistent(true) only. A session without a token has
// none, which is session.ErrNoSession.
func (a *Auth[U, S]) Cookies(r *http.Request, s session.Session[S]) ([]*http.Cookie, error) {
	if s.Token().IsZero() {
		return nil, session.ErrNoSession
	}
	return a.cookies(r, s.Token().Reveal(), a.maxAge(s)), nil
}

// BlankCookies returns the cookies that delete those of [Auth.Cookies].
func (a *Auth[U, S]) BlankCookies(r *http.Request) []*http.Cookie {
	return a.cookies(r, "", -1)
}

func (a *Auth[U, S]) cookies(r *http.Request, value string, maxAge int) []*http.Cookie {
	insecure := a.config.insecure(r)
	cookies := make([]*http.Cookie, len(a.config.Scopes))
	for i, scope := range a.config.Scopes {
		cookies[i] = &http.Cookie{
			Name:     a.config.cookieName(insecure),
			Value:    value,
			Domain:   scope.Domain,
			Path:     scope.Path,
			MaxAge:   maxAge,
			Secure:   !insecure,
			HttpOnly: true,
			SameSite: a.config.SameSite,
		}
	}
	return cookies
}

// maxAge returns for how many seconds browsers are to keep the cookie of a
// session; 0: until they are closed. Not an Expires, which would need the
// browser's clock to be right.
func (a *Auth[U, S]) maxAge(s session.Session[S]) int {
	if !s.Persistent {
		return 0
	}
	lifetime := a.config.CookieLifetime
	if lifetime == 0 {
		lifetime = min(s.ExpiresAt.Sub(a.manager.Now()), maxLifetime)
	}
	return max(int((lifetime+time.Second-1)/time.Second), 1)
}

// checkCookies returns why browsers would refuse the cookies that a config
// asks for.
func (a *Auth[U, S]) checkCookies() error {
	token := session.NewToken().Reveal()
	for _, cookie := range a.cookies(&http.Request{}, token, 1) {
		if err := cookie.Valid(); err != nil {
			return fmt.Errorf("web: %w", err)
		}
		if cookie.Path[0] != '/' {
			return errors.New("web: a Path must begin with /")
		}
		if len(cookie.Name)+len(cookie.Value) > maxCookie {
			return errors.New("web: CookieName is too long: name and value are more than 4096 bytes, which browsers drop")
		}
	}
	if a.config.cookieName(true) == "" {
		return errors.New("web: CookieName is nothing but a prefix")
	}
	return nil
}

// cookieName returns the name of the cookie. Without its prefix it is another
// one, so that what was set over an insecure connection never counts elsewhere.
func (c *Config) cookieName(insecure bool) string {
	if insecure {
		for _, prefix := range []string{hostPrefix, securePrefix} {
			if hasPrefixFold(c.CookieName, prefix) {
				return c.CookieName[len(prefix):]
			}
		}
	}
	return c.CookieName
}

// insecure reports whether the host of a request uses the insecure cookie.
func (c *Config) insecure(r *http.Request) bool {
	if !c.Insecure {
		return false
	}
	host := hostname(r.Host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || slices.Contains(c.InsecureHosts, host) {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}

// hostname returns a host in lower case, without its port and without the
// brackets around an address.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	} else if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	return strings.ToLower(host)
}

// isCookie reports whether the value of a Set-Cookie header is for the cookie
// with this name.
func isCookie(line, name string) bool {
	rest, ok := strings.CutPrefix(line, name)
	return ok && strings.HasPrefix(rest, "=")
}

// setCookies adds cookies to a header in place of those with the same name.
func setCookies(header http.Header, cookies []*http.Cookie) {
	const key = "Set-Cookie"
	lines := slices.DeleteFunc(header[key], func(line string) bool { return isCookie(line, cookies[0].Name) })
	for _, cookie := range cookies {
		lines = append(lines, cookie.String())
	}
	header[key] = lines
}

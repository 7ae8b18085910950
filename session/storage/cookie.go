package storage

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Cookie says how the cookie of a [Storage] looks and how long sessions live.
// Secrets must be given; for the rest the zero value is meant to be used.
type Cookie struct {
	// Secrets sign the cookie's value: the first one signs, and what any of
	// them signed is read. To replace a secret put the new one in front, and
	// drop the old one MaxAge later. Each must have at least 32 bytes, and
	// they should be random: openssl rand -base64 32.
	Secrets []string

	// Name of the cookie. Default: "__Host-data", with a Path or a Domain of
	// your own "__Secure-data", with Insecure "data".
	Name string

	// MaxAge is how long a session lives after its last commit: at least
	// a second, at most 400 days, which is all that browsers keep. Default:
	// 14 days.
	MaxAge time.Duration

	// Rolling has every commit, of an unchanged session too, count for MaxAge:
	// it writes to the store and sets the cookie again. With NewInCookie an
	// answer that arrives late then puts back the cookie its request came with,
	// and so undoes what other requests have set or destroyed meanwhile.
	Rolling bool

	// Path and Domain are where browsers send the cookie. Default: every path
	// of the host that set it, and no other host.
	Path   string
	Domain string

	// SameSite is http.SameSiteLaxMode (the default), http.SameSiteStrictMode
	// or http.SameSiteNoneMode.
	SameSite http.SameSite

	// Insecure leaves the attribute Secure out, for development without TLS on
	// another host than localhost, where browsers take Secure cookies as well.
	Insecure bool

	// ScriptAccess leaves the attribute HttpOnly out, so that the scripts of
	// a page can read the cookie.
	ScriptAccess bool

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Logger is told of what the middleware could not load or store. Default:
	// slog.Default().
	Logger *slog.Logger
}

const (
	maxCookieBytes = 4096 // of name and value together; RFC 6265 bis, 5.6
	maxCookieAge   = 400 * 24 * time.Hour
	minSecretBytes = 32
)

// complete returns the config with its defaults filled in, or why it cannot be
// used.
func (c Cookie) complete() (Cookie, error) {
	if c.Path == "" {
		c.Path = "/"
	}
	if c.Name == "" {
		c.Name = c.defaultName()
	}
	if c.MaxAge == 0 {
		c.MaxAge = 14 * 24 * time.Hour
	}
	if c.SameSite == 0 {
		c.SameSite = http.SameSiteLaxMode
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c, c.check()
}

func (c Cookie) defaultName() string {
	switch {
	case c.Insecure:
		return "data"
	case c.Path != "/" || c.Domain != "":
		return "__Secure-data"
	}
	return "__Host-data"
}

func (c Cookie) check() error {
	if len(c.Secrets) == 0 {
		return errors.New("storage: no secret to sign the cookie with")
	}
	if slices.ContainsFunc(c.Secrets, func(s string) bool { return len(s) < minSecretBytes }) {
		return fmt.Errorf("storage: a secret under %d bytes", minSecretBytes)
	}
	if err := (&http.Cookie{Name: c.Name, Path: c.Path, Domain: c.Domain}).Valid(); err != nil {
		return fmt.Errorf("storage: %w", err)
	}
	name := strings.ToLower(c.Name) // browsers compare the prefixes so
	switch {
	case c.MaxAge < time.Second || c.MaxAge > maxCookieAge:
		return errors.New("storage: MaxAge is not between a second and 400 days")
	case c.Path[0] != '/':
		return errors.New("storage: Path does not begin with a slash")
	case c.SameSite != http.SameSiteLaxMode && c.SameSite != http.SameSiteStrictMode && c.SameSite != http.SameSiteNoneMode:
		return errors.New("storage: SameSite is none of Lax, Strict and None")
	case c.Insecure && c.SameSite == http.SameSiteNoneMode:
		return errors.New("storage: browsers refuse SameSite=None without Secure")
	case c.Insecure && (strings.HasPrefix(name, "__host-") || strings.HasPrefix(name, "__secure-")):
		return errors.New("storage: browsers refuse the prefixes __Host- and __Secure- without Secure")
	case strings.HasPrefix(name, "__host-") && (c.Path != "/" || c.Domain != ""):
		return errors.New("storage: browsers refuse the prefix __Host- with a Domain or with a Path other than /")
	}
	return nil
}

// set puts the cookie into the header of a response, in place of one that was
// put there before.
func (c *Cookie) set(h http.Header, value string, maxAge int, expires time.Time) {
	h["Set-Cookie"] = slices.DeleteFunc(h["Set-Cookie"], func(line string) bool {
		return strings.HasPrefix(line, c.Name+"=")
	})
	cookie := http.Cookie{
		Name:     c.Name,
		Value:    value,
		Path:     c.Path,
		Domain:   c.Domain,
		MaxAge:   maxAge,
		Expires:  expires,
		Secure:   !c.Insecure,
		HttpOnly: !c.ScriptAccess,
		SameSite: c.SameSite,
	}
	h.Add("Set-Cookie", cookie.String())
	h.Set("Cache-Control", "no-store")
}

// give sets the cookie for as long as a session lives. Max-Age alone: it does
// not depend on the browser's clock.
func (c *Cookie) give(h http.Header, value string) {
	c.set(h, value, int(c.MaxAge/time.Second), time.Time{})
}

// clear has the browser forget the cookie. Max-Age counts where both are
// understood, so that it must say so too.
func (c *Cookie) clear(h http.Header) { c.set(h, "", -1, time.Unix(0, 0)) }

// presented returns the value of the cookie that a request carries. One that is
// there twice with different values is none: nobody can say which is ours.
func (c *Cookie) presented(r *http.Request) string {
	value := ""
	for i, cookie := range r.CookiesNamed(c.Name) {
		if i > 0 && cookie.Value != value {
			return ""
		}
		value = cookie.Value
	}
	return value
}

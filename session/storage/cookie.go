package storage

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/tenon-go/tenon/session/internal/cookie"
)

// Cookie configures the cookie of a [Storage] and how long sessions live. Secrets
// must be set. All other fields have usable zero values.
type Cookie struct {
	// Secrets are the keys that sign the cookie's value. The first one signs; a
	// value that any of them signed is accepted. To replace a secret, put the new
	// one in front, and remove the old one MaxAge later. Each must have at least 32
	// bytes and should be random, as printed by openssl rand -base64 32. A secret
	// that is obviously not random, such as one repeated character, is refused.
	Secrets []string

	// Name is the name of the cookie. Default: "__Host-data", or "__Secure-data" if
	// Path or Domain is set.
	Name string

	// MaxAge is how long a session lives after its last commit: at least
	// a second, at most 400 days, which is the limit of browsers. A shorter MaxAge
	// takes effect at once. Default: 14 days.
	MaxAge time.Duration

	// Absolute is how long a session lives after its first commit, however often it
	// is committed, even under another id. Without this limit a stolen cookie could
	// be kept valid forever. [Storage.Destroy] begins a new session. A shorter
	// Absolute takes effect at once. NoAbsolute turns it off. Default: twice MaxAge, the
	// ratio of the 15 and 30 days of package session.
	Absolute time.Duration

	// Rolling makes every commit extend the session by MaxAge, even if the session
	// is unchanged. Every commit then writes to the store and sets the cookie. With
	// NewInCookie, a response that arrives late restores the data of its request's
	// cookie, and undoes what other requests have set or destroyed since.
	Rolling bool

	// Path and Domain are the path and the domain to which browsers send the cookie.
	// Default: all paths of exactly the host that sets it.
	Path   string
	Domain string

	// SameSite is http.SameSiteLaxMode (the default), http.SameSiteStrictMode
	// or http.SameSiteNoneMode.
	SameSite http.SameSite

	// Insecure gives requests to a loopback host (localhost, 127.0.0.1, ::1, by
	// their Host header) a cookie that is not Secure and whose name has no
	// prefix: "data" by default. It is for development with browsers that send
	// no Secure cookie over HTTP to such a host. All other hosts have the Secure
	// cookie. So does a request that came through a proxy; Logger then gets one
	// warning. See Insecure of package web for the details.
	Insecure bool

	// InsecureHosts are names or addresses, without ports, that Insecure treats
	// like a loopback host.
	InsecureHosts []string

	// FormerScopes are scopes that earlier cookies of this name had, before Path or
	// Domain was changed. Whenever the cookie is set or deleted, these cookies are
	// deleted, because browsers would send both. The scope of the host only, from
	// before a Domain was set, need not be listed.
	FormerScopes []Scope

	// Partitioned makes browsers keep a separate cookie for each site that shows
	// this one in a frame. Without it they would keep no cookie there. It requires
	// http.SameSiteNoneMode.
	Partitioned bool

	// ScriptAccess omits the attribute HttpOnly, so the scripts of a page can read
	// the cookie.
	ScriptAccess bool

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Logger logs sessions that the middleware could not load or store, and rows
	// that could not be deleted. Default: slog.Default().
	Logger *slog.Logger
}

// Scope is a domain and a path to which browsers send a cookie.
type Scope struct {
	Domain string // includes its subdomains; default: exactly the host that sets the cookie
	Path   string // includes the paths below it; default: "/"
}

// NoAbsolute as [Cookie].Absolute means that sessions live as long as they are
// committed.
const NoAbsolute time.Duration = -1

const (
	minSecretBytes = 32

	// minSecretAlphabet is the minimum number of different bytes in a secret. Spaces,
	// a repeated "changeme" and the like have fewer. Of random secrets of 32 digits,
	// the smallest likely alphabet, one in a thousand has fewer.
	minSecretAlphabet = 8
)

// complete returns the config with its defaults filled in and the cookie that it
// describes, or an error that says why it cannot be used.
func (c Cookie) complete() (Cookie, *cookie.Cookie, error) {
	if c.MaxAge == 0 {
		c.MaxAge = 14 * 24 * time.Hour
	}
	if c.Absolute == 0 {
		c.Absolute = 2 * c.MaxAge
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	switch {
	case len(c.Secrets) == 0:
		return c, nil, errors.New("no secret to sign the cookie with")
	case slices.ContainsFunc(c.Secrets, func(s string) bool { return len(s) < minSecretBytes }):
		return c, nil, fmt.Errorf("a secret under %d bytes", minSecretBytes)
	case slices.ContainsFunc(c.Secrets, func(s string) bool { return alphabet(s) < minSecretAlphabet }):
		return c, nil, errors.New("a secret that is not random: openssl rand -base64 32 prints one that is")
	case c.MaxAge < time.Second || c.MaxAge > cookie.MaxAge:
		return c, nil, errors.New("MaxAge is not between a second and 400 days")
	case c.Absolute < time.Second && c.Absolute != NoAbsolute:
		return c, nil, errors.New("a lifetime of Absolute must be at least a second, or NoAbsolute")
	}
	former := make([]cookie.Scope, len(c.FormerScopes))
	for i, scope := range c.FormerScopes {
		former[i] = cookie.Scope(scope)
	}
	carrier, err := cookie.New(cookie.Config{
		Name:          c.Name,
		Base:          "data",
		Scopes:        []cookie.Scope{{Domain: c.Domain, Path: c.Path}},
		Former:        former,
		SameSite:      c.SameSite,
		Insecure:      c.Insecure,
		InsecureHosts: c.InsecureHosts,
		ScriptAccess:  c.ScriptAccess,
		Partitioned:   c.Partitioned,
		Logger:        c.Logger,
	})
	return c, carrier, err
}

// alphabet returns the number of different bytes in a text.
func alphabet(text string) int {
	seen := map[byte]bool{}
	for _, b := range []byte(text) {
		seen[b] = true
	}
	return len(seen)
}

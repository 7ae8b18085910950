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

// Cookie says how the cookie of a [Storage] looks and how long sessions live.
// Secrets must be given; for the rest the zero value is meant to be used.
type Cookie struct {
	// Secrets sign the cookie's value: the first one signs, and what any of
	// them signed is read. To replace a secret put the new one in front, and
	// drop the old one MaxAge later. Each must have at least 32 bytes, and
	// they should be random: openssl rand -base64 32. What is obviously not, one
	// character over and over, is refused.
	Secrets []string

	// Name of the cookie. Default: "__Host-data", or with a Path or a Domain of
	// your own "__Secure-data".
	Name string

	// MaxAge is how long a session lives after its last commit: at least
	// a second, at most 400 days, which is all that browsers keep. Shortening
	// it acts at once. Default: 14 days.
	MaxAge time.Duration

	// Absolute is how long a session lives after its first commit, however
	// often it is committed, under another id too: otherwise whoever has stolen
	// a cookie could keep it alive for ever. Shortening it acts at once. After
	// [Storage.Destroy] a session is a new one. Default: twice MaxAge, as of
	// package session's 15 and 30 days. NoAbsolute turns it off.
	Absolute time.Duration

	// Rolling has every commit, of an unchanged session too, count for MaxAge:
	// it writes to the store and sets the cookie again. With NewInCookie an
	// answer that arrives late then puts back the cookie its request came with,
	// and so undoes what other requests have set or destroyed in between.
	Rolling bool

	// Path and Domain are where browsers send the cookie. Default: every path
	// of the host that set it, and no other host.
	Path   string
	Domain string

	// SameSite is http.SameSiteLaxMode (the default), http.SameSiteStrictMode
	// or http.SameSiteNoneMode.
	SameSite http.SameSite

	// Insecure lets requests to a loopback host (localhost, 127.0.0.1, ::1, by
	// their Host header) use a cookie that is not Secure and whose name has no
	// prefix: "data" by default. It is for development with browsers that send
	// no Secure cookie over HTTP to them. All other hosts have the Secure
	// cookie, and so has a request that shows that it came through a proxy,
	// which Logger is then warned of, once. It is what Insecure of package web
	// is; see there.
	Insecure bool

	// InsecureHosts are names or addresses, without ports, for which Insecure
	// holds as well.
	InsecureHosts []string

	// FormerScopes are those of cookies of this name that are still out, from
	// before Path or Domain were what they are. Where a cookie is set or
	// deleted, these are deleted: browsers would send both. That of the host
	// alone, from before there was a Domain, need not be named.
	FormerScopes []Scope

	// Partitioned has browsers keep a cookie for each site that shows this one
	// in a frame, where they would keep none at all. It needs
	// http.SameSiteNoneMode.
	Partitioned bool

	// ScriptAccess leaves the attribute HttpOnly out, so that the scripts of
	// a page can read the cookie.
	ScriptAccess bool

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Logger is told of what the middleware could not load or store. Default:
	// slog.Default().
	Logger *slog.Logger
}

// Scope is a part of the web to which browsers send a cookie.
type Scope struct {
	Domain string // of which subdomains are part; default: the host that set it
	Path   string // of which paths below are part; default: "/"
}

// NoAbsolute as [Cookie].Absolute lets sessions live for as long as they are
// committed.
const NoAbsolute time.Duration = -1

const (
	minSecretBytes = 32

	// minSecretAlphabet is of how many different bytes a secret has to be.
	// Spaces, "changeme" over and over and the like are of fewer; of 32 random
	// digits, the smallest alphabet that may be meant, one in a thousand is.
	minSecretAlphabet = 8
)

// complete returns the config with its defaults filled in and the cookie that it
// describes, or why it cannot be used.
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

// alphabet returns how many different bytes there are in a text.
func alphabet(text string) int {
	seen := map[byte]bool{}
	for _, b := range []byte(text) {
		seen[b] = true
	}
	return len(seen)
}

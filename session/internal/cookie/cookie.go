package cookie

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// MaxSize is the maximum length of name and value together. Browsers silently
	// drop a longer cookie. RFC 6265 bis, 5.6.
	MaxSize = 4096

	// MaxAge is the maximum time for which browsers keep a cookie.
	MaxAge = 400 * 24 * time.Hour

	hostPrefix   = "__Host-"
	securePrefix = "__Secure-"
)

// Config describes a cookie.
type Config struct {
	Name   string  // default: Base, with the strictest prefix that the scopes permit
	Base   string  // the name without a prefix
	Scopes []Scope // one cookie is set for each; default: all paths of the host
	Former []Scope // scopes of earlier cookies, which browsers may still have and which no longer count

	FormerNames []string // names of earlier cookies, which browsers may still have and which are still read

	SameSite      http.SameSite // default: Lax
	Insecure      bool          // without Secure on loopback hosts
	InsecureHosts []string      // also without Secure on these
	ScriptAccess  bool          // without HttpOnly
	Partitioned   bool

	Logger *slog.Logger
}

// Scope is a domain and a path to which browsers send a cookie.
type Scope struct {
	Domain string // includes its subdomains; default: only the host
	Path   string // default: "/"
}

// Cookie is a cookie, or one for each of several scopes. It is safe for
// concurrent use.
type Cookie struct {
	config Config
	stale  []Scope   // scopes of cookies to delete: see New
	former []*Cookie // the cookies of FormerNames

	warnForwarded, warnSeveral sync.Once
}

// New returns the cookie that a config describes. If browsers would refuse it, New
// returns an error.
//
// Stale scopes are those of cookies to delete. They are the Former scopes and, for
// each scope with a Domain, that of the host only: browsers would send a cookie from
// before the Domain was configured together with the new one. Parent domains that
// are not configured are not stale, because their cookies may belong to another
// application.
func New(config Config) (*Cookie, error) {
	c := &Cookie{config: config}
	c.config.Scopes = complete(config.Scopes)
	if len(c.config.Scopes) == 0 {
		c.config.Scopes = []Scope{{Path: "/"}}
	}
	c.config.Former = complete(config.Former)
	if c.config.Name == "" {
		c.config.Name = securePrefix + config.Base
		if c.isWholeHost() {
			c.config.Name = hostPrefix + config.Base
		}
	}
	if config.SameSite == 0 {
		c.config.SameSite = http.SameSiteLaxMode
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	for _, scope := range c.config.Scopes {
		if scope.Domain != "" {
			c.addStale(Scope{Path: scope.Path})
		}
	}
	for _, scope := range c.config.Former {
		if !hasPrefixFold(c.config.Name, hostPrefix) { // a former name may have had it
			c.addStale(scope)
		}
	}
	return c, c.addFormer()
}

// addFormer creates the cookies of FormerNames.
func (c *Cookie) addFormer() error {
	for i, name := range c.config.FormerNames {
		if name == "" || name == c.config.Name || slices.Contains(c.config.FormerNames[:i], name) {
			return errors.New("FormerNames: a name is empty, there twice, or the cookie's own")
		}
		config := c.config
		config.Name, config.FormerNames = name, nil
		if hasPrefixFold(name, hostPrefix) { // browsers accept this prefix only for the whole host
			config.Scopes, config.Former = nil, nil
		}
		former, err := New(config)
		if err != nil {
			return fmt.Errorf("FormerNames: %w", err)
		}
		c.former = append(c.former, former)
	}
	return nil
}

// Former returns the cookies of FormerNames that are read on the host of a request.
func (c *Cookie) Former(r *http.Request) []*Cookie { return c.formerCookies(c.isInsecure(r)) }

// formerCookies returns the cookies of FormerNames. On insecure hosts, where names
// have no prefix, it leaves out a name that then equals the cookie's own.
func (c *Cookie) formerCookies(insecure bool) []*Cookie {
	if !insecure {
		return c.former
	}
	return slices.DeleteFunc(slices.Clone(c.former), func(f *Cookie) bool { return f.name(true) == c.name(true) })
}

func (c *Cookie) addStale(scope Scope) {
	if !slices.Contains(c.stale, scope) && !slices.Contains(c.config.Scopes, scope) {
		c.stale = append(c.stale, scope)
	}
}

// complete returns scopes as browsers store them.
func complete(scopes []Scope) []Scope {
	scopes = slices.Clone(scopes)
	for i, scope := range scopes {
		if scope.Path == "" {
			scope.Path = "/"
		}
		scope.Domain = strings.ToLower(strings.TrimPrefix(scope.Domain, "."))
		scopes[i] = scope
	}
	return scopes
}

// isWholeHost reports whether the prefix __Host- permits all scopes.
func (c *Cookie) isWholeHost() bool {
	return !slices.ContainsFunc(c.config.Scopes, func(s Scope) bool { return s != Scope{Path: "/"} })
}

func (c *Cookie) check() error {
	config := &c.config
	isHost := hasPrefixFold(config.Name, hostPrefix)
	switch {
	case isHost && !c.isWholeHost():
		return errors.New("browsers refuse a cookie named __Host-… with a Domain or with a Path other than /: name it __Secure-…")
	case isHost && len(config.Former) > 0 && len(config.FormerNames) == 0:
		return errors.New("a cookie named __Host-… has no former scopes: under this name browsers have kept no other")
	case config.SameSite != http.SameSiteLaxMode && config.SameSite != http.SameSiteStrictMode && config.SameSite != http.SameSiteNoneMode:
		return errors.New("SameSite is not Lax, Strict or None")
	case config.Insecure && config.SameSite == http.SameSiteNoneMode:
		return errors.New("browsers refuse SameSite=None without Secure: it cannot be used with Insecure")
	case !config.Insecure && len(config.InsecureHosts) > 0:
		return errors.New("InsecureHosts without Insecure")
	case trimPrefix(config.Name) == "":
		return errors.New("the cookie's name is nothing but a prefix")
	}
	for _, scope := range slices.Concat(config.Scopes, config.Former) {
		if err := c.build(scope, "", 0, false).Valid(); err != nil {
			return err
		}
		if scope.Path[0] != '/' {
			return errors.New("a Path must begin with /")
		}
		if _, err := netip.ParseAddr(scope.Domain); err == nil ||
			scope.Domain != "" && (!strings.Contains(scope.Domain, ".") || strings.HasSuffix(scope.Domain, ".")) {
			return errors.New("browsers refuse a Domain that is an address, has no dot, or ends with one")
		}
	}
	for _, host := range config.InsecureHosts {
		if host == "" || hostname(host) != host {
			return fmt.Errorf("InsecureHosts: %q is not a host in lower case, without a port", host)
		}
	}
	return nil
}

// Scopes returns the scopes, completed.
func (c *Cookie) Scopes() []Scope { return c.config.Scopes }

// Name returns the name of the cookie for the host of a request. A cookie that is
// not Secure has no prefix, so a value that was set over an insecure connection
// never counts on other hosts.
func (c *Cookie) Name(r *http.Request) string { return c.name(c.isInsecure(r)) }

// SecureName returns the name of the cookie for all hosts that are not insecure.
func (c *Cookie) SecureName() string { return c.config.Name }

func (c *Cookie) name(insecure bool) string {
	if insecure {
		return trimPrefix(c.config.Name)
	}
	return c.config.Name
}

// trimPrefix returns a cookie's name without the prefix __Host- or __Secure-.
func trimPrefix(name string) string {
	for _, prefix := range []string{hostPrefix, securePrefix} {
		if hasPrefixFold(name, prefix) {
			return name[len(prefix):]
		}
	}
	return name
}

func hasPrefixFold(s, prefix string) bool { // browsers ignore the case of prefixes
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// Set returns the cookies, one for each scope, that give the client that sent r a
// value for maxAge seconds or, if maxAge is 0, until the browser is closed. They
// have no Expires, which would depend on the browser's clock.
func (c *Cookie) Set(r *http.Request, value string, maxAge int) []*http.Cookie {
	insecure := c.isInsecure(r)
	cookies := make([]*http.Cookie, len(c.config.Scopes))
	for i, scope := range c.config.Scopes {
		cookies[i] = c.build(scope, value, maxAge, insecure)
	}
	return cookies
}

// Clear returns the cookies that delete those of Set.
func (c *Cookie) Clear(r *http.Request) []*http.Cookie { return c.Set(r, "", -1) }

// clearStale returns the cookies that delete stale ones, which a browser would send
// together with those of Set.
func (c *Cookie) clearStale(insecure bool) []*http.Cookie {
	var cookies []*http.Cookie
	for _, scope := range c.stale {
		cookies = append(cookies, c.build(scope, "", -1, insecure))
	}
	if c.config.Partitioned && !insecure { // browsers store an unpartitioned cookie separately
		for _, scope := range c.config.Scopes {
			whole := c.build(scope, "", -1, insecure)
			whole.Partitioned = false
			cookies = append(cookies, whole)
		}
	}
	for _, former := range c.formerCookies(insecure) {
		for _, scope := range former.config.Scopes {
			cookies = append(cookies, former.build(scope, "", -1, insecure))
		}
		cookies = append(cookies, former.clearStale(insecure)...)
	}
	return cookies
}

func (c *Cookie) build(scope Scope, value string, maxAge int, insecure bool) *http.Cookie {
	return &http.Cookie{
		Name:        c.name(insecure),
		Value:       value,
		Domain:      scope.Domain,
		Path:        scope.Path,
		MaxAge:      maxAge,
		Secure:      !insecure,
		HttpOnly:    !c.config.ScriptAccess,
		SameSite:    c.config.SameSite,
		Partitioned: c.config.Partitioned && !insecure,
	}
}

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
	// MaxSize is how long name and value together are at most: browsers drop
	// what is longer without a word. RFC 6265 bis, 5.6.
	MaxSize = 4096

	// MaxAge is how long browsers keep a cookie at most.
	MaxAge = 400 * 24 * time.Hour

	hostPrefix   = "__Host-"
	securePrefix = "__Secure-"
)

// Config says how a cookie looks.
type Config struct {
	Name   string  // default: Base, with the best prefix that the scopes permit
	Base   string  // a name without a prefix
	Scopes []Scope // one cookie is set for each; default: all of the host
	Former []Scope // those of cookies that are out and do not count any more

	FormerNames []string // of cookies that are out and are still read

	SameSite      http.SameSite // default: Lax
	Insecure      bool          // no Secure on hosts of this computer
	InsecureHosts []string      // nor on these
	ScriptAccess  bool          // no HttpOnly
	Partitioned   bool

	Logger *slog.Logger
}

// Scope is a part of the web to which browsers send a cookie.
type Scope struct {
	Domain string // of which subdomains are part; default: the host alone
	Path   string // default: "/"
}

// Cookie is a cookie, or one for each of several scopes. It is safe for
// concurrent use.
type Cookie struct {
	config Config
	stale  []Scope   // of cookies to expire: see New
	former []*Cookie // those of FormerNames

	warnForwarded, warnSeveral sync.Once
}

// New returns the cookie that a config describes. One that browsers refuse is
// an error.
//
// Besides the Former scopes, a scope with a Domain has a stale one: that of the
// host alone. A cookie from before the Domain was configured would be sent with
// the new one. Parent domains that are not configured have none: their cookies
// may be another application's.
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
		if !hasPrefixFold(c.config.Name, hostPrefix) { // which a former name had
			c.addStale(scope)
		}
	}
	return c, c.addFormer()
}

// addFormer makes the cookies of FormerNames.
func (c *Cookie) addFormer() error {
	for i, name := range c.config.FormerNames {
		if name == "" || name == c.config.Name || slices.Contains(c.config.FormerNames[:i], name) {
			return errors.New("FormerNames: a name is empty, there twice, or the cookie's own")
		}
		config := c.config
		config.Name, config.FormerNames = name, nil
		if hasPrefixFold(name, hostPrefix) { // browsers have kept no other
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

// Former returns the cookies of FormerNames that are read on the host of
// a request.
func (c *Cookie) Former(r *http.Request) []*Cookie { return c.formerCookies(c.isInsecure(r)) }

// formerCookies leaves out a name that differs from the cookie's own by its
// prefix, on hosts where neither has one.
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

// complete returns scopes as browsers have them.
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

// isWholeHost reports whether all scopes are what __Host- permits.
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

// Name returns the name of the cookie for the host of a request. Where it is
// not Secure it has no prefix, so that what was set over an insecure connection
// never counts elsewhere.
func (c *Cookie) Name(r *http.Request) string { return c.name(c.isInsecure(r)) }

// SecureName returns the name of the cookie for all hosts that are not insecure.
func (c *Cookie) SecureName() string { return c.config.Name }

func (c *Cookie) name(insecure bool) string {
	if insecure {
		return trimPrefix(c.config.Name)
	}
	return c.config.Name
}

// trimPrefix returns a name without its prefix.
func trimPrefix(name string) string {
	for _, prefix := range []string{hostPrefix, securePrefix} {
		if hasPrefixFold(name, prefix) {
			return name[len(prefix):]
		}
	}
	return name
}

func hasPrefixFold(s, prefix string) bool { // browsers compare prefixes so
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// Set returns the cookies, one for each scope, that give the client which sent r
// a value for maxAge seconds, or, if that is 0, until the browser is closed. They
// have no Expires, which would need the browser's clock to be right.
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

// clearStale returns the cookies that delete stale ones, which a browser would
// send as well as those of Set.
func (c *Cookie) clearStale(insecure bool) []*http.Cookie {
	var cookies []*http.Cookie
	for _, scope := range c.stale {
		cookies = append(cookies, c.build(scope, "", -1, insecure))
	}
	if c.config.Partitioned && !insecure { // browsers keep one without it beside it
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

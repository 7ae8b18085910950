package web

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/internal/cookie"
)

// CookieName is the default name of the cookie. Its prefix differs with some
// [Config].Scopes and with [Config].Insecure.
const CookieName = "__Host-" + baseName

const baseName = "session"

// Config configures how an Auth exchanges tokens with clients. The zero Config is
// ready to use.
type Config struct {
	// CookieName is the name of the cookie. Default: the constant CookieName,
	// or __Secure-session if the Scopes do not permit the prefix __Host-.
	CookieName string

	// Scopes are the domains and paths to which browsers send the cookie. One
	// cookie is set for each scope. Default: one scope, for all paths of exactly
	// the host that sets the cookie.
	//
	// New refuses scopes that contradict each other: a domain and one of its
	// subdomains, or a domain and the host only, if one path is below the other or
	// equal to it. After a sign-in on another host, browsers would send two cookies
	// with different tokens, and neither would count.
	//
	// Cookies do not depend on the port, and a Domain includes all its subdomains.
	// Give each application on a host, or below a domain, its own CookieName.
	// Otherwise they sign each other's users out.
	Scopes []Scope

	// FormerScopes are Scopes that the application used earlier with the same
	// CookieName. Browsers send such a cookie together with the new one, and then
	// possibly neither counts. Therefore signing in and clearing delete it. For a
	// scope with a Domain, they also delete the cookie of the host only, which need
	// not be listed here.
	FormerScopes []Scope

	// FormerNames are names that the cookie had earlier. If the cookie has no
	// session, Handler reads the session from a cookie with a former name. The
	// response then sets the cookie and deletes the former one. Signing in and
	// clearing delete it too. Remove a name when all its cookies have expired.
	FormerNames []string

	// SameSite controls whether browsers send the cookie with requests that other
	// sites cause. Default: http.SameSiteLaxMode.
	SameSite http.SameSite

	// Partitioned makes browsers keep a separate cookie for each site that shows
	// the application in a frame. Without it they may block the cookie there as a
	// third-party cookie. It requires SameSite: http.SameSiteNoneMode.
	Partitioned bool

	// CookieLifetime is how long browsers keep the cookie of a persistent
	// session after it was last set, at most 400 days. Default: until the session
	// expires. A session of the manager's Create or SignIn is not persistent unless
	// it was created with session.Persistent(true): browsers delete its cookie when
	// they are closed.
	CookieLifetime time.Duration

	// EndWithBrowser makes browsers delete the cookie of Auth.SignIn when they are
	// closed, unless the sign-in passes session.Persistent(true). If it is false,
	// they keep the cookie unless the sign-in passes session.Persistent(false). A
	// session whose cookie ends with the browser also expires early in the store:
	// see session.Config.NotRemembered. EndWithBrowser does not affect sessions that
	// the manager's own methods create.
	EndWithBrowser bool

	// EveryResponse sets the cookie whenever a session was validated, not only
	// when it was renewed. Because renewals set the cookie, this is unnecessary. It
	// also has a drawback: a response that arrives late restores the cookie of its
	// request, so a request in flight during a sign-in can undo the sign-in. New
	// refuses it with session.Rotate, because such a cookie soon contains a token
	// that is no longer valid.
	EveryResponse bool

	// Insecure gives requests to a loopback host (localhost, 127.0.0.1, ::1, by
	// their Host header) a cookie that is not Secure and whose name has no
	// prefix: "session" by default. It is for browsers that send no Secure
	// cookie over HTTP to such a host, like old versions of Safari. All other
	// hosts have the Secure cookie. A cookie with one of the two names is never
	// accepted for the other. A cookie for a Domain never reaches loopback hosts.
	//
	// Use it for development only. A proxy can replace the Host header with a
	// loopback address. Therefore a request that came through a proxy gets the
	// Secure cookie, and Logger gets one warning. Such a request has Via, Forwarded
	// or an X-Forwarded header, or is HTTP/1.0, which nginx sends. The values of
	// these headers are ignored.
	Insecure bool

	// InsecureHosts are names or addresses, without ports, that Insecure treats
	// like a loopback host. With the name of this computer in the local network,
	// for example, you can try an application on a phone.
	InsecureHosts []string

	// Bearer accepts tokens in "Authorization: Bearer". Only the token in the header
	// counts, even if it is invalid: the cookies of such a request are neither read
	// nor set. The origin of the request is not checked, because no browser sends
	// the header on its own. The session keeps its token when it is renewed, because
	// these clients are not given new tokens. Default: the header is ignored.
	Bearer bool

	// TrustedOrigins are other origins whose unsafe requests are accepted, for
	// example subdomains whose forms post to this one. Write them as browsers
	// send them: "https://shop.example.com", in lower case, in Punycode, without
	// the default port of the scheme. There are no wildcards.
	TrustedOrigins []string

	// UncheckedPatterns are http.ServeMux patterns of requests that programs and
	// other sites send: the sign-in of an API ("POST /api/sign-in"), webhooks,
	// callbacks with response_mode=form_post. The path is matched as Handler
	// receives it. Handler accepts a matching request from any origin. If it would
	// otherwise refuse the request, it does not read its cookies, and the request
	// has no session. The handler of the request must then authenticate the sender
	// by other means, such as a signature or the state parameter. It can sign a user
	// in, but SignOut and Update return ErrOrigin.
	UncheckedPatterns []string

	// AllowMissingOrigin accepts unsafe requests that have neither
	// Sec-Fetch-Site nor Origin, as http.CrossOriginProtection does. Programs and
	// browsers from before 2020 send such requests.
	AllowMissingOrigin bool

	// Refused responds to a request that Handler refuses (err is ErrOrigin, usually
	// status 403) or that Require refuses (session.ErrNoSession, usually status
	// 401). It must write the status too. Default: that status and a line of text.
	Refused func(w http.ResponseWriter, r *http.Request, err error)

	// Unavailable responds to a request whose token could not be validated because
	// of err, an error of the store. Nothing is known about the session, and the
	// handlers do not run. The header already has Retry-After. Default: status 503
	// and a line of text.
	Unavailable func(w http.ResponseWriter, r *http.Request, err error)

	// Logger logs these errors of the store. It also logs warnings about problems
	// that are hard to find otherwise: refused requests and the reason, two cookies
	// with one name, a sign-in on a page without TLS. Default: slog.Default().
	Logger *slog.Logger
}

// Scope is a domain and a path to which browsers send a cookie.
type Scope struct {
	// Domain is a domain, including its subdomains. Default: exactly the
	// host that sets the cookie.
	//
	// New refuses an address and a single label. It does not know all public
	// suffixes, such as co.uk, because their list changes too often to be compiled
	// in. Browsers refuse a cookie for a public suffix.
	Domain string

	// Path is a path, including the paths below it. It must begin with "/" and be
	// written as browsers send it. Default: "/".
	Path string
}

// complete returns the config with its defaults filled in and the cookie that it
// describes, or an error that says why it cannot be used.
func (c Config) complete() (Config, *cookie.Cookie, error) {
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.CookieLifetime < 0 || c.CookieLifetime > cookie.MaxAge {
		return c, nil, errors.New("CookieLifetime must be at most 400 days, for which browsers keep a cookie")
	}
	if c.Partitioned && c.SameSite != http.SameSiteNoneMode {
		return c, nil, errors.New("a cookie that is Partitioned needs SameSite=None: else browsers send it to no frame of another site")
	}
	if c.CookieLifetime > 0 && c.CookieLifetime < time.Second {
		return c, nil, errors.New("CookieLifetime must be at least a second")
	}
	carrier, err := cookie.New(cookie.Config{
		Name:          c.CookieName,
		Base:          baseName,
		Scopes:        cookieScopes(c.Scopes),
		Former:        cookieScopes(c.FormerScopes),
		FormerNames:   c.FormerNames,
		SameSite:      c.SameSite,
		Insecure:      c.Insecure,
		InsecureHosts: c.InsecureHosts,
		Partitioned:   c.Partitioned,
		Logger:        c.Logger,
	})
	if err != nil {
		return c, nil, err
	}
	if err := checkScopes(carrier.Scopes()); err != nil {
		return c, nil, err
	}
	if len(carrier.SecureName())+len(session.NewToken().Reveal()) > cookie.MaxSize {
		return c, nil, errors.New("CookieName is too long: name and value are more than 4096 bytes, which browsers drop")
	}
	return c, carrier, nil
}

package web

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/internal/cookie"
)

// CookieName is the name of the cookie unless the [Config] says otherwise: see
// there for the two cases in which its prefix is another one.
const CookieName = "__Host-" + baseName

const baseName = "session"

// Config says how sessions reach the client. The zero Config is meant to be
// used.
type Config struct {
	// CookieName is the name of the cookie. Default: the constant CookieName,
	// or __Secure-session if there are Scopes with which browsers refuse that.
	CookieName string

	// Scopes are where browsers send the cookie: one cookie is set for each.
	// Default: one, for all paths of the host that set it and for no other
	// host. Two that contradict each other are refused: a domain and part of
	// it, or a domain and the host alone, for paths of which one is part of
	// the other. After a sign-in on another host, browsers would send two
	// cookies with different tokens, of which none counts.
	//
	// Cookies know no ports, and a Domain has all its subdomains: give each
	// application on a host, or below a domain, a CookieName of its own, or
	// they sign each other's users out.
	Scopes []Scope

	// FormerScopes are Scopes that the application had before, under the same
	// CookieName. Browsers send such a cookie along with the new one, and then
	// neither may count, so signing in and clearing delete it. Where a scope has
	// a Domain, the cookie of the host alone is deleted too: it need not be named.
	FormerScopes []Scope

	// FormerNames are names that the cookie had before. A session is read from
	// one of these if the cookie itself has none; the response then sets the
	// cookie and deletes the former one, as signing in and clearing do. Leave
	// a name out when all its cookies have expired.
	FormerNames []string

	// SameSite is when browsers send the cookie with requests that other sites
	// cause. Default: http.SameSiteLaxMode.
	SameSite http.SameSite

	// Partitioned has browsers keep a separate cookie for each site that shows
	// the application in a frame, where they may block third-party cookies
	// otherwise. It needs SameSite: http.SameSiteNoneMode.
	Partitioned bool

	// CookieLifetime is how long browsers keep the cookie of a persistent
	// session, counted from when it was last set, at most 400 days. Default:
	// until the session expires. Without session.Persistent(true), a session of
	// the manager's Create or SignIn is not persistent: browsers forget its
	// cookie when they are closed.
	CookieLifetime time.Duration

	// EndWithBrowser has browsers forget the cookie when they are closed,
	// unless a sign-in asks for session.Persistent(true). Without it they keep
	// the cookie, unless a sign-in asks for session.Persistent(false). That is
	// about Auth.SignIn: a session of the manager's is as it was created. A
	// session whose cookie browsers forget is also short in the store: see
	// session.Config.NotRemembered.
	EndWithBrowser bool

	// EveryResponse sets the cookie whenever a session was validated, not just
	// when it was renewed. An answer that arrives late then puts back the
	// cookie its request came with, so a request in flight during a sign-in may
	// undo it: renewal makes this unnecessary. With session.Rotate it is
	// refused, since such a cookie soon has a token that no longer works.
	EveryResponse bool

	// Insecure lets requests to a loopback host (localhost, 127.0.0.1, ::1, by
	// their Host header) use a cookie that is not Secure and whose name has no
	// prefix: "session" by default. It is for browsers that send no Secure
	// cookie over HTTP to them, such as old versions of Safari. All other
	// hosts have the Secure cookie. Neither name is accepted for the other. A
	// cookie for a Domain does not reach these hosts in either case.
	//
	// It is for development. A proxy may replace the Host header with a loopback
	// address, so a request that shows that it came through one (it has Via,
	// Forwarded or an X-Forwarded header, or is HTTP/1.0, as nginx sends it) has
	// the Secure cookie, and Logger is warned once. What these headers say is
	// not read.
	Insecure bool

	// InsecureHosts are names or addresses, without ports, for which Insecure
	// holds as well: of this computer in the local network, say, to try an
	// application on a phone.
	InsecureHosts []string

	// Bearer has requests with "Authorization: Bearer" judged by the token in
	// it, and by it alone, even if it is invalid: their cookies are neither
	// read nor set, and since no browser sends the header unasked, their
	// origin is not checked. Their sessions are renewed by extending them, as
	// such clients are told of no new token. Default: the header means nothing.
	Bearer bool

	// TrustedOrigins are other origins whose unsafe requests are accepted:
	// subdomains, say, whose forms post to this one. They must be as browsers
	// send them: "https://shop.example.com", in lower case, in Punycode, without
	// the port that the scheme has anyway. There are no wildcards.
	TrustedOrigins []string

	// UncheckedPatterns are patterns, as http.ServeMux has them, of what
	// programs and other sites send: the sign-in of an API ("POST
	// /api/sign-in"), webhooks, callbacks with response_mode=form_post. A
	// request that matches is not refused because of its origin. If it would
	// have been, its cookies are not read, and the handler sees no session. The
	// handler must check by other means who sent it, such as a signature or the
	// state parameter. It can sign a user in; SignOut and Update return
	// ErrOrigin. The path is as Handler receives it.
	UncheckedPatterns []string

	// AllowMissingOrigin accepts unsafe requests that have neither
	// Sec-Fetch-Site nor Origin, as http.CrossOriginProtection does: those of
	// programs, and of browsers from before 2020.
	AllowMissingOrigin bool

	// Refused answers a request that Handler refuses (err is ErrOrigin, usually
	// status 403) or Require does (session.ErrNoSession, usually status 401). It
	// must write the status too. Default: that status and a line of text.
	Refused func(w http.ResponseWriter, r *http.Request, err error)

	// Unavailable answers a request whose token could not be validated because
	// of err, an error of the store: nothing is known about the session, and
	// the handlers do not run. The header has Retry-After. Default: status 503
	// and a line of text.
	Unavailable func(w http.ResponseWriter, r *http.Request, err error)

	// Logger gets those errors, and warnings of what is hard to find otherwise:
	// requests that were refused, with what they lack; two cookies of one name;
	// a sign-in on a page without TLS. Default: slog.Default().
	Logger *slog.Logger
}

// Scope is a part of the web to which browsers send a cookie.
type Scope struct {
	// Domain is a domain, of which subdomains are part. Default: exactly the
	// host that sets the cookie.
	//
	// New refuses an address and a single label. It does not know all public
	// suffixes, such as co.uk: browsers refuse a cookie for those, and their list
	// changes too often to be compiled in.
	Domain string

	// Path is a path, of which those below it are part. It must be as browsers
	// have it in requests, and begin with "/". Default: "/".
	Path string
}

// complete returns the config with its defaults filled in and the cookie that it
// describes, or why it cannot be used.
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

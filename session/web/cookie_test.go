package web_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

// TestCookieHeaders: the exact headers that are sent at sign-in.
func TestCookieHeaders(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * time.Hour
	for name, test := range map[string]struct {
		sessions session.Config
		config   web.Config
		query    string
		host     string
		header   []string
		want     []string // T stands for the token
	}{
		"default": {
			want: []string{"__Host-session=T; Path=/; Max-Age=1296000; HttpOnly; Secure; SameSite=Lax"},
		},
		"expiry from the session": {
			sessions: session.Strict(),
			want:     []string{"__Host-session=T; Path=/; Max-Age=1800; HttpOnly; Secure; SameSite=Lax"},
		},
		"never nothing": {
			sessions: session.Config{Active: 500 * time.Millisecond, Idle: 100 * time.Millisecond},
			want:     []string{"__Host-session=T; Path=/; Max-Age=1; HttpOnly; Secure; SameSite=Lax"},
		},
		"at most 400 days": {
			sessions: session.Config{Active: year, Idle: year, Absolute: session.NoAbsolute},
			want:     []string{"__Host-session=T; Path=/; Max-Age=34560000; HttpOnly; Secure; SameSite=Lax"},
		},
		"an expiry of its own": {
			config: web.Config{CookieLifetime: 400 * 24 * time.Hour},
			want:   []string{"__Host-session=T; Path=/; Max-Age=34560000; HttpOnly; Secure; SameSite=Lax"},
		},
		"ends with the browser": {
			config: web.Config{EndWithBrowser: true, CookieLifetime: time.Hour},
			want:   []string{"__Host-session=T; Path=/; HttpOnly; Secure; SameSite=Lax"},
		},
		"ends with the browser, remember me": {
			config: web.Config{EndWithBrowser: true},
			query:  "&remember=yes",
			want:   []string{"__Host-session=T; Path=/; Max-Age=1296000; HttpOnly; Secure; SameSite=Lax"},
		},
		"do not remember me": {
			query: "&remember=no",
			want:  []string{"__Host-session=T; Path=/; HttpOnly; Secure; SameSite=Lax"},
		},
		"name and SameSite": {
			config: web.Config{CookieName: "auth_session", SameSite: http.SameSiteStrictMode},
			want:   []string{"auth_session=T; Path=/; Max-Age=1296000; HttpOnly; Secure; SameSite=Strict"},
		},
		"SameSite=None": {
			config: web.Config{SameSite: http.SameSiteNoneMode},
			want:   []string{"__Host-session=T; Path=/; Max-Age=1296000; HttpOnly; Secure; SameSite=None"},
		},
		"several": {
			config: web.Config{Scopes: []web.Scope{{Domain: ".Example.com", Path: "/shop"}, {Path: "/app"}}},
			want: []string{
				"__Secure-session=; Path=/shop; Max-Age=0; HttpOnly; Secure; SameSite=Lax", // from before there was a Domain
				"__Secure-session=T; Path=/shop; Domain=example.com; Max-Age=1296000; HttpOnly; Secure; SameSite=Lax",
				"__Secure-session=T; Path=/app; Max-Age=1296000; HttpOnly; Secure; SameSite=Lax",
			},
		},
		"insecure, on a loopback host": {
			config: web.Config{Insecure: true},
			host:   "localhost:8080",
			want:   []string{"session=T; Path=/; Max-Age=1296000; HttpOnly; SameSite=Lax"},
		},
		"insecure, with a path": {
			config: web.Config{Insecure: true, Scopes: []web.Scope{{Path: "/app"}}},
			host:   "localhost:8080",
			want:   []string{"session=T; Path=/app; Max-Age=1296000; HttpOnly; SameSite=Lax"},
		},
		"insecure, behind a proxy": {
			config: web.Config{Insecure: true},
			host:   "localhost:8080",
			header: []string{"X-Forwarded-Proto", "http", "X-Forwarded-Host", "localhost"},
			want:   []string{"__Host-session=T; Path=/; Max-Age=1296000; HttpOnly; Secure; SameSite=Lax"},
		},
		"insecure, on another host": {
			config: web.Config{Insecure: true},
			host:   "example.com",
			want:   []string{"__Host-session=T; Path=/; Max-Age=1296000; HttpOnly; Secure; SameSite=Lax"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, test.sessions, test.config)
			client := s.browser(t)
			header := test.header
			if test.host != "" {
				header = append(header, "Host", test.host)
			}
			got := s.post(t, client, "/sign-in?user=ann"+test.query, header...)
			if len(got.cookies) != len(test.want) {
				t.Fatalf("got %+v", got)
			}
			token := got.cookies[len(got.cookies)-1].Value
			var lines []string
			for i := range got.cookies {
				lines = append(lines, strings.Replace(got.header["Set-Cookie"][i], token, "T", 1))
			}
			if !slices.Equal(lines, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(test.want, "\n"))
			}
			// The cookie must be read, and be deleted by a blank one with the same
			// attributes.
			cookie := got.cookies[0].Name + "=" + token
			header = append(header, "Cookie", cookie)
			s.get(t, client, "/", header...).want(t, 200, "ANN on laptop").wantNoCookie(t)
			got = s.post(t, client, "/sign-out", header...)
			for i, want := range test.want {
				want = strings.Replace(want, "=T;", "=;", 1)
				attributes := strings.Split(want, "; ")
				attributes = slices.DeleteFunc(attributes, func(a string) bool { return strings.HasPrefix(a, "Max-Age") })
				at := slices.IndexFunc(attributes, func(a string) bool { return a == "HttpOnly" })
				want = strings.Join(slices.Insert(attributes, at, "Max-Age=0"), "; ")
				if i >= len(got.header["Set-Cookie"]) || got.header["Set-Cookie"][i] != want {
					t.Errorf("blank: got %q, want %q at %d", got.header["Set-Cookie"], want, i)
				}
			}
		})
	}
}

// TestRememberMeSurvivesRenewal: the choice at the sign-in also applies to the cookies of
// renewals.
func TestRememberMeSurvivesRenewal(t *testing.T) {
	t.Parallel()
	for _, renewal := range []session.Renewal{session.Extend, session.Rotate} {
		for query, lasting := range map[string]bool{"": true, "&remember=yes": true, "&remember=no": false} {
			s := newSite(t, session.Config{Renewal: renewal, NotRemembered: 10 * 24 * time.Hour}, web.Config{})
			client := s.browser(t)
			s.post(t, client, "/sign-in?user=ann"+query)
			s.wait(2 * 24 * time.Hour)
			got := s.get(t, client, "/").want(t, 200, "ANN on laptop")
			if len(got.cookies) != 1 || (got.cookies[0].MaxAge > 0) != lasting {
				t.Errorf("%q: got %v, want lasting = %v", query, got.cookies, lasting)
			}
		}
	}
}

// TestLifetimeOfACreatedSession: for a session of the manager's Create, only its own
// option determines whether the cookie outlives the browser.
func TestLifetimeOfACreatedSession(t *testing.T) {
	t.Parallel()
	for _, ends := range []bool{false, true} {
		s := newSite(t, session.Config{}, web.Config{EndWithBrowser: ends, CookieLifetime: time.Hour})
		for _, test := range []struct {
			options []session.CreateOption
			maxAge  int
		}{{nil, 0}, {[]session.CreateOption{session.Persistent(true)}, 3600}} {
			created, err := s.manager.Create(t.Context(), "ann", Device{}, test.options...)
			must(t, err)
			r, _ := newExchange()
			cookies, err := s.auth.Cookies(r, created)
			if err != nil || len(cookies) != 1 || cookies[0].MaxAge != test.maxAge {
				t.Errorf("EndWithBrowser %v: got %v, error %v, want Max-Age %d", ends, cookies, err, test.maxAge)
			}
		}
	}
}

func TestInsecureHosts(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{Insecure: true, InsecureHosts: []string{"192.168.1.20", "phone.test"}})
	for host, insecure := range map[string]bool{
		"localhost": true, "LOCALHOST:80": true, "app.localhost:3000": true, "127.0.0.1": true, "127.9.9.9:80": true,
		"[::1]": true, "[::1]:8080": true, "[::ffff:127.0.0.1]": true, "192.168.1.20:8080": true, "phone.test": true, "Phone.test": true,
		"": false, "example.com": false, "localhost.example.com": false, "notlocalhost": false, "127.0.0.1.example.com": false,
		"192.168.1.21": false, "my.phone.test": false, "10.0.0.1": false, "[::2]": false, "localhost:80:80": false,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		cookies := s.auth.BlankCookies(r)
		if got := cookies[0].Name == "session" && !cookies[0].Secure; got != insecure {
			t.Errorf("%q: got %v, want insecure = %v", host, cookies[0], insecure)
		}
		if !insecure && (cookies[0].Name != web.CookieName || !cookies[0].Secure) {
			t.Errorf("%q: got %v", host, cookies[0])
		}
	}
}

// TestNamesAreNotMixed: a cookie with one of the names is not accepted for the other.
func TestNamesAreNotMixed(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{Insecure: true})
	_, token := s.signIn(t, "ann")
	client := s.browser(t)
	for host, name := range map[string]string{"localhost": "session", "example.com": web.CookieName} {
		for _, cookie := range []string{"session", web.CookieName, "__Secure-session"} {
			want := "unknown"
			if cookie == name {
				want = "ANN on laptop"
			}
			s.get(t, client, "/", "Host", host, "Cookie", cookie+"="+token).want(t, 200, want)
		}
	}
}

func TestConfigRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	for name, config := range map[string]web.Config{
		"__Host- with a domain":         {CookieName: "__Host-x", Scopes: []web.Scope{{Domain: "example.com"}}},
		"__host- with a path":           {CookieName: "__host-x", Scopes: []web.Scope{{Path: "/app"}}},
		"the same scope twice":          {Scopes: []web.Scope{{Path: "/"}, {}}},
		"path without slash":            {Scopes: []web.Scope{{Path: "app"}}},
		"path with an attribute":        {Scopes: []web.Scope{{Path: "/; Domain=example.com"}}},
		"domain that is none":           {Scopes: []web.Scope{{Domain: "exa mple.com"}}},
		"domain of one label":           {Scopes: []web.Scope{{Domain: "com"}}},
		"domain localhost":              {Scopes: []web.Scope{{Domain: ".localhost"}}},
		"domain with a dot at its end":  {Scopes: []web.Scope{{Domain: "com."}}},
		"domain of a dot too many":      {Scopes: []web.Scope{{Domain: "example.com."}}},
		"domain that is an address":     {Scopes: []web.Scope{{Domain: "127.0.0.1"}}},
		"domain that is an address, 6":  {Scopes: []web.Scope{{Domain: "::1"}}},
		"former domain of one label":    {Scopes: []web.Scope{{Domain: "example.com"}}, FormerScopes: []web.Scope{{Domain: "com"}}},
		"former name that is the name":  {FormerNames: []string{web.CookieName}},
		"former name twice":             {FormerNames: []string{"a", "a"}},
		"former name that is empty":     {FormerNames: []string{""}},
		"former name that is no name":   {FormerNames: []string{"a b"}},
		"partitioned without None":      {Partitioned: true},
		"origin with a wildcard":        {TrustedOrigins: []string{"https://*.example.com"}},
		"origin in capitals":            {TrustedOrigins: []string{"https://Shop.example.com"}},
		"origin with capital scheme":    {TrustedOrigins: []string{"HTTPS://shop.example.com"}},
		"origin with port 443":          {TrustedOrigins: []string{"https://shop.example.com:443"}},
		"origin with port 80":           {TrustedOrigins: []string{"http://shop.example.com:80"}},
		"origin with an empty port":     {TrustedOrigins: []string{"https://shop.example.com:"}},
		"origin in Unicode":             {TrustedOrigins: []string{"https://münchen.example"}},
		"origin with a user":            {TrustedOrigins: []string{"https://u:p@shop.example.com"}},
		"origin without a host":         {TrustedOrigins: []string{"https://:8443"}},
		"not a pattern":                 {UncheckedPatterns: []string{"POST"}},
		"patterns that contradict":      {UncheckedPatterns: []string{"/a", "/a"}},
		"name that is none":             {CookieName: "a b"},
		"name with an attribute":        {CookieName: "a=b;c"},
		"name that is a prefix":         {CookieName: "__Host-"},
		"name too long":                 {CookieName: strings.Repeat("x", 4096-39)},
		"SameSite that is none":         {SameSite: http.SameSiteDefaultMode},
		"SameSite=None without Secure":  {SameSite: http.SameSiteNoneMode, Insecure: true},
		"lifetime over 400 days":        {CookieLifetime: 400*24*time.Hour + 1},
		"lifetime negative":             {CookieLifetime: -1},
		"lifetime under a second":       {CookieLifetime: time.Millisecond},
		"insecure hosts, not insecure":  {InsecureHosts: []string{"10.0.0.1"}},
		"insecure host with a port":     {Insecure: true, InsecureHosts: []string{"10.0.0.1:80"}},
		"insecure host in capitals":     {Insecure: true, InsecureHosts: []string{"Phone"}},
		"insecure host empty":           {Insecure: true, InsecureHosts: []string{""}},
		"trusted origin without scheme": {TrustedOrigins: []string{"example.com"}},
		"trusted origin with a path":    {TrustedOrigins: []string{"https://example.com/"}},
	} {
		if _, err := web.New(s.manager, config); err == nil || !strings.HasPrefix(err.Error(), "web: ") {
			t.Errorf("%s: got error %v", name, err)
		}
	}
	if _, err := web.New[User, Device](nil, web.Config{}); err == nil {
		t.Error("no manager: no error")
	}
	for name, config := range map[string]web.Config{
		"longest name":     {CookieName: strings.Repeat("x", 4096-40)},
		"longest lifetime": {CookieLifetime: 400 * 24 * time.Hour},
	} {
		if _, err := web.New(s.manager, config); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package storage_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/spec"
)

// If exactly one of several values has a session, it counts.
func TestTheCookieTwice(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		one, other := f.issue(t, "cart"), f.issue(t, "other")
		gone := f.issue(t, "gone")
		check(t, f.Destroy(httptest.NewRecorder(), request(gone), f.load(t, gone)))
		strange := newFixture(t, f.kind, func(c *storage.Cookie) { c.Secrets = []string{otherSecret} }).issue(t, "cart")
		inStore := f.kind != "cookie" // in the cookie a copy of a destroyed session's cookie is still valid
		for name, test := range map[string]struct {
			values []string
			want   bool
		}{
			"once":                          {[]string{one}, true},
			"twice the same":                {[]string{one, one}, true},
			"another":                       {[]string{one, other}, false},
			"another first":                 {[]string{other, one}, false},
			"junk":                          {[]string{one, "x"}, true},
			"junk first":                    {[]string{"x", one}, true},
			"nothing":                       {[]string{one, ""}, true},
			"nothing first":                 {[]string{"", one}, true},
			"the same, then junk":           {[]string{one, one, "x"}, true},
			"much junk":                     {[]string{"1", "2", "3", "4", "5", "6", one}, true},
			"signed with another key":       {[]string{strange, one}, true},
			"an expired one":                {[]string{one, gone}, inStore},
			"an expired one first":          {[]string{gone, one}, inStore},
			"an expired one and a live one": {[]string{gone, one, other}, false},
			"only junk":                     {[]string{"x", "y"}, false},
		} {
			r := request("")
			for _, value := range test.values {
				r.AddCookie(&http.Cookie{Name: cookieName, Value: value})
			}
			f.calls.takeCounts()
			if s, err := f.Get(r); err != nil || s.Has("cart") != test.want {
				t.Errorf("%s: %v %v, want %v", name, s.Has("cart"), err, test.want)
			}
			if calls := f.calls.takeCounts(); calls != "" && !regexp.MustCompile(`^read \d$`).MatchString(calls) {
				t.Errorf("%s: calls %q: more than reads", name, calls)
			}
		}
		if got := strings.Count(f.log.String(), "level=WARN"); got != 1 {
			t.Errorf("%d warnings: %s", got, f.log)
		}
	})
}

// Five sessions are more than a browser has, and are not tried.
func TestTheCookieFiveTimes(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		r := request("")
		for i := range 5 {
			value := f.issue(t, "cart")
			r.AddCookie(&http.Cookie{Name: cookieName, Value: value})
			if i < 4 {
				check(t, f.Destroy(httptest.NewRecorder(), request(value), f.load(t, value)))
			}
		}
		f.calls.takeCounts()
		s, err := f.Get(r)
		if err != nil || s.Has("cart") || f.calls.takeCounts() != "" {
			t.Errorf("%v %v", s.Has("cart"), err)
		}
		w := httptest.NewRecorder()
		if err := f.Destroy(w, r, s); err == nil || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("Destroy: %v, %v: the session lives", err, w.Header())
		}
	})
}

// An outage says nothing about the candidates.
func TestTheCookieTwiceInAnOutage(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "memory", nil)
	r := request(f.issue(t, "cart"))
	r.AddCookie(&http.Cookie{Name: cookieName, Value: f.issue(t, "other")})
	f.calls.failWith("read", spec.ErrUnavailable)
	if _, err := f.Get(r); err == nil {
		t.Error("no error")
	}
}

// After a change of the cookie's Domain or Path under the same name, browsers have two
// cookies. Setting a cookie deletes the other one, so that the stored data is found.
func TestScopesThatChanged(t *testing.T) {
	shop := func(c *storage.Cookie) { c.Path = "/shop" }
	host := func(c *storage.Cookie) { c.Path, c.Domain = "", "" }
	domain := func(c *storage.Cookie) { c.Domain = "example.org" }
	former := func(c *storage.Cookie) {
		host(c)
		c.FormerScopes = []storage.Scope{{Domain: "example.org"}, {Path: "/shop"}}
	}
	for name, changes := range map[string][2]func(*storage.Cookie){
		"a domain":        {host, domain},
		"no domain":       {domain, former},
		"no path":         {shop, former},
		"a path and back": {host, shop},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "a path and back" {
				changes[1] = func(c *storage.Cookie) { shop(c); c.FormerScopes = []storage.Scope{{}} }
			}
			forEach(t, kinds, func(c *storage.Cookie) { c.Name = "cart"; changes[0](c) }, func(t *testing.T, f fixture) {
				jar, err := cookiejar.New(nil)
				check(t, err)
				u := &url.URL{Scheme: "https", Host: "example.org", Path: "/shop/1"}
				visit := func(f fixture, set string) (had bool) {
					r := httptest.NewRequest("GET", u.String(), nil)
					for _, cookie := range jar.Cookies(u) {
						r.AddCookie(cookie)
					}
					w := httptest.NewRecorder()
					f.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						s, err := f.Get(r)
						report(t, err)
						had = s.Has(set)
						report(t, s.Set(set, 1))
					})).ServeHTTP(w, r)
					jar.SetCookies(u, w.Result().Cookies())
					return had
				}
				visit(f, "old")
				now := f.withCookie(t, func(c *storage.Cookie) { changes[1](c) })
				visit(now, "new")
				if !visit(now, "new") || len(jar.Cookies(u)) != 1 {
					t.Errorf("not found again; cookies %v", jar.Cookies(u))
				}
			})
		})
	}
}

// If a request has two sessions, neither counts. Destroy deletes both cookies and ends
// both sessions, because otherwise a copy of one cookie would remain valid.
func TestDestroyWithTwoCookies(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		one, other := f.issue(t, "cart"), f.issue(t, "cart")
		r := request(one)
		r.AddCookie(&http.Cookie{Name: cookieName, Value: other})
		s, err := f.Get(r)
		check(t, err)
		f.calls.failWith("read", spec.ErrUnavailable)
		w := httptest.NewRecorder()
		if f.kind == "callbacks" {
			if err := f.Destroy(w, r, s); err == nil || w.Header().Get("Set-Cookie") != "" {
				t.Errorf("in an outage: %v, %v", err, w.Header())
			}
		}
		f.calls.failWith("read", nil)
		check(t, f.Destroy(w, r, s))
		for _, value := range []string{one, other} {
			if f.load(t, value).Has("cart") {
				t.Error("a session lives")
			}
		}
		if !strings.Contains(w.Header().Get("Set-Cookie"), "Max-Age=0") {
			t.Errorf("the cookie stays: %v", w.Header())
		}
	})
}

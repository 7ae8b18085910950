package web_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"testing"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

// TestScopesThatContradict: two scopes are refused if and only if a browser sends two
// tokens after a sign-in on one host and then on another.
func TestScopesThatContradict(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	var scopes []web.Scope
	for _, domain := range []string{"", "example.com", "app.example.com", "xexample.com", "example.org"} {
		for _, path := range []string{"/", "/app", "/app/", "/app/x", "/apple"} {
			scopes = append(scopes, web.Scope{Domain: domain, Path: path})
		}
	}
	for i, a := range scopes {
		for _, b := range scopes[i+1:] {
			want := sendsTwo(t, []web.Scope{a, b})
			if _, err := web.New(s.manager, web.Config{Scopes: []web.Scope{a, b}}); (err != nil) != want {
				t.Errorf("%+v and %+v: got error %v, want one = %v", a, b, err, want)
			}
		}
	}
}

// sendsTwo reports whether a jar that has been given the cookies of both scopes
// by every pair of hosts in turn sends two values with some request.
func sendsTwo(t *testing.T, scopes []web.Scope) bool {
	t.Helper()
	var hosts []string
	for _, domain := range []string{"example.com", "app.example.com", "xexample.com", "example.org"} {
		hosts = append(hosts, domain, "x."+domain)
	}
	for _, first := range hosts {
		for _, second := range hosts {
			jar, err := cookiejar.New(nil)
			must(t, err)
			for _, host := range []string{first, second} {
				for _, scope := range scopes {
					cookie := &http.Cookie{Name: "session", Value: host, Domain: scope.Domain, Path: scope.Path}
					jar.SetCookies(&url.URL{Scheme: "https", Host: host, Path: "/"}, []*http.Cookie{cookie})
				}
			}
			for _, host := range hosts {
				for _, path := range []string{"/", "/app", "/app/", "/app/x", "/app/x/y", "/apple"} {
					sent := jar.Cookies(&url.URL{Scheme: "https", Host: host, Path: path})
					if slices.ContainsFunc(sent, func(c *http.Cookie) bool { return c.Value != sent[0].Value }) {
						return true
					}
				}
			}
		}
	}
	return false
}

// TestEveryResponseWithRotate: New also checks the config of the manager.
func TestEveryResponseWithRotate(t *testing.T) {
	t.Parallel()
	rotating := newSite(t, session.Config{Renewal: session.Rotate}, web.Config{})
	if _, err := web.New(rotating.manager, web.Config{EveryResponse: true}); err == nil {
		t.Error("no error")
	}
}

package storage_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session/storage"
)

// The attributes of the cookie.
func TestCookieAttributes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*storage.Cookie)
		want   string
	}{
		"default": {func(c *storage.Cookie) {}, "__Host-data=…; Path=/; Max-Age=1209600; HttpOnly; Secure; SameSite=Lax"},
		"path":    {func(c *storage.Cookie) { c.Path = "/shop" }, "__Secure-data=…; Path=/shop; Max-Age=1209600; HttpOnly; Secure; SameSite=Lax"},
		"domain":  {func(c *storage.Cookie) { c.Domain = "example.org" }, "__Secure-data=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax|__Secure-data=…; Path=/; Domain=example.org; Max-Age=1209600; HttpOnly; Secure; SameSite=Lax"},
		"name":    {func(c *storage.Cookie) { c.Name = "cart" }, "cart=…; Path=/; Max-Age=1209600; HttpOnly; Secure; SameSite=Lax"},
		"age":     {func(c *storage.Cookie) { c.MaxAge = 90*time.Second + 999*time.Millisecond }, "__Host-data=…; Path=/; Max-Age=90; HttpOnly; Secure; SameSite=Lax"},
		"strict":  {func(c *storage.Cookie) { c.SameSite = http.SameSiteStrictMode }, "__Host-data=…; Path=/; Max-Age=1209600; HttpOnly; Secure; SameSite=Strict"},
		"none":    {func(c *storage.Cookie) { c.SameSite = http.SameSiteNoneMode }, "__Host-data=…; Path=/; Max-Age=1209600; HttpOnly; Secure; SameSite=None"},
		"partitioned": {func(c *storage.Cookie) { c.SameSite, c.Partitioned = http.SameSiteNoneMode, true },
			"__Host-data=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None|__Host-data=…; Path=/; Max-Age=1209600; HttpOnly; Secure; SameSite=None; Partitioned"},
		"former": {func(c *storage.Cookie) {
			c.Name, c.FormerScopes = "cart", []storage.Scope{{Domain: ".Example.org"}, {Path: "/"}, {Path: "/shop"}}
		}, "cart=; Path=/; Domain=example.org; Max-Age=0; HttpOnly; Secure; SameSite=Lax|cart=; Path=/shop; Max-Age=0; HttpOnly; Secure; SameSite=Lax|" +
			"cart=…; Path=/; Max-Age=1209600; HttpOnly; Secure; SameSite=Lax"},
		"scripts": {func(c *storage.Cookie) { c.ScriptAccess = true }, "__Host-data=…; Path=/; Max-Age=1209600; Secure; SameSite=Lax"},
	} {
		f := newFixture(t, "memory", test.change)
		s := f.New()
		check(t, s.Set("cart", 1))
		w := httptest.NewRecorder()
		check(t, f.Commit(w, request(""), s))
		cookies := w.Result().Cookies()
		if got := strings.Replace(strings.Join(w.Header()["Set-Cookie"], "|"), cookies[len(cookies)-1].Value, "…", 1); got != test.want {
			t.Errorf("%s: %s\nwant %s", name, got, test.want)
		}
	}
}

// Insecure applies to loopback hosts and to requests that did not come through a proxy.
func TestInsecure(t *testing.T) {
	t.Parallel()
	const secure, insecure = "__Host-data=…; Path=/; Max-Age=1209600; HttpOnly; Secure; SameSite=Lax", "data=…; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax"
	for name, test := range map[string]struct {
		host   string
		header string
		http10 bool
		want   string
		warned bool
	}{
		"localhost":                   {host: "localhost:8080", want: insecure},
		"a phone":                     {host: "phone.test:8080", want: insecure},
		"another host":                {host: "example.org", want: secure},
		"a proxy on another host":     {host: "example.org", header: "Via", want: secure},
		"a proxy, X-Forwarded-Proto":  {host: "127.0.0.1:8080", header: "X-Forwarded-Proto", want: secure, warned: true},
		"a proxy, X-Forwarded-For":    {host: "127.0.0.1:8080", header: "X-Forwarded-For", want: secure, warned: true},
		"a proxy, Forwarded":          {host: "127.0.0.1:8080", header: "Forwarded", want: secure, warned: true},
		"a proxy, Via":                {host: "127.0.0.1:8080", header: "Via", want: secure, warned: true},
		"a proxy that says nothing":   {host: "127.0.0.1:8080", http10: true, want: secure, warned: true},
		"something else is forwarded": {host: "localhost", header: "X-Forward", want: insecure},
	} {
		f := newFixture(t, "memory", func(c *storage.Cookie) { c.Insecure, c.InsecureHosts = true, []string{"phone.test"} })
		for range 2 {
			r := request("")
			r.Host = test.host
			if test.header != "" {
				r.Header.Set(test.header, "x")
			}
			if test.http10 {
				r.Proto, r.ProtoMinor = "HTTP/1.0", 0
			}
			s, w := f.New(), httptest.NewRecorder()
			check(t, s.Set("cart", 1))
			check(t, f.Commit(w, r, s))
			set := w.Result().Cookies()[0]
			if got := strings.Replace(w.Header().Get("Set-Cookie"), set.Value, "…", 1); got != test.want {
				t.Errorf("%s: %s\nwant %s", name, got, test.want)
			}
			// The cookie is only read under its own name.
			other := map[string]string{"data": "__Host-data", "__Host-data": "data"}[set.Name]
			for _, cookie := range []string{set.Name, other} {
				r.Header.Set("Cookie", cookie+"="+set.Value)
				if back, err := f.Get(r); err != nil || back.Has("cart") != (cookie == set.Name) {
					t.Errorf("%s: read back as %s: %v %v", name, cookie, back.Has("cart"), err)
				}
			}
		}
		if got := strings.Count(f.log.String(), "level=WARN"); (got == 1) != test.warned || got > 1 {
			t.Errorf("%s: %d warnings: %s", name, got, f.log)
		}
	}
}

func TestCookiesThatCannotWork(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*storage.Cookie){
		"no secret":               func(c *storage.Cookie) { c.Secrets = nil },
		"short secret":            func(c *storage.Cookie) { c.Secrets = []string{secret[:31]} },
		"Absolute under a second": func(c *storage.Cookie) { c.Absolute = time.Second - 1 },
		"32 spaces":               func(c *storage.Cookie) { c.Secrets = []string{strings.Repeat(" ", 32)} },
		"40 NULs":                 func(c *storage.Cookie) { c.Secrets = []string{secret, strings.Repeat("\x00", 40)} },
		"changeme…":               func(c *storage.Cookie) { c.Secrets = []string{strings.Repeat("changeme", 5)} },
		"short second secret":     func(c *storage.Cookie) { c.Secrets = []string{secret, ""} },
		"name":                    func(c *storage.Cookie) { c.Name = "a b" },
		"age under a second":      func(c *storage.Cookie) { c.MaxAge = time.Second - 1 },
		"negative age":            func(c *storage.Cookie) { c.MaxAge = -time.Hour },
		"age over 400 days":       func(c *storage.Cookie) { c.MaxAge = 400*24*time.Hour + 1 },
		"path":                    func(c *storage.Cookie) { c.Path = "shop" },
		"path of two":             func(c *storage.Cookie) { c.Path = "/;Domain=org" },
		"domain":                  func(c *storage.Cookie) { c.Domain = "a b" },
		"SameSite":                func(c *storage.Cookie) { c.SameSite = http.SameSiteDefaultMode },
		"None without Secure":     func(c *storage.Cookie) { c.SameSite, c.Insecure = http.SameSiteNoneMode, true },
		"nothing but a prefix":    func(c *storage.Cookie) { c.Name = "__secure-" },
		"hosts, not insecure":     func(c *storage.Cookie) { c.InsecureHosts = []string{"10.0.0.1"} },
		"insecure with a port":    func(c *storage.Cookie) { c.Insecure, c.InsecureHosts = true, []string{"10.0.0.1:80"} },
		"former for __Host-":      func(c *storage.Cookie) { c.FormerScopes = []storage.Scope{{Domain: "example.org"}} },
		"former path":             func(c *storage.Cookie) { c.Name, c.FormerScopes = "cart", []storage.Scope{{Path: "shop"}} },
		"former domain":           func(c *storage.Cookie) { c.Name, c.FormerScopes = "cart", []storage.Scope{{Domain: "a b"}} },
		"__Host- with a path":     func(c *storage.Cookie) { c.Name, c.Path = "__hoSt-x", "/shop" },
		"__Host- with a domain":   func(c *storage.Cookie) { c.Name, c.Domain = "__Host-x", "example.org" },
	} {
		config := storage.Cookie{Secrets: []string{secret}}
		change(&config)
		if st, err := storage.NewInCookie(config); st != nil || err == nil {
			t.Errorf("%s: no error", name)
		} else if strings.Contains(err.Error(), secret[:31]) {
			t.Errorf("%s: the error holds the secret", name)
		}
	}
	for _, age := range []time.Duration{time.Second, 400 * 24 * time.Hour} {
		if _, err := storage.NewInCookie(storage.Cookie{Secrets: []string{secret}, MaxAge: age}); err != nil {
			t.Errorf("age %v: %v", age, err)
		}
	}
}

// Printing a storage does not print its secrets.
func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		f := newFixture(t, kind, nil)
		for _, verb := range []string{"%v", "%+v", "%#v"} {
			if text := fmt.Sprintf(verb, f.Storage); strings.Contains(text, secret) || strings.Contains(text, fmt.Sprint([]byte(secret))) {
				t.Errorf("%s: %s prints the secret", kind, verb)
			}
		}
	}
}

func TestSecretsRotate(t *testing.T) {
	forEach(t, kinds, func(c *storage.Cookie) { c.Secrets = []string{otherSecret} }, func(t *testing.T, f fixture) {
		old := f.issue(t, "cart")
		rotated := f.withCookie(t, func(c *storage.Cookie) { c.Secrets = []string{secret, otherSecret} })
		if !rotated.load(t, old).Has("cart") {
			t.Error("what the second secret signed is not read")
		}
		renewed := rotated.issue(t, "cart")
		if !f.withCookie(t, func(c *storage.Cookie) { c.Secrets = []string{secret} }).load(t, renewed).Has("cart") {
			t.Error("it is not the first secret that signs")
		}
		if f.load(t, renewed).Has("cart") {
			t.Error("the second secret signs")
		}
		if f.withCookie(t, func(c *storage.Cookie) { c.Secrets = []string{secret} }).load(t, old).Has("cart") {
			t.Error("what a dropped secret signed is read")
		}
	})
}

// A cookie is valid only under its own name, and a cookie with an id is not valid as one
// with data.
func TestCookiesOfOthers(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		f := newFixture(t, kind, nil)
		named := f.withCookie(t, func(c *storage.Cookie) { c.Name = "other" })
		r := request("")
		r.AddCookie(&http.Cookie{Name: "other", Value: f.issue(t, "cart")})
		if s, err := named.Get(r); err != nil || s.Has("cart") {
			t.Errorf("%s: a cookie of another name: %v %v", kind, s.Has("cart"), err)
		}
		for _, issuer := range kinds {
			if issuer == kind {
				continue
			}
			f.calls.takeCounts()
			if f.load(t, newFixture(t, issuer, nil).issue(t, "cart")).Has("cart") {
				t.Errorf("%s reads a cookie of %s", kind, issuer)
			}
			if got := f.calls.takeCounts(); issuer == "cookie" && got != "" {
				t.Errorf("%s: calls %q for a cookie without an id", kind, got)
			}
		}
	}
}

// A cookie of the largest size is kept completely. One that is larger is an error and is
// not set.
func TestTheLargestCookie(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "cookie", nil)
	var largest int
	for size := 1500; ; size++ {
		s := f.New()
		text := strings.Repeat("x", size)
		check(t, s.Set("text", text))
		w := httptest.NewRecorder()
		if err := f.Commit(w, request(""), s); err != nil {
			if !errors.Is(err, storage.ErrTooLarge) || len(w.Header()) != 0 {
				t.Errorf("%v, header %v", err, w.Header())
			}
			break
		}
		cookie := w.Result().Cookies()[0]
		largest = len(cookie.Name) + len(cookie.Value)
		if largest > 4096 {
			t.Fatalf("a cookie of %d bytes", largest)
		}
		if got := f.load(t, cookie.Value).Get("text"); got != text {
			t.Fatalf("%d bytes: not the same", size)
		}
	}
	if largest < 4090 { // one more byte of text can need five bytes in the cookie
		t.Errorf("the largest is of %d bytes", largest)
	}
}

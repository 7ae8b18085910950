package storage_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/session/storage"
)

// Only issued cookies are accepted, and nothing panics: a session is read from a Cookie
// header only if the header contains the bytes of an issued cookie.
func FuzzSignedCookie(f *testing.F) {
	var fixtures []fixture
	var issued []string
	for _, kind := range []string{"memory", "callbacks", "cookie"} {
		fixture := newFixture(f, kind, nil)
		value := fixture.issue(f, "cart")
		fixtures, issued = append(fixtures, fixture), append(issued, value)

		foreign := fixture.withCookie(f, func(c *storage.Cookie) { c.Secrets = []string{otherSecret} }).issue(f, "cart")
		renamed := fixture.withCookie(f, func(c *storage.Cookie) { c.Name = "other" }).issue(f, "cart")
		for _, v := range []string{
			value, foreign, renamed, `"` + value + `"`, value[:len(value)-1], value[1:], value + "=", value + value,
			strings.ToLower(value), resign(value, "id", "ie"), resign(value, "1", "2"), base64.URLEncoding.EncodeToString([]byte("1|e30=|x")),
		} {
			f.Add(cookieName + "=" + v)
			f.Add("a=b; " + cookieName + "=" + v + "; c")
			f.Add(cookieName + "=" + v + "; " + cookieName + "=" + value)
		}
	}
	f.Add("")
	f.Add(cookieName)
	f.Add(cookieName + "=;" + cookieName)

	f.Fuzz(func(t *testing.T, header string) {
		for i, fixture := range fixtures {
			r := request("")
			r.Header["Cookie"] = []string{header}
			s, err := fixture.Get(r)
			check(t, err)
			genuine := slices.ContainsFunc(r.CookiesNamed(cookieName), func(c *http.Cookie) bool {
				return sameBytes(c.Value, issued[i])
			})
			if s.Has("cart") && !genuine {
				t.Errorf("%s: read from %q", fixture.kind, header)
			}
			if header == cookieName+"="+issued[i] && !s.Has("cart") {
				t.Errorf("%s: what was issued is not read", fixture.kind)
			}
		}
	})
}

// resign changes the content of a cookie but not its signature.
func resign(value, from, to string) string {
	b, _ := base64.URLEncoding.DecodeString(value)
	parts := strings.SplitN(string(b), "|", 3)
	text, _ := base64.URLEncoding.DecodeString(parts[1])
	parts[1] = base64.URLEncoding.EncodeToString([]byte(strings.Replace(string(text), from, to, 1)))
	return base64.URLEncoding.EncodeToString([]byte(strings.Join(parts, "|")))
}

// sameBytes compares decoded base64, because the last character has unused bits.
func sameBytes(a, b string) bool {
	x, err := base64.URLEncoding.DecodeString(a)
	y, _ := base64.URLEncoding.DecodeString(b)
	return err == nil && string(x) == string(y)
}

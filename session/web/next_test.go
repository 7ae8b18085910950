package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

// TestNext: no value leads to another site.
func TestNext(t *testing.T) {
	t.Parallel()
	for _, next := range []string{"/", "/orders/7?tab=2&x=%2F%2Fy#part", "/a//b", "/:80", "/é", "/a?u=https://example.com/", "/@evil.test", "/.."} {
		r := httptest.NewRequest(http.MethodPost, "/sign-in", strings.NewReader(url.Values{"next": {next}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if got := web.Next(r, "/home"); got != next {
			t.Errorf("from the body, %q: got %q", next, got)
		}
		r = httptest.NewRequest(http.MethodGet, "/sign-in?"+url.Values{"next": {next}}.Encode(), nil)
		if got := web.Next(r, "/home"); got != next {
			t.Errorf("from the query, %q: got %q", next, got)
		}
	}
	for _, next := range []string{
		"", "orders", "?a", "#a", "//evil.test", "///evil.test", `/\evil.test`, `\\evil.test`, `/a\b`, "https://evil.test/", "https:evil.test",
		"http:/evil.test", "javascript:alert(1)", "/\t/evil.test", "\t//evil.test", " //evil.test", "/\n/evil.test", "/a\r\nSet-Cookie: x=y",
		"/\x00", "/a\x7f", "/%zz", "/" + strings.Repeat("a", 2000), "evil.test", "//evil.test/..", "//", "/\x1b[2J",
	} {
		r := httptest.NewRequest(http.MethodGet, "/sign-in?"+url.Values{"next": {next}}.Encode(), nil)
		if got := web.Next(r, "/home"); got != "/home" {
			t.Errorf("%q: got %q", next, got)
		}
	}
}

// TestRequireOrReturn: a user who must sign in first returns to the requested page, and
// never to another site.
func TestRequireOrReturn(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	s.mux.Handle("/shop/", http.StripPrefix("/shop", s.auth.RequireOrReturn("/sign-in?lang=en")(http.HandlerFunc(s.whoami))))
	visitor := s.browser(t)
	for _, test := range []struct{ method, path, next string }{
		{"GET", "/shop/orders/7?tab=2&x=y", "/shop/orders/7?tab=2&x=y"},
		{"GET", "/shop/", "/shop/"},
		{"POST", "/shop/orders/7", ""},
		{"GET", "/shop/" + strings.Repeat("a", 2000), ""},
	} {
		got := s.do(t, visitor, test.method, test.path, "Sec-Fetch-Site", "same-origin")
		to, err := url.Parse(got.line("Location"))
		must(t, err)
		if got.status != http.StatusSeeOther || to.Path != "/sign-in" || to.Query().Get("lang") != "en" || to.Query().Get("next") != test.next ||
			to.Query().Has("next") != (test.next != "") || got.line("Cache-Control") != "no-store" {
			t.Errorf("%s %s: got %d to %q", test.method, test.path, got.status, to)
		}
	}
	client, _ := s.signIn(t, "ann")
	s.get(t, client, "/shop/orders/7").want(t, 200, "ANN on laptop")
	// A path that would lead to another site is omitted.
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RequestURI = "//evil.test/"
	w := httptest.NewRecorder()
	s.auth.RequireOrReturn("/sign-in")(http.NotFoundHandler()).ServeHTTP(w, r)
	if got := w.Header().Get("Location"); got != "/sign-in" {
		t.Errorf("got %q", got)
	}
}

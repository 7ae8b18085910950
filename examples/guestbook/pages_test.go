package main

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// Every page links to the file that contains its code.
func TestSource(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ann := s.member(t, "ann", firefox)
	for path, want := range map[string]string{
		"/": "guestbook.go", "/sign-in": "visitors.go", "/sign-up": "visitors.go", "/account": "account.go", "/nowhere": "pages.go",
	} {
		p := ann.get(path)
		if link := `href="https://github.com/tenon-go/tenon/blob/main/examples/guestbook/` + want + `"`; !strings.Contains(p.body, link) {
			t.Errorf("%s: want a link %s in\n%s", path, link, p.body)
		}
	}
	for page, file := range sources {
		code, err := os.ReadFile(file)
		must(t, err)
		if !strings.Contains(string(code), `"`+page+`"`) {
			t.Errorf("the page %s is not made in %s", page, file)
		}
	}
}

// Refusals are pages too.
func TestRefusedPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ann := s.member(t, "ann", firefox)
	const html = "text/html; charset=utf-8"
	for _, test := range []struct {
		method, path, site string
		status             int
		allow, text        string
	}{
		{http.MethodPost, "/entries", "", 403, "", "This did not come from a page of the guestbook"},
		{http.MethodPost, "/entries", "cross-site", 403, "", "This did not come from a page of the guestbook"},
		{http.MethodPost, "/nowhere", "same-origin", 404, "", "There is no such page"},
		{http.MethodPost, "/style.css", "same-origin", 404, "", "There is no such page"},
		{http.MethodPost, "/", "same-origin", 405, "GET, HEAD", "This page works in another way"},
		{http.MethodPut, "/account", "same-origin", 405, "GET, HEAD", "This page works in another way"},
		{http.MethodGet, "/sign-out", "", 405, "POST", "This page works in another way"},
		{http.MethodDelete, "/sign-in", "same-origin", 405, "GET, HEAD, POST", "This page works in another way"},
		{http.MethodGet, "/devices/1/sign-out", "", 405, "POST", "This page works in another way"},
	} {
		p := ann.do(test.method, test.path, "", test.site)
		if p.status != test.status || p.header.Get("Allow") != test.allow || p.header.Get("Content-Type") != html {
			t.Errorf("%s %s: got %d, Allow %q, %s; want %d, %q, %s", test.method, test.path,
				p.status, p.header.Get("Allow"), p.header.Get("Content-Type"), test.status, test.allow, html)
		}
		for _, text := range []string{test.text, "/style.css", "Back to the guestbook"} {
			if !strings.Contains(p.body, text) {
				t.Errorf("%s %s: want %q in\n%s", test.method, test.path, text, p.body)
			}
		}
	}
	// No visitor is asked to sign in while it is not known who is signed in.
	ann.do(http.MethodPost, "/entries", "", "cross-site").is(403).lacks("Sign up", "Sign out")
}

// Over the network without TLS, browsers do not keep Secure cookies, so the pages say that
// users cannot sign in.
func TestPlainHTTP(t *testing.T) {
	t.Parallel()
	app := newSite(t).app
	const note = "You cannot sign in here"
	for _, test := range []struct {
		name, method, host, header, value string
		tls                               bool
		status                            int
		want                              bool
	}{
		{"plain", http.MethodGet, "mybox.lan:8080", "", "", false, 200, true},
		{"an address", http.MethodGet, "192.168.1.2:8080", "", "", false, 200, true},
		{"a form", http.MethodPost, "mybox.lan:8080", "Origin", "http://mybox.lan:8080", false, 403, true},
		{"TLS", http.MethodGet, "mybox.lan:8080", "", "", true, 200, false},
		{"a proxy with TLS", http.MethodGet, "mybox.lan", "Sec-Fetch-Site", "none", false, 200, false},
		{"localhost", http.MethodGet, "localhost:8080", "", "", false, 200, false},
		{"loopback", http.MethodGet, "127.0.0.1:8080", "", "", false, 200, false},
		{"loopback, IPv6", http.MethodGet, "[::1]", "", "", false, 200, false},
		{"another site's form", http.MethodPost, "localhost:8080", "Origin", "http://elsewhere.example", false, 403, false},
	} {
		r := httptest.NewRequestWithContext(t.Context(), test.method, "/sign-up", nil)
		r.Host = test.host
		if test.header != "" {
			r.Header.Set(test.header, test.value)
		}
		if test.tls {
			r.TLS = new(tls.ConnectionState)
		}
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		if got := strings.Contains(w.Body.String(), note); got != test.want || w.Code != test.status {
			t.Errorf("%s: got status %d, note %v; want %d, %v\n%s", test.name, w.Code, got, test.status, test.want, w.Body)
		}
	}
}

// The command says so too when it starts.
func TestGreeting(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "localhost:0")
	must(t, err)
	defer listener.Close()
	for address, want := range map[string]bool{
		"localhost:0": false, "127.0.0.1:0": false, "[::1]:0": false, "mybox.lan:0": true, "0.0.0.0:0": true, ":0": true,
	} {
		if text := greeting(address, listener, "x.db"); strings.Contains(text, "TLS") != want {
			t.Errorf("-addr %s: want a note about TLS: %v; got %s", address, want, text)
		}
	}
}

package main

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

// A browser that Lucia gave a cookie to is signed in, under the cookie's old
// name, and out when it says so.
func TestABrowserStaysSignedIn(t *testing.T) {
	forEachVersion(t, func(t *testing.T, l lucia) {
		path := l.write(t)
		check(t, run(t.Context(), l.args(path), new(strings.Builder), now))
		clock := now.Add(2 * time.Hour) // idle
		auth, err := web.New(l.open(t, path, &clock, session.Config{}), web.Config{CookieName: "auth_session"})
		check(t, err)
		mux := http.NewServeMux()
		mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
			user, _ := auth.User(r)
			fmt.Fprint(w, user.Attributes.Username)
		})
		mux.HandleFunc("POST /out", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, auth.SignOut(w, r))
		})
		server := httptest.NewTLSServer(auth.Handler(mux))
		t.Cleanup(server.Close)
		at, err := url.Parse(server.URL)
		check(t, err)
		client := server.Client()
		client.Jar, err = cookiejar.New(nil)
		check(t, err)
		client.Jar.SetCookies(at, []*http.Cookie{{Name: "auth_session", Value: annsPhone, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}})
		want := func(method, path, body string) *http.Response {
			t.Helper()
			r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
			check(t, err)
			r.Header.Set("Origin", server.URL)
			response, err := client.Do(r)
			check(t, err)
			defer response.Body.Close()
			var got string
			fmt.Fscan(response.Body, &got)
			if response.StatusCode != http.StatusOK || got != body {
				t.Errorf("%s %s: %d %q, want %q", method, path, response.StatusCode, got, body)
			}
			return response
		}
		cookies := want("GET", "/", "ann").Cookies() // renewed, by extending it
		if len(cookies) != 1 || cookies[0].Name != "auth_session" || cookies[0].Value != annsPhone {
			t.Errorf("%v", cookies)
		}
		want("GET", "/", "ann")
		want("POST", "/out", "<nil>")
		want("GET", "/", "")
		client.Jar.SetCookies(at, []*http.Cookie{{Name: "auth_session", Value: annsPhone, Path: "/"}})
		want("GET", "/", "")
	})
}

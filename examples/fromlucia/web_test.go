package main

import (
	"fmt"
	"io"
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

// A browser with a cookie of Lucia is signed in, under the cookie's old name, and can sign
// out.
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

// The cookie gets Tenon's name. Sessions of Lucia, and those that Tenon created under the
// old name, go on.
func TestTheCookieIsRenamed(t *testing.T) {
	t.Parallel()
	l := versions["3"]
	path := l.write(t)
	check(t, run(t.Context(), l.args(path), new(strings.Builder), now))
	clock := now
	m := l.open(t, path, &clock, session.Config{})
	before, err := web.New(m, web.Config{CookieName: "auth_session"})
	check(t, err)
	after, err := readLuciasCookies(m)
	check(t, err)
	var auth *web.Auth[User, Session]
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		auth.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/in" {
				_, err := auth.SignIn(w, r, "bobsid", Session{})
				fmt.Fprint(w, err)
				return
			}
			user, _ := auth.User(r)
			fmt.Fprint(w, user.Attributes.Username)
		})).ServeHTTP(w, r)
	}))
	server.StartTLS()
	t.Cleanup(server.Close)
	at, err := url.Parse(server.URL)
	check(t, err)
	ask := func(jar http.CookieJar, method, path string) (string, []*http.Cookie) {
		t.Helper()
		client := &http.Client{Transport: server.Client().Transport, Jar: jar}
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
		check(t, err)
		r.Header.Set("Origin", server.URL)
		response, err := client.Do(r)
		check(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		check(t, err)
		return string(body), response.Cookies()
	}
	moved, err := cookiejar.New(nil)
	check(t, err)
	moved.SetCookies(at, []*http.Cookie{{Name: "auth_session", Value: annsPhone, Path: "/", Secure: true, HttpOnly: true}})
	made, err := cookiejar.New(nil)
	check(t, err)
	auth = before
	if body, cookies := ask(made, "POST", "/in"); body != "<nil>" || len(cookies) != 1 || cookies[0].Name != "auth_session" {
		t.Fatalf("signed in: %q, with the cookies %v", body, cookies)
	}
	auth = after
	for user, jar := range map[string]http.CookieJar{"ann": moved, "bob": made} {
		for range 2 { // with the old name, then with the new one
			if body, _ := ask(jar, "GET", "/"); body != user {
				t.Errorf("%s is signed in as %q", user, body)
			}
		}
		for _, cookie := range jar.Cookies(at) {
			if cookie.Name != "__Host-session" {
				t.Errorf("%s has the cookie %s", user, cookie.Name)
			}
		}
	}
}

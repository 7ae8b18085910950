package web_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

// TestUncheckedPatterns: requests of programs and other sites to these patterns are
// accepted, and their cookies are not read.
func TestUncheckedPatterns(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{UncheckedPatterns: []string{"POST /api/sign-in", "POST /hooks/{name}", "/callback/"}})
	client, _ := s.signIn(t, "ann")
	for _, path := range []string{"/api/sign-in", "/hooks/{name}", "/hooks/a/b", "/callback/", "/other"} {
		s.mux.HandleFunc(path, s.whoami)
	}
	for _, header := range [][]string{nil, {"Origin", "https://evil.test"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site"}} {
		for _, path := range []string{"/api/sign-in", "/hooks/stripe", "/callback/", "/callback/apple"} {
			s.do(t, client, http.MethodPost, path, header...).want(t, 200, "unknown").wantNoCookie(t)
		}
		for _, path := range []string{"/other", "/hooks/a/b", "/api/sign-in/", "/callback", "/hooks/../other", "//api/sign-in", "/api/../other"} {
			if got := s.do(t, client, http.MethodPost, path, header...).wantNoCookie(t); got.status != http.StatusForbidden {
				t.Errorf("%s %v: got %+v", path, header, got)
			}
		}
		if got := s.do(t, client, http.MethodPut, "/api/sign-in", header...); got.status != http.StatusForbidden {
			t.Errorf("another method: got %+v", got)
		}
	}
	// Requests of the site's own pages are trusted there too.
	s.post(t, client, "/callback/").want(t, 200, "ANN on laptop")
	// A callback can sign a user in.
	s.mux.HandleFunc("/callback/in", func(w http.ResponseWriter, r *http.Request) {
		if _, err := s.auth.SignIn(w, r, "bob", Device{}); err != nil {
			t.Error(err)
		}
	})
	if got := s.do(t, client, http.MethodPost, "/callback/in", "Origin", "https://appleid.apple.com"); len(got.cookies) != 1 {
		t.Errorf("got %+v", got)
	}
	// Require finds no user.
	s.server.Config.Handler = s.auth.Require(s.mux)
	s.do(t, client, http.MethodPost, "/api/sign-in").want(t, 401, "Please sign in.")
}

// TestRefused: an application can respond to refused requests itself.
func TestRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{Bearer: true, Refused: func(w http.ResponseWriter, r *http.Request, err error) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case errors.Is(err, web.ErrOrigin):
			w.WriteHeader(http.StatusForbidden)
			w.Write([]byte(`{"error":"origin"}`))
		case errors.Is(err, session.ErrNoSession):
			w.WriteHeader(http.StatusUnauthorized)
			w.Write([]byte(`{"error":"sign in"}`))
		}
	}})
	client, _ := s.signIn(t, "ann")
	got := s.do(t, client, http.MethodPost, "/", "Sec-Fetch-Site", "cross-site").want(t, 403, `{"error":"origin"}`).wantNoCookie(t)
	if got.line("Content-Type") != "application/json" || got.line("Cache-Control") != "private, no-store" {
		t.Errorf("got headers %v", got.header)
	}
	got = s.get(t, s.browser(t), "/account").want(t, 401, `{"error":"sign in"}`)
	if got.line("Cache-Control") != "no-store" || got.line("WWW-Authenticate") != "Bearer" {
		t.Errorf("got headers %v", got.header)
	}
}

// TestRefusalIsLogged: the log contains what a developer needs to know, but no secrets of
// the client.
func TestRefusalIsLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newSite(t, session.Config{}, web.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	client, token := s.signIn(t, "ann")
	for _, test := range []struct {
		header []string
		want   string
	}{
		{nil, "it has neither Sec-Fetch-Site nor Origin"},
		{[]string{"Sec-Fetch-Site", "cross-site"}, "Sec-Fetch-Site says that another site sent it"},
		{[]string{"Origin", "https://evil.test"}, "Origin is not this host"},
	} {
		s.do(t, client, http.MethodPost, "/webhook?key=s3cret", test.header...)
		line := log.String()
		log.Reset()
		if strings.Count(line, "\n") != 1 || !strings.Contains(line, test.want) || !strings.Contains(line, "method=POST path=/webhook") ||
			strings.Contains(line, "s3cret") || strings.Contains(line, token[15:]) {
			t.Errorf("%v: logged %q", test.header, line)
		}
	}
}

// TestPlainHTTP: where browsers keep no Secure cookie, the log says why a sign-in has no
// effect. A page that an attacker on the network can have forged is not trusted.
func TestPlainHTTP(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newSite(t, session.Config{}, web.Config{
		Insecure: true, InsecureHosts: []string{"phone.test"}, TrustedOrigins: []string{"http://friend.test"},
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	for _, test := range []struct {
		host   string
		header []string
		status int
		logged bool
	}{
		{"mybox.lan:8080", []string{"Origin", "http://mybox.lan:8080"}, 403, true},
		{"mybox.lan:8080", []string{"Origin", "http://mybox.lan:8080", "Sec-Fetch-Site", "same-origin"}, 303, true},
		{"mybox.lan", []string{"Referer", "http://mybox.lan/sign-in", "Sec-Fetch-Site", "same-origin"}, 303, true},
		{"mybox.lan", []string{"Origin", "null", "Referer", "http://mybox.lan/sign-in", "Sec-Fetch-Site", "same-origin"}, 303, true},
		{"mybox.lan", []string{"Origin", "https://mybox.lan"}, 303, false},
		{"mybox.lan", []string{"Sec-Fetch-Site", "same-origin"}, 303, false},
		{"localhost:8080", []string{"Origin", "http://localhost:8080"}, 303, false},
		{"127.0.0.1", []string{"Origin", "http://127.0.0.1", "Sec-Fetch-Site", "same-origin"}, 303, false},
		{"phone.test", []string{"Origin", "http://phone.test"}, 303, false},
		{"mybox.lan", []string{"Origin", "http://friend.test"}, 303, false},
	} {
		got := s.do(t, s.browser(t), http.MethodPost, "/sign-in?user=ann", append(test.header, "Host", test.host)...)
		line := log.String()
		log.Reset()
		if got.status != test.status {
			t.Errorf("%s %v: got %d, want %d", test.host, test.header, got.status, test.status)
		}
		if logged := strings.Contains(line, "InsecureHosts"); logged != test.logged {
			t.Errorf("%s %v: logged %q", test.host, test.header, line)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for _, unavailable := range []func(http.ResponseWriter, *http.Request, error){nil, func(w http.ResponseWriter, _ *http.Request, _ error) {
		http.Error(w, "Closed.", http.StatusServiceUnavailable)
	}} {
		s := newSite(t, session.Config{}, web.Config{Unavailable: unavailable})
		client, _ := s.signIn(t, "ann")
		s.fail(spec.ErrUnavailable)
		if got := s.get(t, client, "/"); got.status != 503 || got.line("Retry-After") != "10" {
			t.Errorf("got %+v", got)
		}
	}
}

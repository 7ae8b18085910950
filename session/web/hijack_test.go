package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

// TestSignInAfterHijack: there is no response that could have a cookie, so nothing is done.
func TestSignInAfterHijack(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	s.mux.HandleFunc("POST /hijack", func(w http.ResponseWriter, r *http.Request) {
		connection, buffered, err := http.NewResponseController(w).Hijack()
		must(t, err)
		defer connection.Close()
		if _, err := s.auth.SignIn(w, r, "bob", Device{}); err == nil {
			t.Error("SignIn: no error")
		}
		if err := s.auth.SignOut(w, r); err == nil {
			t.Error("SignOut: no error")
		}
		io.WriteString(buffered, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhijacked")
		must(t, buffered.Flush())
	})
	client, _ := s.signIn(t, "ann")
	s.post(t, client, "/hijack").want(t, 200, "hijacked").wantNoCookie(t)
	s.get(t, client, "/").want(t, 200, "ANN on laptop")
}

// TestProxiedUpgrade: httputil.ReverseProxy takes over the connection and
// writes the response's headers itself. The cookies of a renewal and of
// a sign-in are among them.
func TestProxiedUpgrade(t *testing.T) {
	t.Parallel()
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		must(t, err)
		defer connection.Close()
		io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	}))
	t.Cleanup(back.Close)
	address, err := url.Parse(back.URL)
	must(t, err)
	s := newSite(t, session.Config{Renewal: session.Rotate}, web.Config{})
	proxy := httputil.NewSingleHostReverseProxy(address)
	s.mux.Handle("/socket", proxy)
	s.mux.HandleFunc("/sign-in-and-socket", func(w http.ResponseWriter, r *http.Request) {
		_, err := s.auth.SignIn(w, r, "bob", Device{Name: "phone"})
		must(t, err)
		proxy.ServeHTTP(w, r)
	})
	client, token := s.signIn(t, "ann")
	s.wait(25 * time.Hour)
	for _, test := range []struct{ path, user string }{{"/socket", "ANN on laptop"}, {"/sign-in-and-socket", "BOB on phone"}} {
		got := s.get(t, client, test.path, "Connection", "Upgrade", "Upgrade", "websocket", "Sec-Fetch-Site", "same-origin")
		if got.status != http.StatusSwitchingProtocols || len(got.cookies) != 1 || got.cookies[0].Value == token || got.line("Cache-Control") != "no-store" {
			t.Fatalf("%s: got %+v", test.path, got)
		}
		token = got.cookies[0].Value
		s.get(t, client, "/").want(t, 200, test.user).wantNoCookie(t)
	}
}

// TestHijackThatFails: if a connection cannot be hijacked, as with HTTP/2, the response
// has not been sent.
func TestHijackThatFails(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{Renewal: session.Rotate}, web.Config{})
	s.server = httptest.NewUnstartedServer(s.auth.Handler(s.mux))
	s.server.EnableHTTP2 = true
	s.server.StartTLS()
	t.Cleanup(s.server.Close)
	s.mux.HandleFunc("POST /hijack", func(w http.ResponseWriter, r *http.Request) {
		if _, _, err := http.NewResponseController(w).Hijack(); err == nil || r.ProtoMajor != 2 {
			t.Errorf("%s: got error %v", r.Proto, err)
		}
		if r.FormValue("user") != "" {
			_, err := s.auth.SignIn(w, r, r.FormValue("user"), Device{Name: "phone"})
			must(t, err)
		}
		w.Header().Set("Cache-Control", "public")
		s.whoami(w, r)
	})
	client, token := s.signIn(t, "ann")
	s.wait(25 * time.Hour)
	for _, test := range []struct{ path, user string }{{"/hijack", "ANN on laptop"}, {"/hijack?user=bob", "BOB on phone"}} {
		got := s.post(t, client, test.path).want(t, 200, test.user)
		if len(got.cookies) != 1 || got.cookies[0].Value == token || got.line("Cache-Control") != "no-store" {
			t.Errorf("%s: got %+v", test.path, got)
		}
		s.wait(25 * time.Hour)
	}
}

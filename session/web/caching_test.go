package web_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
	"github.com/tenon-go/tenon/spec"
)

// TestPersonalPages: every response has Vary: Cookie. A response that can depend on a
// session is not cached unless its handler sets caching headers.
func TestPersonalPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{Bearer: true})
	back, err := url.Parse(s.server.URL)
	must(t, err)
	proxy := &httputil.ReverseProxy{Transport: s.server.Client().Transport, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(back)
		r.Out.URL.Path = "/socket"
	}}
	for path, way := range map[string]http.HandlerFunc{
		"/write": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "x") },
		"/empty": func(http.ResponseWriter, *http.Request) {},
		"/error": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "x", http.StatusNotFound) },
		"/flush": func(w http.ResponseWriter, _ *http.Request) { http.NewResponseController(w).Flush() },
		"/304":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) },
		"/content": func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, "x.txt", start, strings.NewReader("x"))
		},
		"/upgrade": proxy.ServeHTTP,
	} {
		s.mux.HandleFunc("/plain"+path, way)
		s.mux.HandleFunc("/user"+path, func(w http.ResponseWriter, r *http.Request) { s.auth.User(r); way(w, r) })
		s.mux.HandleFunc("/session"+path, func(w http.ResponseWriter, r *http.Request) { s.auth.Session(r); way(w, r) })
		for _, name := range append(sharedOnly, "Cache-Control") {
			s.mux.HandleFunc("/says-"+name+path, func(w http.ResponseWriter, r *http.Request) {
				s.auth.User(r)
				w.Header().Set(name, "a word")
				way(w, r)
			})
		}
	}
	s.mux.HandleFunc("/socket", func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		must(t, err)
		defer connection.Close()
		io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n")
	})
	client, token := s.signIn(t, "ann")
	stranger := s.browser(t)
	for _, way := range []string{"write", "empty", "error", "flush", "304", "content", "upgrade"} {
		header := []string{"Sec-Fetch-Site", "same-origin"}
		if way == "upgrade" {
			header = append(header, "Connection", "Upgrade", "Upgrade", "test")
		}
		want := func(who, kind, control string, client *http.Client, more ...string) {
			t.Helper()
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				got := s.do(t, client, method, "/"+kind+"/"+way, append(header, more...)...).wantNoCookie(t)
				if got.line("Cache-Control") != control || got.line("Vary") != "Cookie" {
					t.Errorf("%s %s, %s: %s: got headers %v, want Cache-Control %q", method, way, kind, who, got.header, control)
				}
				if way == "upgrade" {
					break
				}
			}
		}
		want("ann", "plain", "private, no-store", client)
		want("ann", "user", "private, no-store", client)
		want("a bearer", "plain", "private, no-store", stranger, "Authorization", "Bearer "+token)
		want("an old cookie", "plain", "private, no-store", stranger, "Cookie", web.CookieName+"=x", "Sec-Fetch-Mode", "cors")
		want("a stranger", "plain", "", stranger)
		want("a stranger", "user", "private, no-store", stranger)
		want("a stranger", "session", "private, no-store", stranger)
		if way != "upgrade" {
			want("ann", "says-Cache-Control", "a word", client)
			for _, name := range sharedOnly {
				want("ann", "says-"+name, "", client)
			}
		}
	}
	if got := s.get(t, client, "/user/content", "If-Modified-Since", start.Format(http.TimeFormat)); got.status != 304 ||
		got.line("Cache-Control") != "private, no-store" {
		t.Errorf("not modified: got %+v", got)
	}
}

// TestRefusalsAreNotKept: a response in place of a page must not be cached, because a
// cache would return it as the page.
func TestRefusalsAreNotKept(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	client, _ := s.signIn(t, "ann")
	if got := s.get(t, client, "/", "Upgrade", "websocket", "Connection", "Upgrade"); got.status != 403 || got.line("Vary") != "Cookie" ||
		got.line("Cache-Control") != "private, no-store" {
		t.Errorf("another origin: got %+v", got)
	}
	s.fail(spec.ErrUnavailable)
	if got := s.get(t, client, "/"); got.status != 503 || got.line("Vary") != "Cookie" || got.line("Cache-Control") != "no-store" {
		t.Errorf("an outage: got %+v", got)
	}
}

// TestCloseNotify: handlers such as gin's use it. The channel receives a value when the
// client has disconnected.
func TestCloseNotify(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	begun, gone := make(chan bool), make(chan bool)
	s.mux.HandleFunc("/stream", func(w http.ResponseWriter, _ *http.Request) {
		closed := w.(interface{ CloseNotify() <-chan bool }).CloseNotify()
		select {
		case <-closed:
			t.Error("closed while the client waits")
		default:
		}
		close(begun)
		gone <- <-closed
	})
	ctx, leave := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.URL+"/stream", nil)
	must(t, err)
	go func() {
		<-begun
		leave()
	}()
	if _, err := s.browser(t).Do(request); err == nil {
		t.Error("there was an answer")
	}
	if !<-gone {
		t.Error("the channel was closed without a value")
	}
}

package web_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

// sharedOnly are headers that some caches obey before Cache-Control.
var sharedOnly = []string{"Expires", "CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "Surrogate-Control", "Edge-Control", "X-Accel-Expires"}

// TestNoStore: no cache keeps a response with the cookie, or one behind Require, however
// the handler writes it and whatever headers it sets.
func TestNoStore(t *testing.T) {
	t.Parallel()
	ways := map[string]http.HandlerFunc{
		"nothing":          func(http.ResponseWriter, *http.Request) {},
		"a write":          func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "x") },
		"a status":         func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) },
		"an error":         func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "x", http.StatusNotFound) },
		"a copy":           func(w http.ResponseWriter, _ *http.Request) { io.Copy(w, io.LimitReader(strings.NewReader("xy"), 1)) },
		"a file":           func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "doc.go") },
		"a flush":          func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() },
		"control's flush":  func(w http.ResponseWriter, _ *http.Request) { http.NewResponseController(w).Flush() },
		"hints and status": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusEarlyHints); w.WriteHeader(200) },
	}
	s := newSite(t, session.Config{}, web.Config{EveryResponse: true})
	quiet := newSite(t, session.Config{}, web.Config{})
	for name, way := range ways {
		pattern := "/" + strings.NewReplacer(" ", "-", "'", "").Replace(name)
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "public, max-age=3600")
			for _, name := range sharedOnly {
				w.Header().Set(name, "3600")
			}
			w.Header().Set("Vary", "Accept-Encoding")
			way(w, r)
		})
		s.mux.Handle(pattern, handler)
		quiet.mux.Handle(pattern, handler)
		quiet.mux.Handle("/private"+pattern, quiet.auth.Require(handler))
	}
	client, _ := s.signIn(t, "ann")
	other, _ := quiet.signIn(t, "ann")
	private := func(name string, got answer) {
		t.Helper()
		if got.line("Cache-Control") != "no-store" || got.line("Vary") != "Accept-Encoding|Cookie" {
			t.Errorf("%s: got headers %v", name, got.header)
		}
		for _, header := range sharedOnly {
			if got.line(header) != "" {
				t.Errorf("%s: %s is still there", name, header)
			}
		}
	}
	for name := range ways {
		pattern := "/" + strings.NewReplacer(" ", "-", "'", "").Replace(name)
		got := s.get(t, client, pattern)
		private(name, got)
		if len(got.cookies) != 1 {
			t.Errorf("%s: got cookies %v", name, got.cookies)
		}
		private(name, quiet.get(t, other, "/private"+pattern).wantNoCookie(t))
		// If nothing is private, the handler's headers are kept.
		got = quiet.get(t, other, pattern).wantNoCookie(t)
		if got.line("Cache-Control") != "public, max-age=3600" || got.line("Vary") != "Accept-Encoding|Cookie" || got.line("Cdn-Cache-Control") == "" {
			t.Errorf("%s: got headers %v", name, got.header)
		}
	}
}

func TestVaryIsNotRepeated(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	client, _ := s.signIn(t, "ann")
	for _, vary := range []string{"*", "Cookie", "Accept, cookie"} {
		s.server.Config.Handler = s.auth.Require(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Vary", vary)
		}))
		if got := s.get(t, client, "/").line("Vary"); got != vary {
			t.Errorf("got %q, want %q", got, vary)
		}
	}
}

// TestOtherCookies: the handler's own cookies are kept.
func TestOtherCookies(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{EveryResponse: true})
	s.mux.HandleFunc("POST /cookies", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "theme", Value: "dark"})
		_, err := s.auth.SignIn(w, r, "bob", Device{})
		must(t, err)
		http.SetCookie(w, &http.Cookie{Name: web.CookieName + "2", Value: "x"})
		must(t, s.auth.SignOut(w, r))
	})
	client, _ := s.signIn(t, "ann")
	got := s.post(t, client, "/cookies").line("Set-Cookie")
	const want = "theme=dark|__Host-session2=x|__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestCookieByHand: a cookie that the handler sets with Cookies also makes the response
// no-store.
func TestCookieByHand(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	s.mux.HandleFunc("/by-hand", func(w http.ResponseWriter, r *http.Request) {
		created, err := s.manager.Create(r.Context(), "ann", Device{Name: "desk"}, session.Persistent(true))
		must(t, err)
		cookies, err := s.auth.Cookies(r, created)
		must(t, err)
		http.SetCookie(w, cookies[0])
	})
	client := s.browser(t)
	if got := s.get(t, client, "/by-hand"); got.line("Cache-Control") != "no-store" {
		t.Errorf("got headers %v", got.header)
	}
	s.get(t, client, "/").want(t, 200, "ANN on desk")
}

// TestEarlyHints: the headers of an interim response are not final.
func TestEarlyHints(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	s.mux.HandleFunc("POST /hints", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		_, err := s.auth.SignIn(w, r, "ann", Device{})
		must(t, err)
	})
	var hints []textproto.MIMEHeader
	trace := &httptrace.ClientTrace{Got1xxResponse: func(_ int, header textproto.MIMEHeader) error {
		hints = append(hints, header)
		return nil
	}}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), http.MethodPost, s.server.URL+"/hints", nil)
	must(t, err)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	response, err := s.browser(t).Do(request)
	must(t, err)
	response.Body.Close()
	if len(hints) != 1 || hints[0].Get("Link") == "" || hints[0].Get("Set-Cookie") != "" || len(response.Cookies()) != 1 {
		t.Errorf("got hints %v, headers %v", hints, response.Header)
	}
}

func TestHijack(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	for path, hijack := range map[string]func(w http.ResponseWriter) (io.Writer, io.Closer, error){
		"/controller": func(w http.ResponseWriter) (io.Writer, io.Closer, error) {
			c, b, err := http.NewResponseController(w).Hijack()
			return b, c, err
		},
		"/asserted": func(w http.ResponseWriter) (io.Writer, io.Closer, error) {
			c, b, err := w.(http.Hijacker).Hijack()
			return b, c, err
		},
	} {
		s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			user, _ := s.auth.User(r)
			out, connection, err := hijack(w)
			must(t, err)
			defer connection.Close()
			io.WriteString(out, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhijacked for "+user.ID)
			must(t, out.(*bufio.ReadWriter).Flush())
		})
		client, _ := s.signIn(t, "ann")
		s.get(t, client, path).want(t, 200, "hijacked for ann")
	}
}

// TestResponseController: the capabilities of the server's writer are available through ours.
func TestResponseController(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	s.mux.HandleFunc("/deadline", func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).SetWriteDeadline(time.Time{}); err != nil {
			t.Error(err)
		}
	})
	s.get(t, s.browser(t), "/deadline").want(t, 200, "")
}

// TestTimeoutHandler: the cookie of a sign-in is sent with its own response, and not with
// that of the timeout.
func TestTimeoutHandler(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{}, web.Config{})
	giveUp := func() {}
	done := make(chan struct{})
	handler := s.auth.Handler(http.TimeoutHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := s.auth.SignIn(w, r, "ann", Device{}); err != nil {
			t.Error(err)
		}
		if r.URL.Path == "/slow" {
			giveUp()
			<-done
		}
	}), time.Hour, "too slow"))
	s.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		giveUp = cancel
		handler.ServeHTTP(w, r.WithContext(ctx))
	})
	client := s.browser(t)
	s.post(t, client, "/slow").want(t, 503, "").wantNoCookie(t)
	close(done)
	if got := s.post(t, client, "/fast"); len(got.cookies) != 1 || got.line("Cache-Control") != "no-store" {
		t.Errorf("got %+v", got)
	}
}

// TestPanic: if an outer handler recovers from a panic, its response still has the
// renewed cookie.
func TestPanic(t *testing.T) {
	t.Parallel()
	s := newSite(t, session.Config{Renewal: session.Rotate}, web.Config{})
	client, _ := s.signIn(t, "ann")
	handler := s.auth.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("no") }))
	s.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if recover() != nil {
				http.Error(w, "sorry", http.StatusInternalServerError)
			}
		}()
		handler.ServeHTTP(w, r)
	})
	s.wait(25 * time.Hour)
	got := s.get(t, client, "/").want(t, 500, "sorry")
	if len(got.cookies) != 1 || got.line("Cache-Control") != "no-store" {
		t.Errorf("got %+v", got)
	}
}

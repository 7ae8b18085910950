package storage_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/session/storage"
)

// A hijacked connection has no response, but its session is stored.
func TestHijack(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		handler := f.serveBehind(t, func(w http.ResponseWriter, r *http.Request, s *storage.Session) {
			if r.URL.Path == "/set" {
				report(t, s.Set("cart", 1))
				return
			}
			conn, _, err := http.NewResponseController(w).Hijack()
			report(t, err)
			defer conn.Close()
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhijacked")
			report(t, s.Set("cart", 2))
		})
		served := make(chan bool, 2)
		b := browse(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			handler.ServeHTTP(w, r)
			served <- true
		}))
		b.want("/set", "")
		<-served
		b.want("/", "hijacked")
		<-served
		if got := f.load(t, b.cookie()).Get("cart"); got != 2.0 || f.log.String() != "" {
			t.Errorf("cart %v, log: %s", got, f.log)
		}
	})
}

// A session that would need a cookie is lost completely with the response.
func TestHijackOfANewSession(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		handler := f.serveBehind(t, func(w http.ResponseWriter, _ *http.Request, s *storage.Session) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhijacked")
			report(t, s.Set("cart", 1))
		})
		served := make(chan bool, 1)
		b := browse(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			handler.ServeHTTP(w, r)
			served <- true
		}))
		b.want("/", "hijacked")
		<-served
		if len(f.rows.ids()) != 0 || !strings.Contains(f.log.String(), "needs a cookie") {
			t.Errorf("%d rows, log: %s", len(f.rows.ids()), f.log)
		}
	})
}

// If a connection cannot be hijacked, as with HTTP/2, the handler responds as usual.
func TestHijackThatFails(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "memory", nil)
	server := httptest.NewUnstartedServer(f.serveBehind(t, func(w http.ResponseWriter, r *http.Request, s *storage.Session) {
		if _, _, err := http.NewResponseController(w).Hijack(); err == nil || r.ProtoMajor != 2 {
			t.Errorf("%s: %v", r.Proto, err)
		}
		report(t, s.Set("cart", 1))
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	response, err := server.Client().Get(server.URL)
	check(t, err)
	response.Body.Close()
	if len(response.Cookies()) != 1 {
		t.Errorf("cookies %v", response.Cookies())
	}
}

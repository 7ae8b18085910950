package storage_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/spec"
)

// page is a handler with the session of its request.
type page func(w http.ResponseWriter, r *http.Request, s *storage.Session)

// serveBehind serves a page behind the middleware.
func (f fixture) serveBehind(t *testing.T, p page) http.Handler {
	return f.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := f.Get(r)
		if err != nil {
			t.Error(err)
			return
		}
		p(w, r, s)
	}))
}

// The session is committed before the response begins, however it begins.
func TestMiddlewareCommitsBeforeTheHeaders(t *testing.T) {
	for name, begin := range map[string]func(w http.ResponseWriter){
		"nothing":     func(http.ResponseWriter) {},
		"write":       func(w http.ResponseWriter) { io.WriteString(w, "x") },
		"status":      func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) },
		"flush":       func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
		"controller":  func(w http.ResponseWriter) { http.NewResponseController(w).Flush() },
		"copy":        func(w http.ResponseWriter) { io.Copy(w, strings.NewReader("x")) },
		"redirect":    func(w http.ResponseWriter) { w.Header().Set("Location", "/"); w.WriteHeader(http.StatusSeeOther) },
		"early hints": func(w http.ResponseWriter) { w.WriteHeader(http.StatusEarlyHints); io.WriteString(w, "x") },
	} {
		t.Run(name, func(t *testing.T) {
			forEach(t, kinds, nil, func(t *testing.T, f fixture) {
				b := browse(t, f.serveBehind(t, func(w http.ResponseWriter, _ *http.Request, s *storage.Session) {
					report(t, s.Set("cart", 1))
					w.Header().Set("Cache-Control", "public")
					begin(w)
				}))
				b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
				_, _, header := b.get("/")
				if len(header["Set-Cookie"]) != 1 || header.Get("Cache-Control") != "no-store" {
					t.Errorf("header %v", header)
				}
				if !f.load(t, b.cookie()).Has("cart") {
					t.Error("the session was not committed")
				}
			})
		})
	}
}

// Early hints are sent before the response and do not commit the session.
func TestEarlyHintsDoNotCommit(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "memory", nil)
	b := browse(t, f.serveBehind(t, func(w http.ResponseWriter, _ *http.Request, s *storage.Session) {
		w.WriteHeader(http.StatusEarlyHints)
		report(t, s.Set("cart", 1))
	}))
	hints := 0
	r, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
			if hints++; header.Get("Set-Cookie") != "" {
				t.Errorf("%d with a cookie", code)
			}
			return nil
		},
	}), "GET", b.url, nil)
	check(t, err)
	response, err := b.Do(r)
	check(t, err)
	response.Body.Close()
	if hints != 1 || len(response.Cookies()) != 1 {
		t.Errorf("%d hints, cookies %v", hints, response.Cookies())
	}
}

// If the session cannot be committed, no part of the page is sent.
func TestMiddlewareDropsAResponseThatCannotBeCommitted(t *testing.T) {
	for _, test := range []struct {
		err    error
		status int
		logged bool
	}{
		{spec.ErrUnavailable, http.StatusServiceUnavailable, true},
		{spec.ErrIndeterminate, http.StatusServiceUnavailable, true},
		{ownError("of a store"), http.StatusServiceUnavailable, true},
		{spec.ErrSessionNotFound, http.StatusConflict, false},
	} {
		t.Run(test.err.Error(), func(t *testing.T) {
			forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
				b := browse(t, f.serveBehind(t, func(w http.ResponseWriter, _ *http.Request, s *storage.Session) {
					report(t, s.Set("cart", 1))
					w.Header().Set("Content-Length", "6")
					w.Header().Set("Content-Type", "image/png")
					w.WriteHeader(http.StatusCreated)
					if _, err := io.WriteString(w, "secret"); !causedBy(err, test.err) {
						t.Errorf("write: %v, want %v", err, test.err)
					}
					if err := http.NewResponseController(w).Flush(); !causedBy(err, test.err) {
						t.Errorf("flush: %v, want %v", err, test.err)
					}
				}))
				f.calls.failWith("create", test.err)
				status, body, header := b.get("/")
				if status != test.status || strings.Contains(body, "secret") || len(header["Set-Cookie"]) != 0 ||
					header.Get("Content-Type") != "text/plain; charset=utf-8" {
					t.Errorf("%d %q %v", status, body, header)
				}
				if logged := f.log.String() != ""; logged != test.logged {
					t.Errorf("log: %s", f.log)
				}
			})
		})
	}
}

func TestMiddlewareAnswers503IfTheSessionCannotBeLoaded(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		called := false
		b := browse(t, f.serveBehind(t, func(_ http.ResponseWriter, _ *http.Request, s *storage.Session) {
			called = true
			report(t, s.Set("cart", 1))
		}))
		b.want("/", "")
		cookie := b.cookie()
		called = false
		f.calls.failOnce("read", spec.ErrUnavailable)
		status, _, header := b.get("/")
		if status != http.StatusServiceUnavailable || header.Get("Retry-After") != "10" || called || len(header["Set-Cookie"]) != 0 || b.cookie() != cookie {
			t.Errorf("%d, called %t, header %v", status, called, header)
		}
		if !strings.Contains(f.log.String(), spec.ErrUnavailable.Error()) {
			t.Errorf("log: %s", f.log)
		}
		b.want("/", "") // the same cookie is still valid afterwards
		if b.cookie() != cookie {
			t.Error("another cookie")
		}
	})
}

func TestMiddlewareAnswers500IfTheCookieIsTooLarge(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "cookie", nil)
	b := browse(t, f.pages())
	b.want("/set?cart=1", "<nil>")
	status, _, header := b.get("/set?text=" + strings.Repeat("x", 4000))
	if status != http.StatusInternalServerError || len(header["Set-Cookie"]) != 0 {
		t.Errorf("%d %v", status, header)
	}
	b.want("/get?cart=", "1")
}

// If a handler panics, nothing is committed or, if its response had begun, only the
// changes from before.
func TestMiddlewareCommitsNothingAfterAPanic(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		recovering := func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer func() {
					recover()
					if r.URL.Path == "/" {
						w.WriteHeader(http.StatusTeapot)
					}
				}()
				next.ServeHTTP(w, r)
			})
		}
		b := browse(t, recovering(f.serveBehind(t, func(w http.ResponseWriter, r *http.Request, s *storage.Session) {
			report(t, s.Set("cart", 1))
			if r.URL.Path == "/begun" {
				io.WriteString(w, "x")
				report(t, s.Set("late", 1))
			}
			panic("of a handler")
		})))
		status, _, header := b.get("/")
		if status != http.StatusTeapot || len(header["Set-Cookie"]) != 0 || f.calls.takeCounts() != "" {
			t.Errorf("%d %v, %d rows", status, header, len(f.rows.ids()))
		}
		b.want("/begun", "x")
		if s := f.load(t, b.cookie()); !s.Has("cart") || s.Has("late") {
			t.Errorf("cart %t, late %t", s.Has("cart"), s.Has("late"))
		}
	})
}

// A template often reads a flash value after its first kilobytes.
func TestChangesAfterTheResponseBegan(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.serveBehind(t, func(w http.ResponseWriter, r *http.Request, s *storage.Session) {
			if r.URL.Path == "/flash" {
				report(t, s.Flash("message", "saved"))
			}
			io.WriteString(w, "message: ")
			if r.URL.Path == "/show" {
				fmt.Fprint(w, s.Get("message"))
			}
		}))
		b.want("/flash", "message: ")
		b.want("/show", "message: saved")
		if f.kind == "cookie" { // the change cannot be stored
			if !strings.Contains(f.log.String(), "needs a cookie") {
				t.Errorf("log: %s", f.log)
			}
			return
		}
		b.want("/show", "message: <nil>")
		if f.log.String() != "" {
			t.Errorf("log: %s", f.log)
		}
	})
}

// A value that was set and unset again needs no cookie.
func TestNothingCameTooLate(t *testing.T) {
	forEach(t, kinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.serveBehind(t, func(w http.ResponseWriter, r *http.Request, s *storage.Session) {
			io.WriteString(w, "x")
			report(t, s.Set("cart", 1))
			s.Unset("cart")
		}))
		b.want("/", "x")
		if len(f.rows.ids()) != 0 || f.log.String() != "" {
			t.Errorf("%d rows, log: %s", len(f.rows.ids()), f.log)
		}
	})
}

// A late change that needs a cookie cannot be stored, and no part of it is.
func TestChangesThatCameTooLate(t *testing.T) {
	for name, change := range map[string]func(s *storage.Session) error{
		"new":        func(s *storage.Session) error { return s.Set("cart", 1) },
		"regenerate": func(s *storage.Session) error { s.Regenerate(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			forEach(t, kinds, nil, func(t *testing.T, f fixture) {
				b := browse(t, f.serveBehind(t, func(w http.ResponseWriter, r *http.Request, s *storage.Session) {
					if r.URL.Path == "/set" {
						report(t, s.Set("cart", 1))
						return
					}
					io.WriteString(w, "x")
					report(t, change(s))
				}))
				if name == "regenerate" {
					b.want("/set", "")
				}
				rows := fmt.Sprint(f.rows.ids())
				b.want("/", "x")
				if got := fmt.Sprint(f.rows.ids()); got != rows || !strings.Contains(f.log.String(), "needs a cookie") {
					t.Errorf("rows %s, before %s; log: %s", got, rows, f.log)
				}
			})
		})
	}
}

// Switching protocols commits like any other response.
func TestSwitchingProtocolsCommits(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "memory", nil)
	b := browse(t, f.serveBehind(t, func(w http.ResponseWriter, _ *http.Request, s *storage.Session) {
		report(t, s.Set("cart", 1))
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "test")
		w.WriteHeader(http.StatusSwitchingProtocols)
	}))
	r, err := http.NewRequestWithContext(t.Context(), "GET", b.url, nil)
	check(t, err)
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "test")
	response, err := b.Do(r)
	check(t, err)
	response.Body.Close()
	if response.StatusCode != http.StatusSwitchingProtocols || len(response.Cookies()) != 1 {
		t.Errorf("%d, cookies %v", response.StatusCode, response.Cookies())
	}
}

// A session that a handler commits becomes the session of the request and is not
// committed again.
func TestCommitByHandBehindTheMiddleware(t *testing.T) {
	forEach(t, storeKinds, nil, func(t *testing.T, f fixture) {
		b := browse(t, f.serveBehind(t, func(w http.ResponseWriter, r *http.Request, s *storage.Session) {
			fresh := f.New()
			report(t, fresh.Set("user", "Ann"))
			report(t, f.Commit(w, r, fresh))
			if now, err := f.Get(r); now != fresh || err != nil {
				t.Errorf("%v %v", now, err)
			}
		}))
		if cookies := b.want("/", ""); len(cookies) != 1 {
			t.Errorf("cookies %q", cookies)
		}
		if got := f.load(t, b.cookie()).Get("user"); got != "Ann" {
			t.Errorf("%v", got)
		}
		f.row(t)
	})
}

// Two storages with different cookies are independent.
func TestTwoStorages(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "memory", nil)
	other := newFixture(t, "cookie", func(c *storage.Cookie) { c.Name = "__Host-other" })
	b := browse(t, f.Middleware(other.serveBehind(t, func(_ http.ResponseWriter, r *http.Request, s *storage.Session) {
		mine, err := f.Get(r)
		report(t, err)
		if r.URL.Path == "/set" {
			report(t, errors.Join(mine.Set("cart", "mine"), s.Set("cart", "other")))
		} else if mine.Get("cart") != "mine" || s.Get("cart") != "other" {
			t.Errorf("%v %v", mine.Get("cart"), s.Get("cart"))
		}
	})))
	if cookies := b.want("/set", ""); len(cookies) != 2 {
		t.Errorf("cookies %q", cookies)
	}
	b.want("/", "")
}

package main

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session/web"
)

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	must(t, err)
	return u
}

// Requests from other sites, and from unknown clients, change nothing.
func TestOtherSites(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ann := s.member(t, "ann", firefox)
	for _, site := range []string{"cross-site", "same-site", ""} {
		ann.do(http.MethodPost, "/entries", "text=forged", site).is(403)
		ann.do(http.MethodPost, "/sign-in", "name=ann&password=a+few+good+words", site).is(403)
	}
	ann.get("/").is(200, "Nice to see you, ann").lacks("forged")
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ann := s.member(t, "ann", firefox)
	for _, path := range []string{"/", "/account", "/sign-in", "/nowhere", "/style.css"} {
		h := ann.get(path).header
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
			"X-Content-Type-Options":  "nosniff",
			"Referrer-Policy":         "same-origin",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: got %s %q, want %q", path, name, got, want)
			}
		}
		if got := h.Get("Cache-Control"); path != "/style.css" && got != "no-store" {
			t.Errorf("%s: got Cache-Control %q, want no-store", path, got)
		}
	}
	ann.get("/nowhere").is(404, "There is no such page")
}

// During an outage of the database no user is signed out, and no page says so. After the
// outage the same cookies work.
func TestDatabaseIsDown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ann := s.member(t, "ann", firefox)
	cookie := ann.cookie(web.CookieName)
	restore := s.unplug(t)
	ann.get("/").is(503, "You are still signed in").lacks("Sign up", "Sign in</a>")
	ann.post("/sign-out").is(503, "You are still signed in")
	if got := ann.cookie(web.CookieName); got != cookie {
		t.Error("the cookie has changed")
	}
	stranger := s.visitor(t, firefox)
	stranger.post("/sign-in", "name", "ann", "password", password).is(503, "That did not work")

	restore()
	ann.get("/").is(200, "Nice to see you, ann")
	ann.post("/entries", "text", "here again").is(200, "Thank you")
	if got := ann.cookie(web.CookieName); got != cookie {
		t.Error("the cookie has changed")
	}
	stranger.post("/sign-in", "name", "ann", "password", password).is(200, "Welcome back")
	ann.post("/sign-out").is(200, "You are signed out")
	ann.get("/account").wantPath("/sign-in")
	stranger.get("/account").wantPath("/account")
}

// unplug makes the database unavailable until restore is called. It closes all connections
// and moves the folder of the file away.
func (s *site) unplug(t *testing.T) (restore func()) {
	t.Helper()
	db := s.app.store.db
	var file string
	must(t, db.QueryRowContext(t.Context(), "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file))
	db.SetMaxIdleConns(0)
	folder := filepath.Dir(file)
	must(t, os.Rename(folder, folder+" away"))
	return func() {
		t.Helper()
		must(t, os.Rename(folder+" away", folder))
	}
}

func TestSweepVisits(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.visitor(t, firefox).post("/entries", "text", "an old draft").is(200)
	s.wait(time.Minute)
	s.visitor(t, firefox).post("/entries", "text", "a newer draft").is(200)
	left := func(want int) {
		t.Helper()
		_, err := s.app.visits.Sweep(t.Context())
		must(t, err)
		var count int
		must(t, s.app.store.db.QueryRowContext(t.Context(), "SELECT count(*) FROM visits").Scan(&count))
		if count != want {
			t.Errorf("got %d visits left, want %d", count, want)
		}
	}
	s.wait(14*24*time.Hour - 2*time.Minute) // they live for 14 days
	left(2)
	s.wait(time.Minute)
	left(1)
}

// The command listens, prints its address, and ends when its context does.
func TestRun(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "guestbook.db")
	for range 2 { // the second time, the database exists
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		out, printed := io.Pipe()
		ended := make(chan error, 1)
		go func() {
			err := run(ctx, "localhost:0", file, printed)
			printed.CloseWithError(io.EOF)
			ended <- err
		}()
		text := make([]byte, 300)
		n, err := out.Read(text)
		must(t, err)
		address := regexp.MustCompile(`http://localhost:\d+`).FindString(string(text[:n]))
		response, err := http.Get(address)
		must(t, err)
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("got status %d", response.StatusCode)
		}
		go io.Copy(io.Discard, out)
		cancel()
		must(t, <-ended)
		if _, err := http.Get(address); err == nil {
			t.Error("it still listens")
		}
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
	if err := run(t.Context(), "nowhere:-1", file, io.Discard); err == nil {
		t.Error("a bad address is no error")
	}
}

package webtest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/tenon-go/tenon/internal/testing/debian"
	"github.com/tenon-go/tenon/session/web"
)

// newTab starts a headless Chromium and returns the context of its tab.
func newTab(t *testing.T) context.Context {
	t.Helper()
	path, flags := debian.Chromium(t)
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path)}
	for name, value := range flags {
		options = append(options, chromedp.Flag(name, value))
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// open loads a page in the tab.
func open(t *testing.T, tab context.Context, url string) {
	t.Helper()
	if err := debian.Load(func() error { return chromedp.Do(tab, chromedp.Navigate(url)) }); err != nil {
		t.Fatal(err)
	}
}

// readText returns the text of the page that the tab shows.
func readText(t *testing.T, tab context.Context) string {
	t.Helper()
	return evaluate(t, tab, "document.body.innerText")
}

// evaluate runs a script in the page and returns its value.
func evaluate(t *testing.T, tab context.Context, script string) string {
	t.Helper()
	value, err := chromedp.Run(tab, chromedp.Evaluate[string](script))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// submit clicks the page's button and returns the text of the next page.
func submit(t *testing.T, tab context.Context) string {
	t.Helper()
	response, err := chromedp.RunResponse(tab, chromedp.Click("button"))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d %s", response.Status, strings.TrimSpace(readText(t, tab)))
}

// TestChromium uses an application at http://localhost, and a page of another
// site that posts to it. It does so with the default SameSite, and with None, which
// makes the browser send the cookie with the other site's post. Both use one tab, one after
// the other, since a browser is slow to start. The second sign-in replaces the cookie of the
// first.
func TestChromium(t *testing.T) {
	t.Parallel()
	tab := newTab(t)
	for name, sameSite := range map[string]http.SameSite{"Lax": http.SameSiteLaxMode, "None": http.SameSiteNoneMode} {
		t.Run(name, func(t *testing.T) {
			auth := newAuth(t, web.Config{SameSite: sameSite})
			mux := http.NewServeMux()
			mux.HandleFunc("GET /{$}", whoami(auth))
			mux.HandleFunc("GET /sign-in", page(`<form method="post"><button>Sign in</button></form>`))
			mux.HandleFunc("POST /sign-in", signIn(auth))
			mux.HandleFunc("POST /buy", whoami(auth))
			attacks := make(chan *http.Request, 1)
			handler := auth.Handler(mux)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost && r.URL.Path == "/buy" {
					attacks <- r
				}
				handler.ServeHTTP(w, r)
			}))
			defer server.Close()
			site := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
			evil := httptest.NewServer(page(`<form method="post" action="` + site + `/buy"><button>Win</button></form>`))
			defer evil.Close()

			// The __Host- cookie works on http://localhost.
			open(t, tab, site+"/sign-in")
			if got := submit(t, tab); got != "200 Ann" {
				t.Errorf("after the sign-in: got %q", got)
			}
			// Scripts cannot read the cookie or overwrite it.
			visible := evaluate(t, tab, `document.cookie = "__Host-session=x; path=/; secure"; document.cookie`)
			if strings.Contains(visible, "session") {
				t.Errorf("a script sees %q", visible)
			}
			open(t, tab, site)
			if got := readText(t, tab); got != "Ann" {
				t.Errorf("on the next page: got %q", got)
			}
			// The check of origins refuses another site's form, even with the cookie.
			open(t, tab, evil.URL) // 127.0.0.1 is another site than localhost
			if got := submit(t, tab); !strings.HasPrefix(got, "403 This request was refused") {
				t.Errorf("another site's form: got %q", got)
			}
			attack := <-attacks
			_, err := attack.Cookie(web.CookieName)
			if sent := err == nil; sent != (sameSite == http.SameSiteNoneMode) {
				t.Errorf("with SameSite=%s the browser sent the cookie: %v", name, sent)
			}
			open(t, tab, site)
			if got := readText(t, tab); got != "Ann" {
				t.Errorf("after the attack: got %q", got)
			}
		})
	}
}

// page returns a handler that serves an HTML page.
func page(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!doctype html><title>page</title><body>%s</body>", body)
	}
}

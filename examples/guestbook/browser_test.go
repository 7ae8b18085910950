package main

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// newTab returns the context of a tab in a new headless Chromium.
func newTab(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		required := strings.FieldsFunc(os.Getenv("TENON_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' })
		if slices.Contains(required, "all") || slices.Contains(required, "chromium") {
			t.Fatalf("TENON_REQUIRE asks for chromium, which is not here: %v\nWhat would help: apt-get install chromium", err)
		}
		t.Skipf("NOT RUN: %s: no chromium here (%v). apt-get install chromium; TENON_REQUIRE=chromium makes this a failure", t.Name(), err)
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), chromedp.ExecPath(path),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true))
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// tab is a tab of a real browser at the guestbook.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// submit has the browser click a button and checks that the page that follows
// has these texts.
func (b tab) submit(button string, texts ...string) {
	b.t.Helper()
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Click(button)); err != nil {
		b.t.Fatal(err)
	}
	page := b.evaluate("document.body.innerText")
	for _, text := range texts {
		if !strings.Contains(page, text) {
			b.t.Fatalf("after a click on %s: want %q in\n%s", button, text, page)
		}
	}
}

func (b tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	must(b.t, chromedp.Do(b.ctx, steps...))
}

func (b tab) evaluate(script string) string {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](script))
	must(b.t, err)
	return value
}

// TestBrowser goes through the guestbook as people do, over http://localhost,
// with a browser that knows what its headers forbid.
func TestBrowser(t *testing.T) {
	t.Parallel()
	b := tab{t, newTab(t)}
	server := httptest.NewServer(newTestApp(t, time.Now))
	t.Cleanup(server.Close)
	home := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)

	b.do(chromedp.Navigate(home))
	if got := b.evaluate("getComputedStyle(document.querySelector('.compose')).borderRadius"); got != "14px" {
		t.Errorf("the style sheet has no effect: got a radius of %q", got)
	}
	b.do(chromedp.SendKeys("#text", "Hello from a browser\non two lines"))
	b.submit(".compose button", "Sign in to post your entry")
	b.do(chromedp.Navigate(home+"/sign-up"), chromedp.SendKeys("#name", "ann"), chromedp.SendKeys("#password", password))
	b.submit("main button", "Welcome, ann.", "still blank")
	b.submit(".compose button", "Thank you for your entry.", "Hello from a browser\non two lines")
	if got := b.evaluate("document.cookie"); got != "" {
		t.Errorf("scripts see the cookies %q", got)
	}
	b.submit(".who", "Chrome on Linux", "this device", "until the browser is closed")
	b.do(chromedp.SendKeys("#password", "other good words"))
	b.submit("form[action='/password'] button", "Your password is changed")
	b.submit("header button", "You are signed out.", "Sign up")
	b.do(chromedp.Navigate(home + "/account"))
	if got := b.evaluate("location.pathname"); got != "/sign-in" {
		t.Errorf("the account page after signing out: got %s", got)
	}
	b.do(chromedp.SendKeys("#name", "ann"), chromedp.SendKeys("#password", "other good words"), chromedp.Click("[name=remember]"))
	b.submit("main button", "Devices", "remembered until")
	b.submit("form[action='/sign-out-everywhere'] button", "signed out on all your devices")
}

package main

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/tenon-go/tenon/internal/testing/debian"
)

// newBrowser returns the context of a new headless Chromium, which resolves mybox.lan to
// this computer.
func newBrowser(t *testing.T) context.Context {
	t.Helper()
	path, flags := debian.Chromium(t)
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path)}
	flags["host-resolver-rules"] = "MAP mybox.lan 127.0.0.1"
	for name, value := range flags {
		options = append(options, chromedp.Flag(name, value))
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	must(t, chromedp.Do(ctx)) // starts it
	return ctx
}

// tab is a tab of a real browser. It has its own cookies and its own guestbook.
type tab struct {
	t    *testing.T
	ctx  context.Context
	app  *app
	home string // http://localhost:…
}

func newTab(t *testing.T, browser context.Context, clock func() time.Time) tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	app := newTestApp(t, clock)
	server := httptest.NewServer(app)
	t.Cleanup(server.Close)
	return tab{t, ctx, app, strings.Replace(server.URL, "127.0.0.1", "localhost", 1)}
}

func (b tab) open(path string) {
	b.t.Helper()
	must(b.t, debian.Load(func() error { return chromedp.Do(b.ctx, chromedp.Navigate(b.home+path)) }))
}

// submit clicks a button, and checks that the next page has these texts.
func (b tab) submit(button string, texts ...string) {
	b.t.Helper()
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Click(button)); err != nil {
		b.t.Fatal(err)
	}
	page := evaluate[string](b, "document.body.innerText")
	for _, text := range texts {
		if !strings.Contains(page, text) {
			b.t.Fatalf("after a click on %s: want %q in\n%s", button, text, page)
		}
	}
}

// submitAnyway is submit without the browser's own validation of the form.
func (b tab) submitAnyway(button string, texts ...string) {
	b.t.Helper()
	evaluate[bool](b, "document.querySelectorAll('form').forEach(form => form.noValidate = true), true")
	b.submit(button, texts...)
}

// wantFocus checks which element has the focus. It waits until the page is drawn, since
// autofocus works only then.
func (b tab) wantFocus(id string) {
	b.t.Helper()
	const drawn = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
	if got := evaluate[string](b, drawn+".then(() => document.activeElement.id)"); got != id {
		b.t.Errorf("%s: got the focus on %q, want it on %q", evaluate[string](b, "location.pathname"), got, id)
	}
}

func (b tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	must(b.t, chromedp.Do(b.ctx, steps...))
}

func evaluate[T any](b tab, script string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	must(b.t, err)
	return value
}

// TestBrowser uses the guestbook in a real browser, which enforces the pages' headers. All
// parts share one browser, since it takes a while to start.
func TestBrowser(t *testing.T) {
	t.Parallel()
	browser := newBrowser(t)
	t.Run("visit", func(t *testing.T) { t.Parallel(); visit(t, newTab(t, browser, time.Now)) })
	t.Run("forms", func(t *testing.T) { t.Parallel(); fillForms(t, newTab(t, browser, time.Now)) })
	t.Run("plain HTTP", func(t *testing.T) { t.Parallel(); visitPlain(t, newTab(t, browser, time.Now)) })
	t.Run("accessible", func(t *testing.T) {
		t.Parallel()
		s := &site{now: time.Now()}
		checkAccess(t, newTab(t, browser, s.clock), s)
	})
}

func visit(t *testing.T, b tab) {
	b.open("/")
	if got := evaluate[string](b, "getComputedStyle(document.querySelector('.compose')).borderRadius"); got != "14px" {
		t.Errorf("the style sheet has no effect: got a radius of %q", got)
	}
	b.do(chromedp.SendKeys("#text", "Hello from a browser\non two lines"))
	b.submit(".compose button", "Sign in to post your entry")
	b.open("/sign-up")
	b.do(chromedp.SendKeys("#name", "ann"), chromedp.SendKeys("#password", password))
	b.submit("main button", "Welcome, ann.", "still blank")
	b.submit(".compose button", "Thank you for your entry.", "Hello from a browser\non two lines")
	if got := evaluate[string](b, "document.cookie"); got != "" {
		t.Errorf("scripts see the cookies %q", got)
	}
	b.submit(".who", "Chrome on Linux", "this device", "until the browser is closed")
	b.do(chromedp.SendKeys("#password", "other good words"))
	b.submit("form[action='/password'] button", "Your password is changed")
	b.submit("header button", "You are signed out.", "Sign up")
	b.open("/account")
	if got := evaluate[string](b, "location.pathname"); got != "/sign-in" {
		t.Errorf("the account page after signing out: got %s", got)
	}
	b.do(chromedp.SendKeys("#name", "ann"), chromedp.SendKeys("#password", "other good words"), chromedp.Click("[name=remember]"))
	b.submit("main button", "Devices", "remembered until")
	b.submit("form[action='/sign-out-everywhere'] button", "signed out on all your devices")
}

// fillForms fills in forms with mistakes.
func fillForms(t *testing.T, b tab) {
	b.open("/sign-up")
	b.wantFocus("name")
	for name, want := range map[string]bool{
		"ann": true, "Ann-2": true, "a": false, "-ann": false, "än": false, "ann smith": false, "<b>": false,
	} {
		const script = "(name => { const field = document.querySelector('#name'); field.value = name; return field.checkValidity() })"
		if got := evaluate[bool](b, script+"('"+name+"')"); got != want {
			t.Errorf("the browser checks the name %q: got %v, want %v", name, got, want)
		}
	}
	b.open("/sign-up")
	b.do(chromedp.SendKeys("#name", "ann smith"), chromedp.SendKeys("#password", "short"))
	b.submitAnyway("main button", "A name has 2 to 30", "at least 8 characters")
	b.wantFocus("name")
	for _, id := range []string{"name", "password"} {
		if got := evaluate[string](b, "getComputedStyle(document.querySelector('#"+id+"')).borderColor"); got != "rgb(163, 35, 28)" {
			t.Errorf("the field %s, which is invalid, has a border of %s", id, got)
		}
	}
	b.do(chromedp.SetValue("#name", "ann"), chromedp.SendKeys("#password", "short"))
	b.submitAnyway("main button", "at least 8 characters")
	b.wantFocus("password")
	b.do(chromedp.SendKeys("#password", password))
	b.submit("main button", "Welcome, ann.")

	b.submitAnyway(".compose button", "Please write something first.")
	b.wantFocus("text")
	b.open("/account")
	if got := evaluate[string](b, "getComputedStyle(document.querySelector('[autocomplete=username]')).display"); got != "none" {
		t.Errorf("the field for the name beside the new password: got display %q, want none", got)
	}
	if got := evaluate[string](b, "document.querySelector('[autocomplete=username]').type"); got != "text" {
		t.Errorf("the field for the name beside the new password: got type %q, want text, which password managers see", got)
	}
	b.do(chromedp.SendKeys("#password", "short"))
	b.submitAnyway("form[action='/password'] button", "at least 8 characters")
	b.wantFocus("password")
	b.submitAnyway("form[action='/delete-account'] button", "Tick the box")
	b.wantFocus("sure")

	b.open("/sign-in")
	b.wantFocus("password") // the name is filled in
	b.do(chromedp.SendKeys("#password", "wrong words"))
	b.submitAnyway("main button", "do not go together")
	b.wantFocus("name")
}

// visitPlain visits the guestbook over the network without TLS. Browsers do not keep
// Secure cookies there.
func visitPlain(_ *testing.T, b tab) {
	b.home = strings.Replace(b.home, "localhost", "mybox.lan", 1)
	b.open("/sign-up")
	b.do(chromedp.SendKeys("#name", "ann"), chromedp.SendKeys("#password", password))
	b.submit("main button", "You cannot sign in here")
}

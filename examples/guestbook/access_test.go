package main

import (
	"context"
	_ "embed"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.14.1 from npm. See testdata/axe-core for its licence.
//
//go:embed testdata/axe-core/axe.min.js
var axe string

// checkAccess checks every page, in every state, with axe-core.
func checkAccess(t *testing.T, b tab, s *site) {
	b.open("/")
	b.wantAccessible("signed out")
	b.submitAnyway(".compose button", "Please write something first.")
	b.wantAccessible("an empty entry")
	b.open("/sign-up")
	b.wantAccessible("sign-up")
	b.do(chromedp.SendKeys("#name", "ann smith"), chromedp.SendKeys("#password", "short"))
	b.submitAnyway("main button", "A name has 2 to 30")
	b.wantAccessible("a bad name and a bad password")
	b.do(chromedp.SetValue("#name", "ann"), chromedp.SendKeys("#password", password))
	b.submit("main button", "Welcome, ann.")
	b.do(chromedp.SendKeys("#text", "An entry"))
	b.submit(".compose button", "Thank you for your entry.")
	b.wantAccessible("signed in, with an entry")

	b.open("/sign-in")
	b.wantAccessible("sign-in of a user who is signed in")
	b.do(chromedp.SendKeys("#password", "wrong words"))
	b.submitAnyway("main button", "do not go together")
	b.wantAccessible("a wrong password")

	user, err := b.app.store.UserBy(t.Context(), "Name", "ann")
	must(t, err)
	_, err = b.app.manager.Create(t.Context(), user.ID, Device{Name: "Safari on iPhone"})
	must(t, err)
	b.open("/account")
	b.wantAccessible("account, with two devices")
	b.submitAnyway("form[action='/password'] button", "at least 8 characters")
	b.wantAccessible("a bad new password")
	b.submitAnyway("form[action='/delete-account'] button", "Tick the box")
	b.wantAccessible("not sure to delete the account")
	s.wait(recent)
	b.open("/account")
	b.wantAccessible("account, after a while")

	b.open("/nowhere")
	b.wantAccessible("404")
	b.open("/sign-out")
	b.wantAccessible("405")
	b.do(chromedp.Navigate("data:text/html,<form method=post action=" + b.home + "/sign-out><button>x</button></form>"))
	b.submit("button", "This did not come from a page of the guestbook")
	b.wantAccessible("403")
	here := b.home
	plain := b
	plain.home = "http://mybox.lan" + here[len("http://localhost"):]
	plain.open("/sign-in")
	b.wantAccessible("plain HTTP")

	must(t, b.app.store.Store.Close())
	b.open("/")
	b.wantAccessible("503")

	// axe-core finds violations if there are any.
	evaluate[bool](b, "document.documentElement.removeAttribute('lang'), document.querySelector('main').style.color = '#bbb', true")
	for _, rules := range []string{allRules, lookRules} {
		if found := strings.Join(b.violations(rules), "\n"); !strings.Contains(found, "color-contrast: ") ||
			strings.Contains(found, "html-has-lang: ") != (rules == allRules) {
			t.Errorf("on a page without lang and with pale text axe finds %q", found)
		}
	}
}

// wantAccessible checks that axe-core finds no violation on the page, in light and wide,
// and in dark and narrow. Colors depend on the scheme and the layout on the width, so
// other combinations would show nothing more. Only a few rules depend on the looks of a
// page. The others run once.
func (b tab) wantAccessible(state string) {
	b.t.Helper()
	for _, look := range []struct {
		scheme        string
		width, height int64
		rules         string
	}{{"dark", 390, 844, lookRules}, {"light", 1200, 900, allRules}} {
		media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}}}
		b.do(chromedp.EmulateViewport(look.width, look.height), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, media)
			return err
		}))
		for _, violation := range b.violations(look.rules) {
			b.t.Errorf("%s, %s, %d px: %s", state, look.scheme, look.width, violation)
		}
		if wide := evaluate[bool](b, "document.documentElement.scrollWidth > innerWidth"); wide {
			b.t.Errorf("%s, %d px: it scrolls sideways", state, look.width)
		}
	}
}

// Tags of axe-core's rules, for its option runOnly.
const (
	allRules  = "undefined"
	lookRules = "['color-contrast', 'link-in-text-block', 'scrollable-region-focusable']"
)

// violations returns the violations that axe-core finds on the page.
func (b tab) violations(rules string) []string {
	b.t.Helper()
	if !evaluate[bool](b, "'axe' in window") {
		evaluate[bool](b, axe+"\n;true")
	}
	return evaluate[[]string](b, `axe.run({preload: false, resultTypes: ['violations'], runOnly: `+rules+`}).then(result =>
		result.violations.map(v => v.id + ': ' + v.help + ': ' + v.nodes.map(node => node.html).join(' ')))`)
}

package reporttest

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/report"
)

var pictures = flag.Bool("pictures", false, "keep pictures of the pages in the test's artifacts")

// axePath is the path of axe-core 4.14.1. The guestbook's tests keep it, with its
// licence.
const axePath = "../../../examples/guestbook/testdata/axe-core/axe.min.js"

// TestChromium uses reports in a browser. Its subtests share one, since a browser is
// slow to start.
func TestChromium(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	full := conformance.NewSubject(nil)
	interrupted := newReport(passed("postgres", full))
	interrupted.Interrupted = true
	change(&interrupted.Adapters[0], "STO", conformance.NotRun, "interrupted: context canceled", "")
	many := newReport()
	for range 11 {
		many.Adapters = append(many.Adapters, passed("postgres:17", full))
	}
	for name, r := range map[string]report.Report{
		"eight": eight(), "one": newReport(passed("postgres", full)), "none": newReport(),
		"interrupted": interrupted, "eleven": many,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := show(t, browser, r, true)
			for _, width := range []int64{1280, 800, 360} {
				b.look(width, "light")
				b.keep(fmt.Sprintf("light-%d", width))
				if got := evaluate[int](b, "document.documentElement.scrollWidth"); got > int(width) {
					t.Errorf("%d px: the page is %d px wide", width, got)
				}
				if *pictures {
					b.look(width, "dark")
					b.keep(fmt.Sprintf("dark-%d", width))
				}
			}
			b.wantNothing()
		})
	}
	t.Run("accessible", func(t *testing.T) { t.Parallel(); show(t, browser, short(eight()), true).wantAccessible() })
	t.Run("accessible, none", func(t *testing.T) { t.Parallel(); show(t, browser, newReport(), true).wantAccessible() })
	t.Run("filter", func(t *testing.T) { t.Parallel(); tryFilter(t, show(t, browser, eight(), true)) })
	t.Run("keyboard", func(t *testing.T) { t.Parallel(); tryKeyboard(show(t, browser, eight(), true)) })
	t.Run("no script", func(t *testing.T) { t.Parallel(); tryWithoutScript(t, show(t, browser, eight(), false)) })
	t.Run("print", func(t *testing.T) { t.Parallel(); tryPrint(t, show(t, browser, eight(), true)) })
	t.Run("tests can fail", func(t *testing.T) { t.Parallel(); breakPage(t, show(t, browser, newReport(), true)) })
}

// wantAccessible checks that axe-core finds no violation with every part of the page
// open, light and wide, and dark and narrow. Colors depend on the scheme and the layout on
// the width, so the other two combinations would show nothing more.
func (b *tab) wantAccessible() {
	b.t.Helper()
	evaluate[bool](b, "document.querySelectorAll('details').forEach(d => d.open = true), true")
	for _, look := range []struct {
		scheme string
		width  int64
		rules  string
	}{{"light", 1280, "undefined"}, {"dark", 360, lookRules}} {
		b.look(look.width, look.scheme)
		for _, violation := range b.violations(look.rules) {
			b.t.Errorf("%s, %d px: %s", look.scheme, look.width, violation)
		}
	}
}

// lookRules are the rules of axe-core whose results depend on colors and sizes.
const lookRules = "['color-contrast', 'link-in-text-block', 'scrollable-region-focusable', 'target-size']"

// violations returns the violations of rules that axe-core finds on the page.
func (b *tab) violations(rules string) []string {
	b.t.Helper()
	if !evaluate[bool](b, "'axe' in window") {
		axe, err := os.ReadFile(axePath)
		must(b.t, err)
		evaluate[bool](b, string(axe)+"\n;true")
	}
	return evaluate[[]string](b, `axe.run({preload: false, resultTypes: ['violations'], runOnly: `+rules+`}).then(result =>
			result.violations.map(v => v.id + ': ' + v.help + ': ' + v.nodes.slice(0, 3).map(node => node.html + ' ' + node.failureSummary).join(' ')))`)
}

// state is a script that returns what the page shows below the tables.
const state = `(() => {
	const seen = s => [...document.querySelectorAll(s)].filter(e => e.checkVisibility());
	return [seen('.adapter').map(e => e.dataset.name).join(','), new Set(seen('.clause .id').map(e => e.textContent)).size,
		seen('.clause').length, document.querySelector('output').value].join('; ');
})()`

func tryFilter(t *testing.T, b *tab) {
	all := evaluate[string](b, state)
	for _, test := range []struct{ text, outcome, want string }{
		{"postgres SES-07", "", "postgres; 1; 1; 1 of 453 clauses"},
		{"ses-07", "failed", "failing; 1; 1; 1 of 453 clauses"},
		{"", "failed", "failing; 2; 2; 2 of 453 clauses"},
		{"", "waived", "memory,failing; 2; 2; 2 of 453 clauses"},
		{"", "not run", "sqlite; 1; 1; 1 of 453 clauses"},
		{"break-in", "not run", "; 0; 0; 0 of 453 clauses"},
		{"", "", all},
	} {
		b.filter(test.text, test.outcome)
		if got := evaluate[string](b, state); got != test.want {
			t.Errorf("%q, %q: the page shows %q, want %q", test.text, test.outcome, got, test.want)
		}
	}
	b.do(chromedp.Click("[name=open]"))
	if got := evaluate[int](b, "document.querySelectorAll('.group:not([open])').length"); got != 0 {
		t.Errorf("%d groups are closed after Open all", got)
	}
	b.do(chromedp.Click("[name=close]"))
	if got := evaluate[int](b, "document.querySelectorAll('.group[open]').length"); got != 0 {
		t.Errorf("%d groups are open after Close all", got)
	}
}

// filter fills in the filter's text and outcome.
func (b *tab) filter(text, outcome string) {
	b.t.Helper()
	evaluate[bool](b, fmt.Sprintf(`(form => {
		form.elements.text.value = %q, form.elements.outcome.value = %q;
		return form.elements.text.dispatchEvent(new Event("input", {bubbles: true}));
	})(document.querySelector("#filter"))`, text, outcome))
}

// tryKeyboard opens cells with the keyboard alone: a failing one, and one that the
// filter hides.
func tryKeyboard(b *tab) {
	b.do(chromedp.Click("[name=close]"))
	b.openCell("failing", "SES", "UpdateSession of a deleted session", "SES-07", "Why: A signed-out session that comes back")
	b.filter("", "failed")
	b.openCell("memory", "USR", "USR-01", "Why: ", "create then read")
	// Open a group.
	evaluate[bool](b, "document.querySelector('.group:not([open]) summary').focus(), true")
	closed := evaluate[int](b, "document.querySelectorAll('.group:not([open])').length")
	b.do(chromedp.KeyEvent(" "))
	if got := evaluate[int](b, "document.querySelectorAll('.group:not([open])').length"); got != closed-1 {
		b.t.Errorf("%d groups are closed after a blank on one, before it %d", got, closed)
	}
}

// openCell moves to a cell with the tab key, opens it, and checks that the page then
// shows texts.
func (b *tab) openCell(adapter, group string, texts ...string) {
	b.t.Helper()
	evaluate[bool](b, "document.activeElement.blur(), getSelection().removeAllRanges(), document.querySelector('#results').scrollIntoView(), document.querySelector('.skip').focus(), true")
	const focused = "(document.activeElement.getAttribute('href') ?? '')"
	target := "#adapter-" + adapter + "-" + group
	for range 400 {
		if evaluate[string](b, focused) == target {
			break
		}
		b.do(chromedp.KeyEvent(kb.Tab))
	}
	if got := evaluate[string](b, focused); got != target {
		b.t.Fatalf("the tab key does not lead to the cell %s, but to %s", target, got)
	}
	b.do(chromedp.KeyEvent(kb.Enter))
	text := ""
	for range 200 { // polls, since a page's promises never resolve with scripts off
		text = evaluate[string](b, `(e => {
			const box = e.getBoundingClientRect();
			return e.checkVisibility() && box.top < innerHeight && box.bottom > 0 ? e.innerText : "out of sight";
		})(document.querySelector("`+target+`"))`)
		if text != "out of sight" {
			break
		}
	}
	for _, want := range texts {
		if !strings.Contains(text, want) {
			b.t.Errorf("the cell %s opens without %q: %.2000s", target, want, text)
		}
	}
}

// tryWithoutScript checks that a cell still opens when the page's script does not run.
func tryWithoutScript(t *testing.T, b *tab) {
	if got := evaluate[bool](b, "document.querySelector('#filter').checkVisibility()"); got {
		t.Error("the filter is shown, and cannot work")
	}
	b.openCell("postgres", "SES", "SES-07", "Why: A signed-out session that comes back")
	if got := evaluate[int](b, "document.querySelectorAll('.clause').length"); got != 453 {
		t.Errorf("%d clauses", got)
	}
	b.wantNothing()
}

// tryPrint checks the page as it is printed.
func tryPrint(t *testing.T, b *tab) {
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	b.keep("print")
	if got := evaluate[bool](b, "document.querySelector('#filter').checkVisibility()"); got {
		t.Error("the filter is printed")
	}
	if got := evaluate[string](b, "document.querySelector('.failure pre').innerText"); !strings.Contains(got, "UpdateUser of a deleted user") {
		t.Errorf("of the first failure %q is printed", got)
	}
}

// breakPage breaks the page and checks that these tests find the faults.
func breakPage(t *testing.T, b *tab) {
	evaluate[bool](b, `console.error("x"), document.body.append(Object.assign(new Image(), {src: "/x.png"})), true`)
	evaluate[bool](b, `document.querySelector(".over").style.color = "#ccc", document.documentElement.removeAttribute("lang"), true`)
	found := strings.Join(b.violations("undefined"), "\n")
	for _, rule := range []string{"color-contrast: ", "html-has-lang: "} {
		if !strings.Contains(found, rule) {
			t.Errorf("on a page without lang and with pale text axe finds %q", found)
		}
	}
	if _, said := b.noted(); len(said) < 2 { // the error, and the image that the policy forbids
		t.Errorf("the console says %q", said)
	}
}

package reporttest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/tenon-go/tenon/conformance/report"
	"github.com/tenon-go/tenon/internal/testing/debian"
)

// startBrowser returns the context of a new headless Chromium.
func startBrowser(t *testing.T) context.Context {
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
	must(t, chromedp.Do(ctx)) // starts the browser
	return ctx
}

// tab is a tab that shows a report.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	requests []string // the URLs that the page requested
	said     []string // the messages on the console
}

// show opens a report in a new tab.
func show(t *testing.T, browser context.Context, r report.Report, scripts bool) *tab {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := r.WriteHTML(w); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	// Reports set no cookies and store nothing. So the tabs share a profile: to make one for
	// each takes more of the processor.
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx}
	must(t, chromedp.Listen(ctx, b.note))
	call(b, network.Enable, network.EnableParams{})
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
	must(t, debian.Load(func() error {
		b.forget()
		return chromedp.Do(ctx, chromedp.Navigate(server.URL))
	}))
	return b
}

// note records the page's requests and the messages on its console.
func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *runtime.EventConsoleAPICalled:
		b.said = append(b.said, fmt.Sprint(e.Type))
	case *runtime.EventExceptionThrown:
		b.said = append(b.said, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		b.said = append(b.said, e.Entry.Text)
	}
}

// forget forgets what was recorded so far.
func (b *tab) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.requests, b.said = nil, nil
}

// noted returns the requests and messages recorded so far.
func (b *tab) noted() (requests, said []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.requests), slices.Clone(b.said)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	must(b.t, chromedp.Do(b.ctx, steps...))
}

// call sends a command to the browser.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	}))
}

func evaluate[T any](b *tab, script string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%v, of %.200s", err, script)
	}
	return value
}

// look sets the tab's width in pixels and its color scheme, "light" or "dark".
func (b *tab) look(width int64, scheme string) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, 900))
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// keep saves a picture of the page if go test has the flags -pictures and
// -artifacts.
func (b *tab) keep(name string) {
	b.t.Helper()
	if !*pictures {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	must(b.t, err)
	must(b.t, os.WriteFile(filepath.Join(b.t.ArtifactDir(), name+".png"), picture, 0o666))
}

// wantNothing checks that the page requested only itself, and that the console is
// empty.
func (b *tab) wantNothing() {
	b.t.Helper()
	requests, said := b.noted()
	if len(requests) != 1 {
		b.t.Errorf("the browser asked for %q, want the page alone", requests)
	}
	if len(said) > 0 {
		b.t.Errorf("the console says %q", said)
	}
}

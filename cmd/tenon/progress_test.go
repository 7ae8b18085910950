package main

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/report"
)

// On a terminal each adapter has one line, which is never wider than the terminal.
func TestProgressOnTerminal(t *testing.T) {
	t.Parallel()
	for _, width := range []int{2, 3, 20, 40, 80} {
		var b strings.Builder
		p := &progress{w: &b, width: func() int { return width }}
		j := p.showStart("postgres")
		j.showBegin(&engine{name: "PostgreSQL", version: "17.11"}, 2)
		j.showResult(conformance.Result{Clause: "SES-07", Check: "update_after_delete_does_not_resurrect", Type: "rich", Outcome: conformance.Failed})
		j.showResult(conformance.Result{Clause: "SES-08", Check: "left", Type: "rich", Outcome: conformance.LeftOut})
		j.showResult(conformance.Result{Clause: "SES-09", Check: "anonymous", Type: "rich", Outcome: conformance.Passed})
		j.showStop()
		j.showEnd(report.Adapter{Name: "postgres", Duration: 1234 * time.Millisecond})
		if strings.Count(b.String(), "\n") != 1 || !strings.HasSuffix(b.String(), "\n") {
			t.Errorf("width %d: not one line: %q", width, b.String())
		}
		for text := range strings.SplitSeq(strings.TrimSuffix(b.String(), "\n"), "\r\x1b[K") {
			if n := utf8.RuneCountInString(text); n >= width && n > 0 {
				t.Errorf("width %d: %d columns: %q", width, n, text)
			}
		}
		if width == 80 {
			wantIn(t, b.String(), "\x1b[Kpostgres  starting", "postgres  1/2  1 failed  SES-07/update_after", "postgres  2/2  1 failed  SES-09/", "postgres  1 passed, 1 failed (1.234s)\n")
		}
	}
}

// Where several adapters are judged, the progress says how many are left.
func TestProgressOfSeveral(t *testing.T) {
	t.Parallel()
	for width, want := range map[int]string{
		0: "memory: starting (1 of 3)\nmemory: 0 passed, 0 failed (0s)\nsqlite: starting (2 of 3)\n",
		80: "\r\x1b[K1/3 memory    starting\r\x1b[K1/3 memory    0 passed, 0 failed (0s)\n" +
			"\r\x1b[K2/3 sqlite    starting",
	} {
		var b strings.Builder
		p := &progress{w: &b, width: func() int { return width }, of: 3}
		p.showStart("memory").showEnd(report.Adapter{Name: "memory"})
		p.showStart("sqlite")
		if b.String() != want {
			t.Errorf("width %d: got %q, want %q", width, b.String(), want)
		}
	}
}

// Adapters that are judged at the same time share the line that is rewritten. Each gets
// its own line, above the shared one, when it ends.
func TestProgressSideBySide(t *testing.T) {
	t.Parallel()
	for width, want := range map[int]string{
		0:  "postgres: starting (1 of 2)\nmongo: starting (2 of 2)\nmongo: 2 checks on MongoDB 6\nmongo: 0 passed, 1 failed (0s)\n",
		80: "postgres starting | mongo 1/2  1 failed\r\x1b[K2/2 mongo     0 passed, 1 failed (0s)\n\r\x1b[K1/2 postgres  starting",
		20: "\r\x1b[Kpostgres starting …\r\x1b[K2/2 mongo     0 pa…\n\r\x1b[K1/2 postgres  star…",
	} {
		var b strings.Builder
		p := &progress{w: &b, width: func() int { return width }, of: 2}
		p.showStart("postgres")
		j := p.showStart("mongo")
		j.showBegin(&engine{name: "MongoDB", version: "6"}, 2)
		j.showResult(conformance.Result{Clause: "SES-07", Check: "x", Type: "rich", Outcome: conformance.Failed})
		j.showEnd(report.Adapter{Name: "mongo"})
		if !strings.HasSuffix(b.String(), want) {
			t.Errorf("width %d: got %q, want %q at the end", width, b.String(), want)
		}
	}
}

// Escape sequences in a server's text do not reach the terminal.
func TestProgressOfAHostileServer(t *testing.T) {
	t.Parallel()
	const hostile = "\x1b]0;owned\x07\x1b[2J\r\u009b31m\x9b1m\u202egnp\x7f\x00\u2028"
	for _, width := range []int{0, 300} {
		var b strings.Builder
		p := &progress{w: &b, width: func() int { return width }}
		j := p.showStart("mysql")
		j.showBegin(&engine{name: "MySQL" + hostile, version: hostile}, 2)
		j.showEnd(report.Adapter{Name: "mysql", Why: "asking the server: " + hostile + "\nmore"})
		got := strings.ReplaceAll(b.String(), "\r\x1b[K", "") // ours
		if i := strings.IndexFunc(got, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 || !utf8.ValidString(got) {
			t.Errorf("width %d: %q is for a terminal to obey", width, got)
		}
		wantIn(t, got, "asking the server: ", "owned")
	}
}

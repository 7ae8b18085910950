package main

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/report"
)

// On a terminal each driver has one line, which is never longer than the
// terminal is wide.
func TestProgressOnTerminal(t *testing.T) {
	t.Parallel()
	for _, width := range []int{2, 3, 20, 40, 80} {
		var b strings.Builder
		p := &progress{w: &b, width: func() int { return width }}
		p.starting("postgres")
		p.began(&engine{name: "PostgreSQL", version: "17.11"}, 2)
		p.result(conformance.Result{Clause: "SES-07", Check: "update_after_delete_does_not_resurrect", Type: "rich", Outcome: conformance.Failed})
		p.result(conformance.Result{Clause: "SES-08", Check: "left", Type: "rich", Outcome: conformance.LeftOut})
		p.result(conformance.Result{Clause: "SES-09", Check: "anonymous", Type: "rich", Outcome: conformance.Passed})
		p.stopping()
		p.ended(report.Driver{Name: "postgres", Duration: 1234 * time.Millisecond})
		if strings.Count(b.String(), "\n") != 1 || !strings.HasSuffix(b.String(), "\n") {
			t.Errorf("width %d: not one line: %q", width, b.String())
		}
		for text := range strings.SplitSeq(strings.TrimSuffix(b.String(), "\n"), "\r\x1b[K") {
			if n := utf8.RuneCountInString(text); n >= width && n > 0 {
				t.Errorf("width %d: %d columns: %q", width, n, text)
			}
		}
		if width == 80 {
			wantIn(t, b.String(), "postgres  starting", "postgres  1/2  1 failed  SES-07/update_after", "postgres  2/2  1 failed  SES-09/", "postgres  1 passed, 1 failed (1.234s)\n")
		}
	}
}

package report

import (
	"bytes"
	"cmp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tenon-go/tenon/conformance"
)

// Tables fit into the terminal and contain all adapters. From 60 columns on the lists fit
// too. Failures are not wrapped, and neither is the summary, which is one line so that it
// can be found by a search.
func TestFits(t *testing.T) {
	r := sample()
	for range 5 {
		r.Adapters = append(r.Adapters, r.Adapters[1])
	}
	for _, width := range []int{0, 40, 60, 120} {
		var b bytes.Buffer
		if err := r.WriteText(&b, Style{Width: width}); err != nil {
			t.Fatal(err)
		}
		tables, rest, ok := strings.Cut(b.String(), "FAILED")
		if !ok {
			t.Fatalf("no failure in:\n%s", b.String())
		}
		if got := strings.Count(tables, "stranger"); got != 6 {
			t.Errorf("width %d: %d of 6 columns shown:\n%s", width, got, tables)
		}
		_, lists, _ := strings.Cut(rest, "Checks waived")
		lists, summary, ok := strings.Cut(lists, "FAIL: ")
		if !ok || strings.Count(summary, "\n") != 1 {
			t.Errorf("width %d: the summary is not the last line:\n%s", width, rest)
		}
		tables, legend, _ := strings.Cut(tables, "✓ 3/5:")
		_, tables, _ = strings.Cut(tables, "\n")
		if width != 40 {
			tables += "✓ 3/5:" + legend + lists
		}
		for line := range strings.Lines(tables) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > cmp.Or(width, 80) {
				t.Errorf("width %d: a line of %d columns: %s", width, n, line)
			}
		}
	}
}

// The summary names the adapters that could not run, and the clauses that were not
// checked on an adapter that ran.
func TestSummaryNamesGaps(t *testing.T) {
	r := sample()
	var results []conformance.Result
	for _, c := range conformance.Clauses()[:8] {
		results = append(results, conformance.Result{Clause: c.ID, Outcome: conformance.NotRun}, conformance.Result{Clause: c.ID, Outcome: conformance.NotRun})
	}
	r.Adapters = append(r.Adapters, Adapter{Name: "young", Results: results})
	got := r.summary(newPainter(Style{}))
	for _, want := range []string{
		"postgres, mysql, young not run.", " Not run on stranger: ERR-03.", " Not run on young: USR-01, USR-02, USR-03, USR-04, USR-05, 3 more.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
}

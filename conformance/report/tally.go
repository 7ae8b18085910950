package report

import (
	"fmt"
	"strings"

	"github.com/tenon-go/tenon/conformance"
)

// tally summarizes the outcome of a group of checks for the page. Unlike the table for
// terminals, it counts checks that were left out as not passed, because readers of a
// page do not see how the command was called.
type tally struct {
	Tone  string // pass, part, fail, missing or none: a class of the style sheet
	Mark  string // "✓"
	Count string // "17 of 25"; empty if there was nothing to pass
	Gaps  string // "8 waived"; empty if all passed
}

func tallyOf(results []conformance.Result) tally {
	c := Count(results)
	all := len(results) - c[conformance.NotApplicable]
	passed := c[conformance.Passed]
	if all == 0 {
		return tally{Tone: "none", Mark: "–"}
	}
	t := tally{Count: fmt.Sprintf("%d of %d", passed, all)}
	if passed == all {
		t.Count = fmt.Sprint(passed)
	}
	var gaps []string
	for _, o := range outcomes {
		if o != conformance.Passed && c[o] > 0 {
			gaps = append(gaps, fmt.Sprintf("%d %s", c[o], o))
		}
	}
	t.Gaps = strings.Join(gaps, ", ")
	switch {
	case c[conformance.Failed] > 0:
		t.Tone, t.Mark = "fail", "✗"
	case c[conformance.NotRun] > 0:
		t.Tone, t.Mark = "missing", "!"
	case passed == all:
		t.Tone, t.Mark = "pass", "✓"
	case passed > 0:
		t.Tone, t.Mark = "part", "◐"
	default:
		t.Tone, t.Mark = "none", "–"
	}
	return t
}

// String returns the tally as text.
func (t tally) String() string {
	return strings.TrimSpace(t.Mark + " " + strings.Replace(t.Count, " of ", "/", 1))
}

// Words returns the tally for screen readers.
func (t tally) Words() string {
	switch {
	case t.Count == "":
		return "nothing to pass"
	case t.Gaps == "":
		return "all " + t.Count + " passed"
	}
	return t.Count + " passed, " + t.Gaps
}

package report

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance"
)

// hostile is a text that a driver or a server could return.
const hostile = "</script></style><script>alert(1)</script><img src=x onerror=alert(1)> ]]> | `` [a](javascript:b) http://example.com\n# a\n\x1b[31m\x00\x0b\ufffe\u202e\xff&amp;\"'"

// hostileReport returns a report with hostile in every text that does not come from the
// suite.
func hostileReport() Report {
	return Report{Suite: "1.0", Profile: "core@1.0", Command: hostile, Adapters: []Adapter{
		{Name: hostile, Engine: hostile, Version: hostile, Driver: hostile, Deployment: hostile,
			Settings: []Setting{{hostile, hostile}},
			Results: []conformance.Result{
				{Clause: "USR-01", Check: "a", Type: "rich", Outcome: conformance.Failed, Output: hostile + "\n\n" + hostile},
				{Clause: "USR-02", Check: "a", Type: "rich", Outcome: conformance.Waived, Output: hostile},
				{Clause: "USR-03", Check: "a", Type: "rich", Outcome: conformance.NotRun, Output: hostile},
			}},
		{Name: hostile, Why: hostile, Remedy: hostile, Required: true},
	}}
}

func html(t *testing.T, r Report) string {
	t.Helper()
	var b strings.Builder
	if err := r.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPageEscapes(t *testing.T) {
	page := html(t, hostileReport())
	if got := strings.Count(page, "<script"); got != 1 {
		t.Errorf("%d scripts in the page", got)
	}
	for _, forbidden := range []string{"<img", "\x1b", "\x00", "\u202e", "\ufffd", "ZgotmplZ"} {
		if i := strings.Index(page, forbidden); i >= 0 {
			t.Errorf("the page has %q: %q", forbidden, page[max(0, i-80):i+20])
		}
	}
	if !strings.Contains(page, `&lt;img src=x`) || !strings.Contains(page, `\x1b[31m\x00\x0b`) {
		t.Error("what was said is lost")
	}
	ids := regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1)
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id[1]] || strings.ContainsAny(id[1], " &<") {
			t.Errorf("the id %q is there twice, or cannot be linked to", id[1])
		}
		seen[id[1]] = true
	}
	for _, link := range regexp.MustCompile(` href="#([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !seen[link[1]] {
			t.Errorf("a link leads to #%s, which is not there", link[1])
		}
	}
}

// Only groups and clauses that passed completely are green.
func TestPageGreen(t *testing.T) {
	passed := conformance.Result{Clause: "USR-01", Check: "a", Type: "rich", Outcome: conformance.Passed}
	for _, o := range append([]conformance.Outcome{conformance.Failed}, outcomes[2:]...) {
		for _, results := range [][]conformance.Result{{{Clause: "USR-01", Check: "b", Type: "rich", Outcome: o}}, {passed, {Clause: "USR-01", Check: "b", Type: "rich", Outcome: o}}} {
			p := newPage(Report{Adapters: []Adapter{{Name: "a", Results: results}}})
			if o != conformance.LeftOut && len(p.Adapters[0].Groups) != 1 || len(p.Tables[0].Groups) < 1 {
				t.Errorf("%s: groups %+v", o, p.Tables)
			}
			for _, row := range p.Tables[0].Groups {
				if row.Cells[0].Tone == "pass" {
					t.Errorf("%s: the cell of %s is green", o, row.Title)
				}
			}
			for _, g := range p.Adapters[0].Groups {
				if g.Tally.Tone == "pass" || g.Clauses[0].Tone == "pass" {
					t.Errorf("%s: group or clause is green: %+v", o, g)
				}
			}
		}
	}
	p := newPage(Report{Adapters: []Adapter{{Name: "a", Results: []conformance.Result{passed, {Clause: "USR-01", Check: "b", Outcome: conformance.NotApplicable}}}}})
	if p.Tone != "pass" || p.Tables[0].Groups[0].Cells[0].Tone != "pass" || p.Adapters[0].Groups[0].Clauses[0].Tone != "pass" {
		t.Errorf("what passed as a whole is not green: %+v", p.Tables[0])
	}
}

func TestPageVerdict(t *testing.T) {
	passed := []conformance.Result{{Clause: "USR-01", Outcome: conformance.Passed}}
	for name, test := range map[string]struct {
		report  Report
		verdict string
		tone    string
	}{
		"passed":      {Report{Adapters: []Adapter{{Results: passed}}}, "Passed", "pass"},
		"failed":      {Report{Adapters: []Adapter{{Results: []conformance.Result{{Outcome: conformance.Failed}}}}}, "Failed", "fail"},
		"interrupted": {Report{Interrupted: true, Adapters: []Adapter{{Results: passed}}}, "Interrupted", "missing"},
		"none":        {Report{}, "Not passed", "missing"},
		"missing":     {Report{Adapters: []Adapter{{Results: passed}, {Why: "no Docker", Required: true}}}, "Not passed", "missing"},
	} {
		if p := newPage(test.report); p.Verdict != test.verdict || p.Tone != test.tone {
			t.Errorf("%s: got %s, %s", name, p.Verdict, p.Tone)
		}
		html(t, test.report)
	}
}

// Each group and each clause has the total time of its checks, unless it ran none.
func TestPageTimes(t *testing.T) {
	page := html(t, Report{Adapters: []Adapter{{Name: "slow", Results: []conformance.Result{
		{Clause: "CON-01", Check: "a", Type: "rich", Outcome: conformance.Passed, Duration: 2 * time.Second},
		{Clause: "CON-01", Check: "a", Type: "empty", Outcome: conformance.Passed, Duration: 1100 * time.Millisecond},
		{Clause: "CON-02", Check: "b", Type: "rich", Outcome: conformance.Passed, Duration: 20 * time.Millisecond},
		{Clause: "STO-03", Check: "c", Type: "rich", Outcome: conformance.NotRun},
		{Clause: "STO-04", Check: "d", Type: "rich", Outcome: conformance.NotApplicable, Duration: time.Microsecond},
	}}}})
	var times []string
	for _, m := range regexp.MustCompile(`<span class="unseen">Its checks took </span>([^<]*)</span>`).FindAllStringSubmatch(page, -1) {
		times = append(times, m[1])
	}
	if got, want := strings.Join(times, " "), "3.1s 3.1s 20ms"; got != want {
		t.Errorf("got %s, want %s: of the group CON, and of CON-01 and CON-02", got, want)
	}
}

// A page with more adapters than fit into one table has several tables.
func TestPageTables(t *testing.T) {
	var r Report
	for range 2*columns + 1 {
		r.Adapters = append(r.Adapters, Adapter{Name: "postgres:17", Results: []conformance.Result{{Clause: "USR-01", Outcome: conformance.Passed}}})
	}
	if p := newPage(r); len(p.Tables) != 3 || len(p.Tables[2].Adapters) != 1 {
		t.Errorf("%d tables", len(p.Tables))
	}
}

// Each weakness takes back one promise, in the words of the text form.
func TestPromises(t *testing.T) {
	for _, w := range weaknesses {
		n := 0
		for _, p := range promises {
			for _, name := range p.weaknesses {
				if name == w.name {
					n++
				}
			}
		}
		if n != 1 {
			t.Errorf("%d promises are about %s", n, w.name)
		}
	}
	a := sample().Adapters[0]
	if got := a.answers()[0]; got.Word != "no" || got.Text != "All data is gone when the store is closed." || !got.Weak {
		t.Errorf("a volatile adapter answers %+v", got)
	}
	if got := (Adapter{Results: []conformance.Result{{Clause: "SES-01"}}}).answers()[2]; got.Word != "no users" {
		t.Errorf("an adapter for sessions alone answers %+v", got)
	}
	if got := (Adapter{Why: "no Docker"}).answers(); got != nil {
		t.Errorf("an adapter that did not run answers %+v", got)
	}
}

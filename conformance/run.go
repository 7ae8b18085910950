package conformance

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance/internal/badge"
)

// Run judges an adapter under go test, in subtests named by clause, sentence
// and attribute type, so that -run and -skip work:
//
//	go test -run 'TestConformance/SES-07'
//
// It returns when all have ended. It fails t if a check fails, and also if a
// clause did not run and was not left out; a summary is logged in any case. An
// adapter that cannot be opened and called at all fails t with that, and is not judged
// (see [Judge]). Before go test's -timeout ends the process, what has not run by
// then is reported as not run.
//
// Run writes a badge for shields.io, badge.json, to the test's artifacts (go test
// -artifacts). Subtests have attributes (go test -json): "clause", "SES-07", and
// "outcome". It returns the result of every check in the order of the clauses, for
// package report.
func Run(t *testing.T, subject Subject, options Options) []Result {
	t.Helper()
	enterZone()
	r, err := newRunner(options)
	if err != nil {
		t.Fatal(err)
	}
	if end, ok := t.Deadline(); ok {
		r.limits.before(time.Now(), end)
	}
	if err := r.tryOut(t.Context(), subject); err != nil {
		t.Fatal(err)
	}
	whole := subject.plan(r)
	plan := slices.DeleteFunc(slices.Clone(whole), func(p planned) bool { return !r.matches(p) })
	results := make([]Result, len(plan)) // each written by its own subtest
	for i, p := range plan {
		results[i] = p.result(LeftOut, "")
	}
	t.Attr("suite", Version)
	t.Attr("profile", options.profile())
	clauses := split(plan, 0, func(p planned) string { return p.clause.ID })
	for _, clause := range clauses {
		// Helper in each subtest has go test show the line that calls Run.
		t.Run(clause.name, func(t *testing.T) {
			t.Helper()
			checks := split(clause.plan, clause.from, func(p planned) string { return p.check })
			for _, check := range checks {
				t.Run(check.name, func(t *testing.T) {
					t.Helper()
					for i, p := range check.plan {
						t.Run(p.typ, func(t *testing.T) {
							t.Helper()
							t.Parallel()
							t.Attr("clause", p.clause.ID)
							result := r.options.temper(p, r.runSubtest(t, p))
							results[check.from+i] = result
							t.Attr("outcome", string(result.Outcome))
							r.show(t, result)
						})
					}
				})
			}
		})
	}
	count(t, results, len(whole)-len(plan))
	results = withUnmatched(whole, results)
	if err := writeBadge(t.ArtifactDir(), options.profile(), results); err != nil {
		t.Error(err)
	}
	return results
}

// withUnmatched returns the results of a whole plan: what none of results is about was
// left out by Options.Match.
func withUnmatched(plan []planned, results []Result) []Result {
	list := make([]Result, len(plan))
	for i, p := range plan {
		list[i] = p.result(LeftOut, "")
		if len(results) > 0 && results[0].Name() == p.name() {
			list[i], results = results[0], results[1:]
		}
	}
	return list
}

// writeBadge writes the badge of a run to a directory.
func writeBadge(dir, profile string, results []Result) error {
	tally := map[Outcome]int{}
	for _, r := range results {
		tally[r.Outcome]++
	}
	run := badge.Run{
		Suite: Version, Profile: profile, Adapters: 1, Judged: 1,
		Passed: tally[Passed], Failed: tally[Failed], NotRun: tally[NotRun], Warned: tally[Warned],
		Waived: tally[Waived], NotOffered: tally[NotOffered], LeftOut: tally[LeftOut],
	}
	return os.WriteFile(filepath.Join(dir, badge.File), run.JSON(), 0o666)
}

// part is a run of planned checks with one name.
type part struct {
	name string
	from int // the index of the first in the whole plan
	plan []planned
}

// split cuts the plan where the name changes.
func split(plan []planned, from int, name func(planned) string) []part {
	var parts []part
	for i, p := range plan {
		if n := len(parts); n == 0 || parts[n-1].name != name(p) {
			parts = append(parts, part{name: name(p), from: from + i})
		}
		last := &parts[len(parts)-1]
		last.plan = append(last.plan, p)
	}
	return parts
}

func (r *runner) runSubtest(t *testing.T, p planned) Result {
	if result, ok := r.leftOut(p); ok {
		return result
	}
	if p.zone && inUTC() {
		return r.runInZone(t, p)
	}
	return r.judge(t.Context(), p, "go test -run '"+runPattern(t.Name())+"'")
}

// runPattern is the -run that matches the test of this name only.
func runPattern(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return strings.Join(parts, "/")
}

// show gives a result to go test. A failure like an earlier one is a line.
func (r *runner) show(t *testing.T, result Result) {
	t.Helper()
	switch result.Outcome {
	case Passed:
	case Failed:
		if first := r.firstOf(result); first != "" && result.Kind != "" {
			t.Errorf("fails like %s: %s", first, result.firstLine())
		} else {
			t.Error(result.Output)
		}
	default:
		t.Skipf("%s: %s", result.Outcome, result.Output)
	}
}

// count logs what came of the plan and fails t for clauses that did not run
// though they were not left out. Options.Match left out some more.
func count(t *testing.T, results []Result, unmatched int) {
	t.Helper()
	tally := map[Outcome]int{}
	rounds := 0
	for _, r := range results {
		tally[r.Outcome]++
		rounds += r.Rounds
	}
	summary := fmt.Sprintf("conformance %s: %d of %d checks passed, %d failed, %d not run, %d waived, %d not offered, %d warned, %d left out; %d rounds of races\n%s",
		Version, tally[Passed], len(results)-tally[NotApplicable]+unmatched, tally[Failed], tally[NotRun], tally[Waived], tally[NotOffered], tally[Warned], tally[LeftOut]+unmatched, rounds,
		strings.Join(reasons(results), "\n"))
	if tally[NotRun] > 0 || tally[LeftOut] > 0 && !skipsSubtests() {
		t.Error(summary + "\nWhat did not run is no pass: give the hook, or a waiver with a reason.")
		return
	}
	t.Log(summary)
}

// reasons are lines about what neither passed nor was chosen not to run: each reason
// once, and of failures of one kind how many there are.
func reasons(results []Result) []string {
	var lines []string
	kinds := map[string]int{}
	for _, r := range results {
		switch r.Outcome {
		case Failed:
			kinds[r.Kind]++
		case NotRun, Waived, NotOffered, Warned:
			if line := fmt.Sprintf("  %s %s: %s", r.Clause, r.Outcome, r.Output); !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	for _, r := range results {
		if n := kinds[r.Kind]; r.Outcome == Failed && r.Kind != "" && n > 1 {
			lines = append(lines, fmt.Sprintf("  %d checks failed like %s", n, r.Name()))
			delete(kinds, r.Kind)
		}
	}
	return lines
}

// skipsSubtests reports whether go test was asked to leave subtests out, or to end
// at the first failure.
func skipsSubtests() bool {
	value := func(name string) string {
		if f := flag.Lookup("test." + name); f != nil {
			return f.Value.String()
		}
		return ""
	}
	return strings.Contains(value("run"), "/") || value("skip") != "" || value("failfast") == "true"
}

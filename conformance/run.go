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

// Run tests an adapter under go test. The subtests are named by clause, sentence and
// attribute type, so -run and -skip can select them:
//
//	go test -run 'TestConformance/SES-07'
//
// Run returns when all subtests have ended. It fails t if a check fails, or if a check
// did not run and was not left out. It always logs a summary. If the adapter cannot be
// opened or called at all, Run fails t with the error and runs no check (see [Judge]).
// Before go test's -timeout ends the process, Run reports the remaining checks as not
// run.
//
// Run writes badge.json, a badge for shields.io, to the test's artifacts (go test
// -artifacts). Subtests have the attributes "clause", for example SES-07, and
// "outcome" (go test -json). Run returns the result of every check in the order of the
// clauses, for package report.
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
	results := make([]Result, len(plan)) // each subtest writes its own
	for i, p := range plan {
		results[i] = p.result(LeftOut, "")
	}
	t.Attr("suite", Version)
	t.Attr("profile", options.profile())
	clauses := split(plan, 0, func(p planned) string { return p.clause.ID })
	for _, clause := range clauses {
		// Helper in each subtest makes go test show the line that calls Run.
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
							result := r.options.downgrade(p, r.runSubtest(t, p))
							results[check.from+i] = result
							t.Attr("outcome", string(result.Outcome))
							r.show(t, result)
						})
					}
				})
			}
		})
	}
	logOutcomes(t, results, len(whole)-len(plan))
	results = withUnmatched(whole, results)
	if err := writeBadge(t.ArtifactDir(), options.profile(), results); err != nil {
		t.Error(err)
	}
	return results
}

// withUnmatched returns the results of a whole plan. A check without a result was
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

// writeBadge writes the badge of a run into a directory.
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
	from int // the index of the first check in the whole plan
	plan []planned
}

// split cuts the plan into parts of checks with the same name.
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

// runPattern returns the pattern for -run that matches only the test with this name.
func runPattern(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return strings.Join(parts, "/")
}

// show reports a result to go test. For a failure of a kind that was shown before, it
// reports only one line.
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

// logOutcomes logs the outcomes of the plan, and fails t if checks did not run that were not
// left out. Unmatched is the number of further checks that Options.Match left out.
func logOutcomes(t *testing.T, results []Result, unmatched int) {
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
		t.Error(summary + "\nA check that did not run does not pass: set the hook, or add a waiver with a reason.")
		return
	}
	t.Log(summary)
}

// reasons returns lines about the checks that did not pass and were not left out on
// purpose. Each reason is listed once, and failures of one kind are counted.
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

// skipsSubtests reports whether the flags of go test leave subtests out or stop at the
// first failure.
func skipsSubtests() bool {
	value := func(name string) string {
		if f := flag.Lookup("test." + name); f != nil {
			return f.Value.String()
		}
		return ""
	}
	return strings.Contains(value("run"), "/") || value("skip") != "" || value("failfast") == "true"
}

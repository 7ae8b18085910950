package mutants

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance"
)

// The zone of the process must not hide faults (TIM-04), and it can only be
// set while nothing else runs.
func TestMain(m *testing.M) {
	time.Local = time.FixedZone("Chatham", 12*60*60+45*60)
	os.Exit(m.Run())
}

// memoryWaivers are what the memory adapter cannot be asked.
var memoryWaivers = []conformance.Waiver{
	{Clause: "ERR-03", Reason: "the memory adapter has no driver"},
	{Clause: "ERR-05", Reason: "the memory adapter cannot be cut off"},
	{Clause: "ERR-06", Reason: "the memory adapter's answers cannot be lost"},
}

func TestHealthyPasses(t *testing.T) {
	conformance.Run(t, conformance.Types(healthy, healthy, healthy), conformance.Options{Waivers: memoryWaivers})
}

// TestCaught runs the whole suite over every mutant: the clause that names it
// must fail, and every clause must be the one that names some mutant.
func TestCaught(t *testing.T) {
	for _, m := range All() {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			failed := failedClauses(t, m)
			if !slices.Contains(failed, m.Clause) {
				t.Errorf("survived: %s did not fail; failed: %s", m.Clause, strings.Join(failed, " "))
			}
			t.Logf("caught by %s", strings.Join(failed, " "))
		})
	}
}

// failedClauses are the clauses in which a mutant fails.
func failedClauses(t *testing.T, m Mutant) []string {
	t.Helper()
	options := m.Options
	// The hooks that a mutant has no use for are waived, but not the clause
	// that names it.
	for _, w := range memoryWaivers {
		if w.Clause != m.Clause {
			options.Waivers = append(options.Waivers, w)
		}
	}
	// A mutant may hang; that it fails elsewhere because it is slow is no harm.
	options.Watchdog = 10 * time.Second
	results, err := conformance.Judge(t.Context(), m.Subject, options)
	if err != nil {
		t.Fatal(err)
	}
	var failed []string
	for r := range results {
		if r.Outcome == conformance.Failed && !slices.Contains(failed, r.Clause) {
			failed = append(failed, r.Clause)
		}
		if r.Clause == m.Clause && r.Outcome == conformance.NotRun {
			t.Errorf("%s was not run: %s", r.Name(), r.Output)
		}
	}
	slices.Sort(failed)
	return failed
}

func TestEveryClauseNamesAMutant(t *testing.T) {
	named := map[string]bool{}
	for _, m := range All() {
		named[m.Clause] = true
	}
	for _, c := range conformance.Clauses() {
		if !named[c.ID] {
			t.Errorf("no mutant for %s: %s", c.ID, c.Text)
		}
	}
}

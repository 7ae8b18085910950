package mutants

import (
	"context"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/fronts"
	"github.com/tenon-go/tenon/conformance/internal/racetime"
)

// The zone of the process must not hide faults (TIM-04), and it can only be
// set while nothing else runs.
func TestMain(m *testing.M) {
	time.Local = time.FixedZone("Chatham", 12*60*60+45*60)
	debug.SetGCPercent(400) // the heap is small, and collecting it would take much of the time
	os.Exit(m.Run())
}

// memoryWaivers are the waivers that the memory adapter needs.
var memoryWaivers = []conformance.Waiver{
	{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: "the memory adapter has no driver"},
	{Clause: "ERR-05", Reason: "the memory adapter cannot be cut off"},
	{Clause: "ERR-06", Reason: "the memory adapter's answers cannot be lost"},
	{Clause: "OPT-03/check_finds_what_is_missing", Reason: "the memory adapter has no tables that could be missing"},
}

// The adapters that mutants alter must themselves be correct. The tests of adapters/memory
// run the checks with all types, and longer races.
func TestHealthyPasses(t *testing.T) {
	wantPass(t, subject(openHealthy), conformance.Options{Waivers: memoryWaivers, Match: needed})
}

func TestHealthyFrontPasses(t *testing.T) {
	wantPass(t, fronts.Healthy(), conformance.Options{Waivers: memoryWaivers, Match: needed})
}

// wantPass checks that a subject passes the checks that options select. Its races are short.
func wantPass(t *testing.T, subject conformance.Subject, options conformance.Options) {
	t.Helper()
	results, err := conformance.Judge(racetime.Shorten(t.Context()), subject, options)
	if err != nil {
		t.Fatal(err)
	}
	passed := 0
	for r := range results {
		if r.Bad() {
			t.Errorf("%s %s\n%s", r.Name(), r.Outcome, r.Output)
		}
		if r.Outcome == conformance.Passed {
			passed++
		}
	}
	if passed == 0 {
		t.Error("no check passed")
	}
}

// TestCaught runs the suite with every mutant: the clause that the mutant names must
// fail. It then reports checks that failed with no mutant, which have not been seen to
// fail. A check that another mutant has failed is not run on a mutant that has been caught.
func TestCaught(t *testing.T) {
	var mu sync.Mutex
	tripped := map[string]bool{}
	var found tally
	typed := map[string]bool{} // the checks that run with types with attributes
	for _, name := range conformance.Checks(subject(openHealthy)) {
		if check, typ := cutType(name); typ != "empty" {
			typed[check] = true
		}
	}
	proved := func(check string) bool {
		mu.Lock()
		defer mu.Unlock()
		return tripped[check] && !*whole
	}
	try := func(t *testing.T, m Mutant) {
		failed := failures(t, m, proved)
		for tries := 1; m.Race && len(failed) == 0 && tries < mostTries; tries++ {
			failed = failures(t, m, proved)
		}
		if *whole && m.Options.Match == nil {
			failed = append(failed, elsewhere(t, m, failed)...)
		}
		var clauses []string
		mu.Lock()
		defer mu.Unlock()
		for _, r := range failed {
			// Types without attributes prove nothing about a check of attributes,
			// unless the check has no other types.
			if check, _ := cutType(r.Name()); r.Type != "empty" || !typed[check] {
				tripped[check] = true
			}
			clauses = append(clauses, r.Clause)
		}
		slices.Sort(clauses)
		clauses = slices.Compact(clauses)
		found.add(m, clauses)
		if !slices.Contains(clauses, m.Clause) {
			t.Errorf("survived: %s did not fail; failed: %s", m.Clause, strings.Join(clauses, " "))
		}
		t.Logf("caught by %s", strings.Join(clauses, " "))
	}
	t.Run("mutants", func(t *testing.T) {
		// Without t.Parallel, by which hundreds of goroutines would wait: each check looks at
		// every goroutine.
		var wait sync.WaitGroup
		queue := make(chan Mutant)
		for range atOnce {
			wait.Go(func() {
				for m := range queue {
					t.Run(m.Name, func(t *testing.T) { try(t, m) })
				}
			})
		}
		for _, m := range All() {
			queue <- m
		}
		close(queue)
		wait.Wait()
	})
	if *whole {
		t.Log(found.String())
	}
	if found.mutants < len(All()) {
		t.Skip("not all mutants ran, so nothing is said about checks that none trips")
	}
	for _, name := range conformance.Checks(subject(openHealthy)) {
		check, _ := cutType(name)
		if !tripped[check] {
			tripped[check] = true // reported once
			t.Errorf("no mutant trips %s: no one has seen it fail", check)
		}
	}
}

// atOnce is the number of mutants that run at the same time: more than the processors, since
// those that take long wait.
const atOnce = 8

// cutType splits "CON-01/sentence/rich" before the type.
func cutType(name string) (check, typ string) {
	i := strings.LastIndexByte(name, '/')
	return name[:i], name[i+1:]
}

// mostTries is how often a race is tried before its mutant counts as a survivor: on a
// busy machine two calls may seldom run at the same time. TestRaces counts how often the
// first try is enough.
const mostTries = 20

// failures returns the results of the checks of its clause that a mutant fails. The checks
// run one after another. Once one has failed, those that are proved to fail are not run.
func failures(t *testing.T, m Mutant, proved func(check string) bool) []conformance.Result {
	t.Helper()
	options := optionsOf(m)
	if options.Match != nil {
		return judge(t.Context(), t, m, options)
	}
	// The rich types show most mutants, so a check runs with others only if it has no rich
	// types, or if no check has failed.
	checks := conformance.Checks(m.Subject)
	var failed []conformance.Result
	for _, first := range []bool{true, false} {
		for _, name := range checks {
			check, _ := cutType(name)
			if !m.names(name) || needed(name) != first || len(failed) > 0 && proved(check) {
				continue
			}
			options.Match = func(other string) bool { return other == name }
			failed = append(failed, judge(t.Context(), t, m, options)...)
		}
		if len(failed) > 0 {
			break
		}
	}
	return failed
}

// names reports whether a check is one of the clause that the mutant names.
func (m Mutant) names(check string) bool { return strings.HasPrefix(check, m.Clause+"/") }

// optionsOf returns a mutant's options. They waive the hooks that it does not have, but not
// the clause that it names.
func optionsOf(m Mutant) conformance.Options {
	options := m.Options
	for _, w := range memoryWaivers {
		if !strings.HasPrefix(w.Clause, m.Clause) {
			options.Waivers = append(options.Waivers, w)
		}
	}
	return options
}

// needed reports whether a check is with the rich types, or never runs with them.
func needed(name string) bool {
	check, typ := cutType(name)
	return typ == "rich" || !richChecks()[check]
}

// richChecks are the checks that run with the rich types.
var richChecks = sync.OnceValue(func() map[string]bool {
	rich := make(map[string]bool)
	for _, name := range conformance.Checks(subject(openHealthy)) {
		if check, typ := cutType(name); typ == "rich" {
			rich[check] = true
		}
	}
	return rich
})

// judge returns the results of the checks that a mutant fails, among those that the
// options select.
func judge(ctx context.Context, t *testing.T, m Mutant, options conformance.Options) []conformance.Result {
	t.Helper()
	results, err := conformance.Judge(ctx, m.Subject, options)
	if err != nil {
		t.Fatal(err)
	}
	var failed []conformance.Result
	for r := range results {
		if r.Outcome == conformance.Failed {
			failed = append(failed, r)
		}
		if r.Clause == m.Clause && r.Outcome == conformance.NotRun {
			t.Errorf("%s was not run: %s", r.Name(), r.Output)
		}
	}
	return failed
}

// TestFrontClauses checks that a clause is marked as kept by the front if and only if no
// mutant adapter breaks it.
func TestFrontClauses(t *testing.T) {
	broken := map[string]bool{} // clauses that an adapter breaks
	for _, m := range All() {
		broken[m.Clause] = broken[m.Clause] || !m.Front
	}
	for _, c := range conformance.Clauses() {
		if c.Front == broken[c.ID] {
			t.Errorf("%s: kept by the front: %t; broken by an adapter: %t", c.ID, c.Front, broken[c.ID])
		}
	}
}

func TestEveryClauseNamesAMutant(t *testing.T) {
	named := map[string]bool{}
	for _, m := range All() {
		if named["mutant "+m.Name] {
			t.Errorf("two mutants are called %s", m.Name)
		}
		named["mutant "+m.Name] = true
		named[m.Clause] = true
	}
	for _, c := range conformance.Clauses() {
		if !named[c.ID] {
			t.Errorf("no mutant for %s: %s", c.ID, c.Text)
		}
	}
}

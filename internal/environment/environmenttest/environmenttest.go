// Package environmenttest has what the engines' tests of their environment share: a fixed
// sample that every run of the tests tries, a flag to try all cases, and the verdict on
// a try.
package environmenttest

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/internal/environment"
)

var all = flag.String("all-environments", "",
	"a `file`: try every setting and object, append the results to the file, and write internal/environment/results; a run ends a minute before its -timeout, and the next run continues from the file")

// All reports whether to try all cases instead of a sample.
func All() bool { return *all != "" }

// tries is the number of tries at a time. A try waits for its server most of the time.
const tries = 4

// Config says what Run tries.
type Config struct {
	Engine string             // names the file of results
	Cases  []environment.Case // all of them
	Once   []string           // names of settings and objects that once were a fault: see environment.Again
	Every  int                // the sample has every nth of the other cases of each kind and outcome
	Slow   []string           // kinds that are not in the sample, since each of their cases starts a server
	Try    environment.Try

	// Together are kinds of settings. A sample tries those that hold together, even if
	// their cases say that each is tried alone: a setting that was expected to have an
	// effect, and did not, is like the others.
	Together []string
}

// Run tries the cases of the sample, and fails t if a verdict differs from the results.
// With the flag -all-environments it tries all cases, and fails t for each fault.
func Run(t *testing.T, c Config) {
	t.Helper()
	if *all != "" {
		runAll(t, c)
		return
	}
	known, err := environment.Judged(c.Engine)
	if err != nil {
		t.Fatal(err)
	}
	once := func(r environment.Result) bool { return slices.Contains(c.Once, r.Name) }
	sample := environment.Sample(slices.DeleteFunc(slices.Clone(known), once), c.Every)
	sample = append(sample, environment.Again(known, c.Once)...)
	offered := make(map[environment.Case]environment.Case)
	for _, o := range c.Cases {
		together := o
		together.Together = false
		offered[together] = o
	}
	sample = slices.DeleteFunc(sample, func(r environment.Result) bool { return slices.Contains(c.Slow, r.Kind) })
	var cases []environment.Case
	want := make(map[environment.Case]environment.Verdict)
	for _, r := range sample {
		o, ok := offered[r.Case]
		if !ok {
			t.Errorf("the results have %+v, which is no case any more: try all again", r.Case)
			continue
		}
		// A group with a case that does not hold would be tried again in halves.
		o.Together = (o.Together || slices.Contains(c.Together, o.Kind)) && r.Outcome == environment.Holds
		cases = append(cases, o)
		want[r.Case] = r.Verdict
	}
	log := environment.NewLog()
	timed := func(ctx context.Context, cases []environment.Case) environment.Verdict {
		if !slices.ContainsFunc(cases, func(c environment.Case) bool {
			c.Together = false
			return want[c].Outcome != environment.Holds
		}) {
			ctx = context.WithValue(ctx, unhurried{}, true)
		}
		begin := time.Now()
		v := c.Try(ctx, cases)
		if took := time.Since(begin); took > 2*time.Second {
			t.Logf("%v for %d cases of %s, %s %s = %q: a case takes a second", took.Round(time.Second), len(cases), cases[0].Server, cases[0].Kind, cases[0].Name, cases[0].Value)
		}
		return v
	}
	if err := environment.Judge(t.Context(), cases, log, tries, timed); err != nil {
		t.Fatal(err)
	}
	for _, r := range log.Results() {
		key := r.Case
		key.Together = false
		if r.Outcome == environment.Holds && want[key].Outcome == environment.Limited {
			continue // it depends on the machine which calls a timeout of a millisecond ends
		}
		if r.Verdict.Outcome != want[key].Outcome {
			t.Errorf("%s, %s %s = %q: %s, want %s\n%s", r.Server, r.Kind, r.Name, r.Value, r.Outcome, want[key].Outcome, r.Detail)
		}
	}
	t.Logf("%d of %d cases tried", len(cases), len(c.Cases))
}

// unhurried is the key of a context whose try is expected to hold.
type unhurried struct{}

// Hurried reports whether the try of a context may give up on steps that take too long.
// It may if some cases can hang: in a run of all cases, and for a case whose result is not
// Holds. A case of a sample that is expected to hold gets all the time of the test, since
// its duration only shows how busy the machine is.
func Hurried(ctx context.Context) bool { return ctx.Value(unhurried{}) == nil }

// Limit returns a context that ends after d, if the try is [Hurried].
func Limit(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if !Hurried(ctx) {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d)
}

func runAll(t *testing.T, c Config) {
	t.Helper()
	log, err := environment.OpenLog(*all)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	ctx := t.Context()
	if deadline, ok := t.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-time.Minute)) // since a try can exceed the deadline
		defer cancel()
	}
	if err := environment.Judge(ctx, c.Cases, log, tries, c.Try); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	wanted := make(map[environment.Case]bool)
	for _, w := range c.Cases {
		w.Together = false
		wanted[w] = true
	}
	// A log can have cases that no longer exist.
	results := slices.DeleteFunc(log.Results(), func(r environment.Result) bool {
		key := r.Case
		key.Together = false
		return !wanted[key]
	})
	for _, one := range c.Cases {
		if !log.Has(one) {
			results = append(results, environment.Result{Case: one, Verdict: environment.Verdict{
				Outcome: environment.NotRun, Detail: "not tried yet: the time of the run had ended"}})
		}
	}
	environment.Sort(results)
	for _, r := range results {
		if r.Outcome == environment.Fault {
			t.Errorf("%s, %s %s = %q: fault\n%s", r.Server, r.Kind, r.Name, r.Value, r.Detail)
		}
	}
	var b strings.Builder
	if err := environment.WriteResults(&b, results); err != nil {
		t.Fatal(err)
	}
	_, file, _, _ := runtime.Caller(0)
	path := filepath.Join(filepath.Dir(file), "..", "results", c.Engine+".jsonl")
	if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d cases tried", len(results))
}

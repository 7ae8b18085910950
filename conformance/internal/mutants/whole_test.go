package mutants

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/fronts"
	"github.com/tenon-go/tenon/conformance/internal/mutants/method"
	"github.com/tenon-go/tenon/conformance/internal/racetime"
	"github.com/tenon-go/tenon/spec"
)

var whole = flag.Bool("whole", false, "run every clause over every mutant, which takes minutes, and not only the clause that names it")

// elsewhere returns the results of the checks of other clauses that a mutant fails, where own
// are those of its own clause. The types are rich, unless the mutant may be healthy with
// these. Races are short. A mutant can hang, after which the remaining checks do not run. If
// it fails because it is slow, that does no harm.
func elsewhere(t *testing.T, m Mutant, own []conformance.Result) []conformance.Result {
	t.Helper()
	typ := "/rich"
	if len(own) > 0 && !slices.ContainsFunc(own, func(r conformance.Result) bool { return r.Type != "nested" }) {
		typ = "/nested"
	}
	options := optionsOf(m)
	options.Match = func(name string) bool { return strings.HasSuffix(name, typ) && !m.names(name) }
	options.Watchdog = 10 * time.Second
	unaltered := callsOnAdapter()
	if m.Front {
		unaltered = callsOnFront()
	}
	ctx, skipped := unaltered.Skip(racetime.Shorten(t.Context()))
	// A check that opens stores in goroutines fails when it is skipped.
	return slices.DeleteFunc(judge(ctx, t, m, options), func(r conformance.Result) bool { return skipped(r.Name()) })
}

// The operations that checks call on a healthy front and a healthy adapter.
var (
	callsOnFront   = recorded(fronts.RecordCalls)
	callsOnAdapter = recorded(recordCalls)
)

// recorded returns a function that judges the healthy subject of record, once, and returns
// the operations that the checks call.
func recorded(record func() (conformance.Subject, *method.Calls)) func() *method.Calls {
	return sync.OnceValue(func() *method.Calls {
		healthy, calls := record()
		match := func(name string) bool { return !strings.HasSuffix(name, "/empty") } // elsewhere needs no others
		results, err := conformance.Judge(racetime.Shorten(context.Background()), healthy, conformance.Options{Waivers: memoryWaivers, Match: match})
		if err != nil {
			panic(err) // TestHealthyPasses fails too
		}
		for range results { // not used: the calls are
		}
		return calls
	})
}

// tally counts what the long run finds.
type tally struct{ mutants, everywhere, alone, clauses, survivors int }

// add adds a mutant that failed these clauses.
func (n *tally) add(m Mutant, failed []string) {
	n.mutants++
	if !slices.Contains(failed, m.Clause) {
		n.survivors++
	}
	if m.Options.Match != nil {
		return
	}
	n.everywhere++
	n.clauses += len(failed)
	if len(failed) == 1 {
		n.alone++
	}
}

func (n *tally) String() string {
	return fmt.Sprintf("%d mutants, of which %d survived; of %d that ran through every clause, %d failed one clause only; they failed %.1f clauses on average",
		n.mutants, n.survivors, n.everywhere, n.alone, float64(n.clauses)/float64(n.everywhere))
}

// TestSkip checks that a check is skipped if and only if it does not call what is altered.
func TestSkip(t *testing.T) {
	t.Parallel()
	const check = "SES-08/delete_leaves_the_others/rich"
	options := conformance.Options{Waivers: memoryWaivers, Match: func(name string) bool { return name == check }}
	outcome := func(ctx context.Context, subject conformance.Subject) conformance.Outcome {
		results, err := conformance.Judge(ctx, subject, options)
		if err != nil {
			t.Fatal(err)
		}
		for r := range results {
			if r.Name() == check {
				return r.Outcome
			}
		}
		t.Fatalf("no result of %s", check)
		return ""
	}
	healthy, calls := recordCalls()
	if got := outcome(t.Context(), healthy); got != conformance.Passed {
		t.Fatalf("on a healthy store: %s", got)
	}
	failing := func(c *call) { c.answer(spec.ErrFailed) }
	for _, test := range []struct {
		alter   func(*altered)
		want    conformance.Outcome
		skipped bool
	}{
		{func(*altered) {}, conformance.NotRun, true},
		{before(spec.OpPing, failing), conformance.NotRun, true},
		{func(a *altered) { a.swapLease = a.rows.SwapLease }, conformance.NotRun, true},
		{func(a *altered) { a.deleteSession = func(context.Context, string) error { return nil } }, conformance.Failed, false},
		{before(spec.OpDeleteSession, failing), conformance.Failed, false},
		{before(everyCall, func(c *call) {}), conformance.Passed, false},
	} {
		ctx, skipped := calls.Skip(t.Context())
		if got := outcome(ctx, alterAll(test.alter)); got != test.want || skipped(check) != test.skipped {
			t.Errorf("got %s, skipped: %t; want %s, %t", got, skipped(check), test.want, test.skipped)
		}
	}
}

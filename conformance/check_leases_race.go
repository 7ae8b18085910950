package conformance

import (
	"fmt"
	"slices"
	"time"

	"github.com/tenon-go/tenon/spec"
)

func leaseRace[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seed(a)

	for round := range t.rounds(10) {
		from := w.sessions[annPhone].Lease
		to := make([]spec.Lease, racers)
		for i := range to {
			to[i] = w.newSession(annPhone, ann).Lease
			if round%3 == 2 { // the second call finds the lease that it wants to set, and must still be stale
				to[i] = to[0]
			}
		}
		errs := make([]error, racers)
		t.runTogether(racers, func(i int) {
			errs[i] = t.retry(func() error { return a.SwapLease(t.ctx(), annPhone, from, to[i]) })
		})
		winner := t.oneWins(errs, spec.ErrStale, "SwapLease from one lease")
		if winner < 0 {
			return
		}
		s := w.sessions[annPhone]
		s.Lease = to[winner]
		w.sessions[annPhone] = s
		w.compareSession(a, s, fmt.Sprintf("after %d calls of SwapLease at once", racers))
	}
	w.compare(a, "after calls of SwapLease at once")
}

// oneWins returns the index of the one call that succeeded among concurrent calls. If not
// exactly one succeeded, or another ended with anything but an error of this class, it fails
// the check and returns -1.
func (t *tester[U, S]) oneWins(errs []error, class error, calls string) int {
	t.Helper()
	winners := 0
	for _, err := range errs {
		if err == nil {
			winners++
		} else if !t.wantClass(err, class, "%d calls at once of %s, of which one has to win", len(errs), calls) {
			return -1
		}
	}
	if winners != 1 {
		t.Errorf("%d calls at once of %s\n  got:  %d succeeded\n  want: exactly one", len(errs), calls, winners)
		return -1
	}
	return slices.Index(errs, nil)
}

// Each session has only had the lease that the swaps begin with, or the one that the only
// swap sets. Swaps to the same lease can all succeed.
func leaseDeleteRace[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seed(a)
	deletes := t.deletes()
	for round := range t.rounds(16) {
		e := deletes[round%len(deletes)]
		s := w.createEnding(a, round)
		to, swappers := s.Lease, 3
		if round/len(deletes)%2 == 0 {
			to, swappers = shiftLease(s.Lease, time.Hour), 1
		}
		t.runTogether(1+swappers, func(i int) {
			if i == 0 {
				t.must(t.retry(func() error { return e.end(a, s) }), "%s during SwapLease", e.call)
				return
			}
			err := t.retry(func() error { return a.SwapLease(t.ctx(), s.ID, s.Lease, to) })
			if err != nil {
				t.wantClass(err, spec.ErrSessionNotFound, "SwapLease from the only lease there ever was, during %s", e.call)
			}
		})
		w.forgetEnding(s, e)
		w.wantAbsent(a, s.ID, "after "+e.call+" and SwapLease at once")
		if t.Failed() {
			return
		}
	}
	w.compare(a, "after deletes and SwapLease at once")
	w.sweepEverything(a, "after deletes and SwapLease at once")
}

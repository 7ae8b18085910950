package conformance

import (
	"context"
	"fmt"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// looksOfSweeps are the looks at its context at which a sweep is cut short. They grow
// fast enough to reach the later batches of a store that checks its context often.
var looksOfSweeps = []int{1, 2, 3, 5, 8, 13, 21, 34, 55, 89}

func sweepCut[U, S any](t *tester[U, S]) { sweepCutOf(t, 125, spec.Sweep{UserID: annSpace}) }

// sweepCutHundreds uses more sessions than fit in one or two batches.
func sweepCutHundreds[U, S any](t *tester[U, S]) { sweepCutOf(t, 600, spec.Sweep{Everyone: true}) }

// sweepCutOf ends the context of a sweep of many sessions, which a store deletes in
// batches, at each look in turn. The count must always be the number of deleted sessions.
func sweepCutOf[U, S any](t *tester[U, S], many int, sweep spec.Sweep) {
	a := t.open()
	w := t.seed(a)
	sweep.Now, sweep.Limit = noon.AddDate(1, 0, 0), many
	for id := range w.sessions { // a sweep of everyone must delete none of these
		w.swap(a, id, shiftLease(w.sessions[id].Lease, 2*365*24*time.Hour))
	}
	w.createSessions(a, annSpace, many, func(i int) string { return fmt.Sprintf("many %d", i) })
	left := int64(many)
	for i, look := range looksOfSweeps {
		reason := context.Canceled
		if i%2 == 0 {
			reason = context.DeadlineExceeded
		}
		call := fmt.Sprintf("DeleteExpiredSessions of %d, whose context ended when it was looked at for the %d. time", left, look)
		ctx := newEndingContext(t.ctx(), look, reason)
		n, err := a.DeleteExpiredSessions(ctx, sweep)
		list, listErr := a.UserSessions(t.ctx(), annSpace)
		t.must(listErr, "UserSessions after %s", call)
		gone := left - int64(len(list))
		switch class := spec.ClassOf(err); {
		case err == nil:
			t.want(gone, left, "how many sessions were gone after %s, which succeeded", call)
			t.want(n, gone, "the count of %s", call)
		case ctx.hasEnded() && class == reason:
			t.want(n, gone, "the count of %s, which returned %q, and as many are gone", call, err)
		case ctx.hasEnded() && class == spec.ErrIndeterminate:
			if n < 0 || n > gone {
				t.Errorf("%s, which returned %q\n  got:  the count %d\n  want: at most %d, which are gone", call, err, n, gone)
			}
			return // the sweep may still be running
		default:
			t.Errorf("%s\n  got:  %s\n  want: no error, %q, or %q", call, describe(err), reason, spec.ErrIndeterminate)
		}
		if left = int64(len(list)); left == 0 {
			break
		}
	}
	for i := range many {
		delete(w.sessions, fmt.Sprintf("many %d", i))
	}
	n, err := a.DeleteExpiredSessions(t.ctx(), sweep)
	t.wantCount(n, err, left, "DeleteExpiredSessions of what sweeps have left that were cut short")
	w.compare(a, "after DeleteExpiredSessions of many, cut short")
}

package conformance

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/tenon-go/tenon/spec"
)

func sweepRace[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seed(a)
	const renewals = 6
	t.raceTime *= 2 // a round creates sessions for each race
	for round := range t.rounds(10) {
		userID := []string{ann, ""}[round%2]
		sweepOf := []string{userID, ""}[round/2%2]
		expired := make([]spec.Session[S], renewals)
		for i := range expired {
			expired[i] = w.addExpiring(a, fmt.Sprintf("s%d-%d", round, i), userID, noon)
		}
		errs := make([]error, renewals)
		var n int64
		t.runTogether(renewals+1, func(i int) {
			if i == renewals {
				t.must(t.retry(func() (err error) {
					n, err = a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: noon, UserID: sweepOf, Everyone: sweepOf == "", Limit: 100})
					return err
				}), "DeleteExpiredSessions during SwapLease")
				return
			}
			errs[i] = t.retry(func() error {
				return a.SwapLease(t.ctx(), expired[i].ID, expired[i].Lease, shiftLease(expired[i].Lease, 24*time.Hour))
			})
		})
		// A session that was not renewed was expired all the time, so the sweep must
		// delete it.
		var want int64
		for i, s := range expired {
			if errs[i] == nil {
				s.Lease = shiftLease(s.Lease, 24*time.Hour)
				w.sessions[s.ID] = s
				continue
			}
			t.wantClass(errs[i], spec.ErrSessionNotFound, "SwapLease of an expired session during DeleteExpiredSessions")
			w.forgetSession(s.ID)
			want++
		}
		for _, s := range expired {
			if renewed, there := w.sessions[s.ID]; there {
				w.compareSession(a, renewed, "after SwapLease and DeleteExpiredSessions at once")
				w.deleteSession(a, s.ID, "DeleteSession") // a sweep of many sessions would take long to reach those of the next round
			} else {
				w.wantAbsent(a, s.ID, "after SwapLease and DeleteExpiredSessions at once")
			}
		}
		about := fmt.Sprintf("with %d renewals at once, %d of which were won", renewals, renewals-want)
		t.want(n, want, "the count of DeleteExpiredSessions, %s", about)
		if t.Failed() {
			return
		}
		w.forgetGone()
	}
	w.compare(a, "after SwapLease and DeleteExpiredSessions at once")
	w.sweepEverything(a, "after SwapLease and DeleteExpiredSessions at once")
}

func sweepTogether[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seed(a)
	const expired, sweepers = 60, 5
	sweep := func(about string) int64 {
		var n int64
		err := t.retry(func() (err error) {
			n, err = a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: noon, Everyone: true, Limit: 7})
			return err
		})
		t.must(err, "DeleteExpiredSessions, %s", about)
		if n < 0 || n > 7 {
			t.Fatalf("the count of DeleteExpiredSessions with a limit of 7, %s\n  got:  %d\n  want: 0 to 7", about, n)
		}
		return n
	}
	for range t.rounds(1) {
		for i := range expired {
			w.addExpiring(a, fmt.Sprintf("expired %d", i), []string{ann, annUpper, annSpace, ""}[i%4], noon.Add(-time.Duration(i)*time.Second))
		}
		var swept atomic.Int64
		t.runTogether(sweepers, func(int) {
			for n := int64(1); n > 0; {
				n = sweep(fmt.Sprintf("with %d sweeps at once", sweepers))
				swept.Add(n)
			}
		})
		// A sweep can have found nothing to delete while others had locked the remaining
		// rows.
		for n := int64(1); n > 0; {
			n = sweep("after sweeps at once")
			swept.Add(n)
		}
		t.want(swept.Load(), int64(expired), "the sum of the counts of sweeps at once, of %d expired sessions", expired)
		for i := range expired {
			id := fmt.Sprintf("expired %d", i)
			delete(w.sessions, id)
			_, err := a.Session(t.ctx(), id)
			t.wantClass(err, spec.ErrSessionNotFound, "Session of an expired session after sweeps at once")
		}
	}
	w.compare(a, "after sweeps at once")
	w.sweepEverything(a, "after sweeps at once")
}

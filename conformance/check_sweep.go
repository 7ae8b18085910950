package conformance

import (
	"fmt"
	"math"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func sweepChecks[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "SWP-01", sentence: "expired_from_the_millisecond_of_expires_at_on", run: seeded(sweepBoundary[U, S])},
		{clause: "SWP-01", sentence: "finer_digits_and_zones_do_not_count", run: seeded(sweepDigits[U, S])},
		{clause: "SWP-01", sentence: "only_expires_at_counts", run: sweepOtherTimes[U, S]},
		{clause: "SWP-01", sentence: "now_may_be_any_time", run: seeded(sweepFarTimes[U, S])},
		{clause: "SWP-02", sentence: "limit_is_kept_and_counts_add_up", run: seeded(sweepLimit[U, S])},
		{clause: "SWP-02", sentence: "limit_of_a_sweep_of_one_user", run: seeded(sweepLimitOfUser[U, S])},
		{clause: "SWP-02", sentence: "limit_may_be_huge", run: seeded(sweepHugeLimit[U, S])},
		{clause: "SWP-02", sentence: "a_sweep_of_many", run: seeded(sweepMany[U, S])},
		{clause: "SWP-02", sentence: "a_sweep_that_is_cut_short_says_how_many_it_deleted", run: sweepCut[U, S]},
		{clause: "SWP-03", sentence: "limit_that_is_not_positive_is_invalid", run: seeded(sweepBadLimit[U, S])},
		{clause: "SWP-04", sentence: "one_user_or_everyone", run: seeded(sweepWhom[U, S])},
		{clause: "SWP-04", sentence: "neither_or_both_is_invalid", run: seeded(sweepNeither[U, S])},
		{clause: "SWP-04", sentence: "users_that_are_not_there_have_nothing_to_sweep", run: seeded(sweepUnknown[U, S])},
		{clause: "SWP-05", sentence: "renewed_sessions_stay", run: seeded(sweepRenewed[U, S])},
		{clause: "SWP-05", sentence: "renewal_that_races_a_sweep_is_kept_or_not_found", run: sweepRace[U, S]},
		{clause: "SWP-06", sentence: "sweeps_at_once_count_each_session_once", run: sweepTogether[U, S]},
	}
}

// sweep sweeps with a limit that is not reached, and compares the store and the count
// with the world.
func (w *world[U, S]) sweep(a front[U, S], now time.Time, userID, about string) {
	w.t.Helper()
	var want int64
	for _, s := range w.sessions {
		if (userID == "" || s.UserID == userID) && s.State(now) == spec.Expired {
			w.forgetSession(s.ID)
			want++
		}
	}
	n, err := a.DeleteExpiredSessions(w.t.ctx(), spec.Sweep{Now: now, UserID: userID, Everyone: userID == "", Limit: 1000})
	w.t.wantCount(n, err, want, "DeleteExpiredSessions, %s", about)
	w.compare(a, "after DeleteExpiredSessions, "+about)
}

// addExpiring creates a session that is active until it expires at this time.
func (w *world[U, S]) addExpiring(a front[U, S], id, userID string, expires time.Time) spec.Session[S] {
	s := w.newSession(id, userID)
	s.ActiveUntil, s.ExpiresAt = expires, expires
	return w.addSession(a, s)
}

func sweepBoundary[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	at := noon.AddDate(0, 0, 1)
	for i := range 6 {
		expires := at.Add(time.Duration(i-2) * time.Millisecond)
		w.addExpiring(a, fmt.Sprintf("s%d", i), ann, expires)
		w.addExpiring(a, fmt.Sprintf("v%d", i), "", expires)
	}
	w.sweep(a, at.Add(-3*time.Millisecond), "", "before the first dies")
	w.sweep(a, at.Add(-time.Millisecond), "", "when two have died, the second of each this millisecond")
	w.sweep(a, at.Add(-time.Millisecond), "", "a second time at one Now")
	w.sweep(a, at, ann, "of one user a millisecond later")
	w.sweep(a, at, "", "of everyone a millisecond later")
	w.sweep(a, at.Add(-time.Hour), "", "with an earlier Now")
	w.sweep(a, at.Add(time.Millisecond), "", "another millisecond later")
	w.sweep(a, at.Add(time.Hour), "", "after the last died")
	w.sweepEverything(a, "after sweeps")
}

func sweepDigits[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	fine := time.Millisecond - 1
	for i, at := range []time.Time{noon, time.UnixMilli(0).UTC(), time.UnixMilli(-1000).UTC(), time.UnixMilli(-1).UTC()} {
		w.addExpiring(a, fmt.Sprintf("s%d", i), ann, at)
		w.addExpiring(a, fmt.Sprintf("fine%d", i), annUpper, at.Add(fine))
		w.addExpiring(a, fmt.Sprintf("next%d", i), ann, at.Add(time.Millisecond))
		about := fmt.Sprintf("with a Now around %s", at)
		w.sweep(a, at.Add(-1), "", about+", a nanosecond before")
		w.sweep(a, at, annUpper, about+", at that very millisecond")
		w.sweep(a, at.Add(fine).In(time.FixedZone("east", 14*60*60)), "", about+", less than a millisecond after")
		w.sweep(a, at.Add(time.Millisecond).In(time.FixedZone("west", -12*60*60)), ann, about+", a millisecond after")
		w.forgetGone()
	}
	w.sweepEverything(a, "after sweeps")
}

func sweepOtherTimes[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.emptyWorld()
	w.createUser(a, ann)
	before, after := noon.AddDate(-60, 0, 0), noon.AddDate(60, 0, 0)
	for i, expires := range []time.Time{noon.Add(-1), noon.Add(time.Millisecond), before, after} {
		for j, active := range []time.Time{before, after} {
			for k, created := range []time.Time{before, after} {
				s := w.newSession(fmt.Sprintf("s%d%d%d", i, j, k), ann)
				s.CreatedAt, s.ActiveUntil, s.ExpiresAt = created, active, expires
				w.addSession(a, s)
			}
		}
	}
	w.sweep(a, noon, "", "when half have expired, some of them active for longer or created later")
	w.sweepEverything(a, "after a sweep")
}

func sweepFarTimes[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.addExpiring(a, "first", ann, time.Time{})
	w.addExpiring(a, "old", ann, time.Date(1, 1, 1, 0, 0, 0, 1e6, time.UTC))
	w.addExpiring(a, "last", ann, endOfTime)
	w.addExpiring(a, "last but one", ann, endOfTime.Add(-time.Millisecond))
	w.sweep(a, time.Time{}, "", "in the year 1")
	w.sweep(a, time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), "", "in 1900")
	w.sweep(a, noon.Add(-time.Hour), "", "before any other expired")
	w.sweep(a, endOfTime.Add(-time.Millisecond), "", "in the year 9999")
	w.sweep(a, endOfTime.Add(time.Millisecond-1), "", "at the last moment")
}

// sweepSome sweeps with a limit, so that the store can choose among expired sessions. It
// checks that the deleted sessions had expired and that their number is the count, and
// removes them from the world.
func (w *world[U, S]) sweepSome(a front[U, S], sweep spec.Sweep, about string) int64 {
	w.t.Helper()
	n, err := a.DeleteExpiredSessions(w.t.ctx(), sweep)
	w.t.must(err, "DeleteExpiredSessions, %s", about)
	gone := int64(0)
	for id, s := range w.sessions {
		mayGo := (sweep.UserID == "" || s.UserID == sweep.UserID) && s.State(sweep.Now) == spec.Expired
		if _, err := a.Session(w.t.ctx(), id); mayGo && spec.ClassOf(err) == spec.ErrSessionNotFound {
			w.forgetSession(id)
			gone++
		}
	}
	w.t.want(n, gone, "the count of DeleteExpiredSessions, of the sessions that are gone, %s", about)
	w.compare(a, "after DeleteExpiredSessions, "+about)
	return n
}

func sweepLimit[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for i := range 7 {
		w.addExpiring(a, fmt.Sprintf("expired%d", i), []string{ann, annUpper, ""}[i%3], noon.Add(-time.Duration(i)*time.Second))
	}
	for i, want := range []int64{3, 3, 1, 0, 0} {
		about := fmt.Sprintf("with a limit of 3, for the %d. time, of 7 expired sessions", i+1)
		n := w.sweepSome(a, spec.Sweep{Now: noon, Everyone: true, Limit: 3}, about)
		t.want(n, want, "the count of DeleteExpiredSessions, %s", about)
	}
	w.addExpiring(a, "expired", ann, noon)
	n := w.sweepSome(a, spec.Sweep{Now: noon, Everyone: true, Limit: 1}, "with a limit of 1, of 1 expired session")
	t.want(n, int64(1), "the count of DeleteExpiredSessions with a limit of 1, of 1 expired session")
	for i := range 3 {
		w.addExpiring(a, fmt.Sprintf("again%d", i), ann, noon)
	}
	n = w.sweepSome(a, spec.Sweep{Now: noon, UserID: ann, Limit: 1}, "with a limit of 1, of 3 expired sessions")
	t.want(n, int64(1), "the count of DeleteExpiredSessions with a limit of 1, of 3 expired sessions")
	w.sweepEverything(a, "after sweeps with limits")
}

// The limit is for deleted sessions: expired sessions of other users must not count.
func sweepLimitOfUser[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for i := range 4 {
		w.addExpiring(a, fmt.Sprintf("earlier%d", i), annUpper, noon.Add(-time.Hour))
		w.addExpiring(a, fmt.Sprintf("expired%d", i), ann, noon)
		w.addExpiring(a, fmt.Sprintf("visitor%d", i), "", noon.Add(-time.Minute))
	}
	for i, want := range []int64{2, 2, 0} {
		about := fmt.Sprintf("of one user with a limit of 2, for the %d. time, of 4 expired sessions", i+1)
		n := w.sweepSome(a, spec.Sweep{Now: noon, UserID: ann, Limit: 2}, about)
		t.want(n, want, "the count of DeleteExpiredSessions, %s", about)
	}
	w.sweepEverything(a, "after sweeps with limits")
}

func sweepHugeLimit[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, limit := range []int{math.MaxInt, math.MaxInt - 1, math.MaxInt32, math.MaxUint16 + 1} {
		for _, userID := range []string{ann, ""} {
			w.addExpiring(a, "expired", ann, noon)
			w.addExpiring(a, "expired, too", userID, noon)
			about := fmt.Sprintf("with a limit of %d, of 2 expired sessions", limit)
			n := w.sweepSome(a, spec.Sweep{Now: noon, UserID: userID, Everyone: userID == "", Limit: limit}, about)
			t.want(n, int64(2), "the count of DeleteExpiredSessions, %s", about)
		}
	}
	w.sweepEverything(a, "after sweeps with huge limits")
}

// While no other call sweeps, a count below the limit means that nothing is left. The
// sizes of the store's own batches must not show.
func sweepMany[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	const many = 125
	w.createSessions(a, annSpace, many, func(i int) string { return fmt.Sprintf("many %d", i) })
	var sum int64
	for _, want := range []int64{110, 15, 0} {
		n, err := a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: endOfTime, UserID: annSpace, Limit: 110})
		t.must(err, "DeleteExpiredSessions of many")
		t.want(n, want, "the count of DeleteExpiredSessions with a limit of 110, after %d of %d", sum, many)
		sum += n
		list, err := a.UserSessions(t.ctx(), annSpace)
		t.must(err, "UserSessions after DeleteExpiredSessions of many")
		t.want(len(list), int(many-sum), "the length of UserSessions after DeleteExpiredSessions of many")
	}
	for i := range many {
		delete(w.sessions, fmt.Sprintf("many %d", i))
	}
	w.compare(a, "after DeleteExpiredSessions of many")
	w.sweepEverything(a, "after DeleteExpiredSessions of many")
}

func sweepBadLimit[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, limit := range []int{0, -1, -1000, math.MinInt, math.MinInt32} {
		for _, userID := range []string{"", ann, "unknown", "\xff"} {
			for _, now := range []time.Time{endOfTime, noon.AddDate(-1, 0, 0)} {
				n, err := a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: now, UserID: userID, Everyone: userID == "", Limit: limit})
				t.wantClass(err, spec.ErrInvalid, "DeleteExpiredSessions of the user %q with a limit of %d", userID, limit)
				t.want(n, int64(0), "the count of DeleteExpiredSessions with a limit of %d", limit)
			}
		}
	}
	w.compare(a, "after DeleteExpiredSessions with limits that are not positive")
}

func sweepWhom[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	users := []string{ann, annUpper, ""}
	for i := range 9 {
		w.addExpiring(a, fmt.Sprintf("expired%d", i), users[i%3], noon.Add(-time.Duration(i)*time.Second))
	}
	w.sweep(a, noon, annUpper, "of one user")
	w.sweep(a, noon, annUpper, "of the same user again")
	w.sweep(a, noon, annSpace, "of a user without sessions")
	w.sweep(a, noon, "", "of everyone")
	w.sweep(a, noon, "", "of everyone again")
	w.sweep(a, endOfTime, ann, "of one user, all of whose sessions have expired")
	w.sweep(a, endOfTime, "", "of everyone, when all sessions have expired")
}

func sweepNeither[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, sweep := range []spec.Sweep{
		{Now: endOfTime, Limit: 1000},
		{Now: endOfTime, Limit: 1000, UserID: ann, Everyone: true},
		{Now: endOfTime, Limit: 1000, UserID: "unknown", Everyone: true},
	} {
		n, err := a.DeleteExpiredSessions(t.ctx(), sweep)
		t.wantClass(err, spec.ErrInvalid, "DeleteExpiredSessions of the user %q, and of everyone: %t", sweep.UserID, sweep.Everyone)
		t.want(n, int64(0), "the count of DeleteExpiredSessions of the user %q, and of everyone: %t", sweep.UserID, sweep.Everyone)
	}
	w.compare(a, "after sweeps of neither a user nor everyone, or of both")
}

func sweepUnknown[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.addExpiring(a, "expired", ann, noon)
	for _, userID := range []string{"unknown", "Ann", "ann  ", "an", "ann%", "*", annPhone, visitor, "\xff", "a\x00"} {
		w.sweep(a, endOfTime, userID, fmt.Sprintf("of the user %q, who is not there", userID))
	}
}

// A store with an index by expiry must move the session in the index, in both directions.
func sweepRenewed[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, userID := range []string{ann, ""} {
		for _, sweepOf := range []string{userID, ""} {
			w.addExpiring(a, "renewed", userID, noon)
			w.addExpiring(a, "renewed twice", userID, noon)
			w.addExpiring(a, "renewed by a millisecond", userID, noon)
			w.addExpiring(a, "expired", userID, noon)
			w.addExpiring(a, "cut short", userID, noon.Add(time.Hour))
			w.addExpiring(a, "renewed and cut short again", userID, noon)
			w.swap(a, "renewed", shiftLease(w.sessions["renewed"].Lease, time.Hour))
			w.swap(a, "renewed twice", shiftLease(w.sessions["renewed twice"].Lease, -time.Hour))
			w.swap(a, "renewed twice", shiftLease(w.sessions["renewed twice"].Lease, 3*time.Hour))
			w.swap(a, "renewed by a millisecond", shiftLease(w.sessions["renewed by a millisecond"].Lease, time.Millisecond))
			w.swap(a, "cut short", shiftLease(w.sessions["cut short"].Lease, -time.Hour))
			w.swap(a, "renewed and cut short again", shiftLease(w.sessions["renewed and cut short again"].Lease, time.Hour))
			w.swap(a, "renewed and cut short again", shiftLease(w.sessions["renewed and cut short again"].Lease, -time.Hour))
			err := a.UpdateSession(t.ctx(), "renewed", w.sessions["renewed"].Attributes, attr.All[S]())
			t.must(err, "UpdateSession with the values that are there already")
			w.sweep(a, noon, sweepOf, "after renewals and the opposite")
			w.sweep(a, noon.Add(time.Millisecond), sweepOf, "a millisecond after the first sweep")
			w.sweep(a, noon.Add(3*time.Hour), sweepOf, "when those that were renewed have died")
		}
	}
	w.sweepEverything(a, "after sweeps of renewed sessions")
}

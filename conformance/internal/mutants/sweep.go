package mutants

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

func sweepMutants() []Mutant {
	return []Mutant{
		{Name: "a_session_dies_a_millisecond_late", Clause: "SWP-01",
			Subject: types(sweepLate, sweepLate, sweepLate)},
		{Name: "a_session_dies_a_millisecond_early", Clause: "SWP-01",
			Subject: types(sweepEarly, sweepEarly, sweepEarly)},
		{Name: "sweep_rounds_now", Clause: "SWP-01", Shipped: "adapters that leave the digits to the server",
			Subject: types(sweepRounds, sweepRounds, sweepRounds)},
		{Name: "sweep_cuts_now_towards_1970", Clause: "SWP-01",
			Subject: types(sweepCutsTowards1970, sweepCutsTowards1970, sweepCutsTowards1970)},
		{Name: "sweep_goes_by_active_until", Clause: "SWP-01",
			Subject: types(sweepByActive, sweepByActive, sweepByActive)},
		{Name: "sweep_takes_an_expiry_for_a_duration", Clause: "SWP-01", Shipped: "adapters that pass a time where a TTL was meant",
			Subject: types(sweepTakesDuration, sweepTakesDuration, sweepTakesDuration)},
		{Name: "sweep_overflows_in_far_years", Clause: "SWP-01",
			Subject: types(sweepOverflows, sweepOverflows, sweepOverflows)},
		{Name: "sweep_ignores_the_limit", Clause: "SWP-02",
			Subject: types(sweepIgnoresLimit, sweepIgnoresLimit, sweepIgnoresLimit)},
		{Name: "sweep_of_a_user_ignores_the_limit", Clause: "SWP-02",
			Subject: types(sweepOfUserIgnoresLimit, sweepOfUserIgnoresLimit, sweepOfUserIgnoresLimit)},
		{Name: "sweep_of_a_user_looks_at_so_many_of_everyones", Clause: "SWP-02",
			Subject: types(sweepLimitsFirst, sweepLimitsFirst, sweepLimitsFirst)},
		{Name: "sweep_returns_the_limit", Clause: "SWP-02",
			Subject: types(sweepReturnsLimit, sweepReturnsLimit, sweepReturnsLimit)},
		{Name: "sweep_adds_one_to_the_limit", Clause: "SWP-02",
			Subject: types(sweepAddsOne, sweepAddsOne, sweepAddsOne)},
		{Name: "sweep_ends_with_a_batch", Clause: "SWP-02", Shipped: "adapters that delete one batch",
			Subject: types(sweepEndsWithBatch, sweepEndsWithBatch, sweepEndsWithBatch)},
		{Name: "a_limit_of_zero_is_no_limit", Clause: "SWP-03",
			Subject: types(sweepZeroIsAll, sweepZeroIsAll, sweepZeroIsAll)},
		{Name: "a_limit_of_zero_deletes_nothing", Clause: "SWP-03",
			Subject: types(sweepZeroIsNone, sweepZeroIsNone, sweepZeroIsNone)},
		{Name: "a_negative_limit_is_no_limit", Clause: "SWP-03", Shipped: "SQLite adapters that pass the limit on",
			Subject: types(sweepNegativeIsAll, sweepNegativeIsAll, sweepNegativeIsAll)},
		{Name: "sweep_ignores_the_user", Clause: "SWP-04",
			Subject: types(sweepIgnoresUser, sweepIgnoresUser, sweepIgnoresUser)},
		{Name: "sweep_leaves_the_anonymous", Clause: "SWP-04",
			Subject: types(sweepLeavesAnonymous, sweepLeavesAnonymous, sweepLeavesAnonymous)},
		{Name: "sweep_of_an_unknown_user_is_of_everyone", Clause: "SWP-04",
			Subject: types(sweepUnknownIsAll, sweepUnknownIsAll, sweepUnknownIsAll)},
		{Name: "sweep_of_neither_is_of_everyone", Clause: "SWP-04",
			Subject: types(sweepNeitherIsAll, sweepNeitherIsAll, sweepNeitherIsAll)},
		{Name: "sweep_of_both_is_of_the_user", Clause: "SWP-04",
			Subject: types(sweepBothIsUser, sweepBothIsUser, sweepBothIsUser)},
		{Name: "sweep_of_everybody_misses_anonymous_sessions", Clause: "SWP-04",
			Subject: types(sweepMissesAnonymous, sweepMissesAnonymous, sweepMissesAnonymous)},
		{Name: "sweep_goes_by_the_first_expiry", Clause: "SWP-05",
			Subject: types(sweepByFirstExpiry, sweepByFirstExpiry, sweepByFirstExpiry)},
		{Name: "sweep_selects_and_then_deletes_by_id", Clause: "SWP-05", Shipped: "adapters with a limit in a subquery",
			Subject: types(sweepSelectsThenDeletes, sweepSelectsThenDeletes, sweepSelectsThenDeletes)},
		{Name: "sweeps_at_once_count_the_same_sessions", Clause: "SWP-06",
			Subject: types(sweepCountsSelected, sweepCountsSelected, sweepCountsSelected)},
	}
}

// sweepFor is an adapter that sweeps otherwise than it is asked to.
func sweepFor[U, S any](t conformance.TB, s conformance.Store, change func(spec.Sweep) spec.Sweep) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		return a.DeleteExpiredSessions(ctx, change(sweep))
	}}
}

// sweepAt is an adapter that sweeps at another time.
func sweepAt[U, S any](t conformance.TB, s conformance.Store, change func(now time.Time) time.Time) typed.Store[U, S] {
	return sweepFor[U, S](t, s, func(sweep spec.Sweep) spec.Sweep {
		if now := change(sweep.Now); now.UTC().Year() > 0 && now.UTC().Year() < 10000 {
			sweep.Now = now
		}
		return sweep
	})
}

func sweepLate[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepAt[U, S](t, s, func(now time.Time) time.Time { return now.Add(-time.Millisecond) })
}

func sweepEarly[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepAt[U, S](t, s, func(now time.Time) time.Time { return now.Add(time.Millisecond) })
}

func sweepRounds[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepAt[U, S](t, s, func(now time.Time) time.Time { return now.Round(time.Millisecond) })
}

func sweepCutsTowards1970[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepAt[U, S](t, s, func(now time.Time) time.Time {
		if now.Before(time.Unix(0, 0)) && now.Year() > 1900 {
			return time.UnixMilli(now.UnixNano() / 1e6)
		}
		return now
	})
}

// The nanoseconds of most years do not fit an int64.
func sweepOverflows[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepAt[U, S](t, s, func(now time.Time) time.Time { return time.Unix(0, now.UnixNano()) })
}

// sweepOneByOne is an adapter that deletes one by one what is due to it. It
// finds the sessions by what was created.
func sweepOneByOne[U, S any](t conformance.TB, s conformance.Store, due func(session spec.Session[S], sweep spec.Sweep) bool) typed.Store[U, S] {
	a, rows := keepingRows(healthy[U, S](t, s))
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		sweep, err := sweep.Normal()
		if _, there := a.Store.Session(ctx, "nobody"); err != nil || !errors.Is(there, spec.ErrSessionNotFound) {
			return a.Store.DeleteExpiredSessions(ctx, sweep) // refused
		}
		var n int64
		rows.Range(func(id, _ any) bool {
			session, err := a.Store.Session(ctx, id.(string))
			if err == nil && (sweep.UserID == "" || sweep.UserID == session.UserID) && due(session, sweep) {
				if a.Store.DeleteSession(ctx, session.ID) == nil {
					n++
				}
			}
			return n < int64(sweep.Limit)
		})
		return n, nil
	}
	return a
}

func sweepByActive[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepOneByOne[U](t, s, func(session spec.Session[S], sweep spec.Sweep) bool {
		return !sweep.Now.Before(session.ActiveUntil)
	})
}

// A session lives for as long after its creation as its expiry is after 1970.
func sweepTakesDuration[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepOneByOne[U](t, s, func(session spec.Session[S], sweep spec.Sweep) bool {
		return session.State(sweep.Now) == spec.Dead &&
			session.CreatedAt.UnixMilli()+session.ExpiresAt.UnixMilli() <= sweep.Now.UnixMilli()
	})
}

func sweepLeavesAnonymous[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepOneByOne[U](t, s, func(session spec.Session[S], sweep spec.Sweep) bool {
		return session.UserID != "" && session.State(sweep.Now) == spec.Dead
	})
}

func sweepIgnoresLimit[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepFor[U, S](t, s, func(sweep spec.Sweep) spec.Sweep {
		if sweep.Limit > 0 {
			sweep.Limit = math.MaxInt
		}
		return sweep
	})
}

func sweepEndsWithBatch[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepFor[U, S](t, s, func(sweep spec.Sweep) spec.Sweep { sweep.Limit = min(sweep.Limit, 100); return sweep })
}

func sweepOfUserIgnoresLimit[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepFor[U, S](t, s, func(sweep spec.Sweep) spec.Sweep {
		if sweep.Limit > 0 && sweep.UserID != "" {
			sweep.Limit = math.MaxInt
		}
		return sweep
	})
}

// The limit is applied before the user.
func sweepLimitsFirst[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, c := recording(healthy[U, S](t, s))
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if sweep.UserID == "" || sweep.Limit <= 0 {
			return a.Store.DeleteExpiredSessions(ctx, sweep)
		}
		looked := 0
		for _, id := range c.sessionsWhere(func(string, string) bool { return true }) {
			session, err := a.Store.Session(ctx, id)
			if err != nil || session.State(sweep.Now) != spec.Dead {
				continue
			}
			if looked++; session.UserID == sweep.UserID && looked <= sweep.Limit {
				return a.Store.DeleteExpiredSessions(ctx, sweep)
			}
		}
		return 0, ctx.Err()
	}
	return a
}

func sweepReturnsLimit[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		n, err := a.DeleteExpiredSessions(ctx, sweep)
		if n > 0 && sweep.Limit < 10 {
			n = int64(sweep.Limit)
		}
		return n, err
	}}
}

// Which is negative for the largest int.
func sweepAddsOne[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if sweep.Limit == math.MaxInt {
			return 0, nil
		}
		return a.DeleteExpiredSessions(ctx, sweep)
	}}
}

func sweepZeroIsAll[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepFor[U, S](t, s, func(sweep spec.Sweep) spec.Sweep {
		if sweep.Limit == 0 {
			sweep.Limit = math.MaxInt
		}
		return sweep
	})
}

func sweepZeroIsNone[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		n, err := a.DeleteExpiredSessions(ctx, sweep)
		if sweep.Limit == 0 && errors.Is(err, spec.ErrInvalid) {
			return 0, nil
		}
		return n, err
	}}
}

func sweepNegativeIsAll[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepFor[U, S](t, s, func(sweep spec.Sweep) spec.Sweep {
		if sweep.Limit < 0 {
			sweep.Limit = math.MaxInt
		}
		return sweep
	})
}

func sweepIgnoresUser[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepFor[U, S](t, s, func(sweep spec.Sweep) spec.Sweep { sweep.UserID, sweep.Everyone = "", true; return sweep })
}

func sweepUnknownIsAll[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, c := recording(healthy[U, S](t, s))
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if sweep.UserID != "" && !slices.Contains(c.allUsers(), sweep.UserID) {
			sweep.UserID, sweep.Everyone = "", true
		}
		return a.Store.DeleteExpiredSessions(ctx, sweep)
	}
	return a
}

func sweepNeitherIsAll[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepFor[U, S](t, s, func(sweep spec.Sweep) spec.Sweep {
		sweep.Everyone = sweep.Everyone || sweep.UserID == ""
		return sweep
	})
}

func sweepBothIsUser[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepFor[U, S](t, s, func(sweep spec.Sweep) spec.Sweep {
		sweep.Everyone = sweep.Everyone && sweep.UserID == ""
		return sweep
	})
}

// The index by expiry is written when a session is created.
func sweepByFirstExpiry[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	var first sync.Map // expiries, by the ids of sessions
	a := sweepOneByOne[U](t, s, func(session spec.Session[S], sweep spec.Sweep) bool {
		expires, ok := first.Load(session.ID)
		return ok && !sweep.Now.Before(expires.(time.Time))
	})
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		err := a.CreateSession(ctx, session)
		if normal, invalid := session.Normal(); err == nil && invalid == nil {
			first.Store(session.ID, normal.ExpiresAt)
		}
		return err
	}}
}

// selectDead returns the ids of the sessions that a sweep would take.
func selectDead[U, S any](ctx context.Context, a typed.Store[U, S], c *created, sweep spec.Sweep) []string {
	var ids []string
	for _, id := range slices.Compact(slices.Sorted(slices.Values(c.sessionsWhere(func(_, userID string) bool {
		return sweep.UserID == "" || sweep.UserID == userID
	})))) {
		session, err := a.Session(ctx, id)
		if err == nil && session.State(sweep.Now) == spec.Dead && len(ids) < sweep.Limit {
			ids = append(ids, id)
		}
	}
	return ids
}

// The first sweep of a race has selected before the first renewal is made, and
// deletes after it.
func sweepSelectsThenDeletes[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	forced := racesIn(t, "renewal_that_races_a_sweep_is_kept_or_not_found")
	selected, renewed := newSignal(t), newSignal(t)
	a, c := recording(healthy[U, S](t, s))
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if !forced {
			return a.Store.DeleteExpiredSessions(ctx, sweep)
		}
		ids := selectDead(ctx, a.Store, c, sweep)
		selected.give()
		renewed.wait(ctx)
		var n int64
		for _, id := range ids {
			if _, err := a.Store.Session(ctx, id); err == nil && a.Store.DeleteSession(ctx, id) == nil {
				n++
			}
		}
		return n, nil
	}
	a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
		if forced {
			selected.wait(ctx)
		}
		defer renewed.give()
		return a.Store.SwapLease(ctx, id, from, to)
	}
	return a
}

// Two sweeps have selected before either deletes, and count what they selected.
func sweepCountsSelected[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	forced, selected := racesIn(t, "sweeps_at_once_count_each_session_once"), newMeeting(t)
	a, c := recording(healthy[U, S](t, s))
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if !forced {
			return a.Store.DeleteExpiredSessions(ctx, sweep)
		}
		ids := selectDead(ctx, a.Store, c, sweep)
		selected.meet(ctx)
		for _, id := range ids {
			if err := a.Store.DeleteSession(ctx, id); err != nil {
				return 0, err
			}
		}
		return int64(len(ids)), nil
	}
	return a
}

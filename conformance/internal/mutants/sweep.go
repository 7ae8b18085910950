package mutants

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/created"
	"github.com/tenon-go/tenon/spec"
)

func sweepMutants() []Mutant {
	return []Mutant{
		{Name: "a_session_dies_a_millisecond_late", Clause: "SWP-01",
			Subject: subject(sweepLate)},
		{Name: "a_session_dies_a_millisecond_early", Clause: "SWP-01",
			Subject: subject(sweepEarly)},
		{Name: "sweep_goes_by_active_until", Clause: "SWP-01",
			Subject: subject(sweepByActive)},
		{Name: "sweep_takes_an_expiry_for_a_duration", Clause: "SWP-01", Shipped: "adapters that pass a time where a TTL was meant",
			Subject: subject(sweepTakesDuration)},
		{Name: "sweep_overflows_in_far_years", Clause: "SWP-01",
			Subject: subject(sweepOverflows)},
		{Name: "sweep_ignores_the_limit", Clause: "SWP-02",
			Subject: subject(sweepIgnoresLimit)},
		{Name: "sweep_of_a_user_ignores_the_limit", Clause: "SWP-02",
			Subject: subject(sweepOfUserIgnoresLimit)},
		{Name: "sweep_of_a_user_looks_at_so_many_of_everyones", Clause: "SWP-02",
			Subject: subject(sweepLimitsFirst)},
		{Name: "sweep_returns_the_limit", Clause: "SWP-02",
			Subject: subject(sweepReturnsLimit)},
		{Name: "sweep_adds_one_to_the_limit", Clause: "SWP-02",
			Subject: subject(sweepAddsOne)},
		{Name: "sweep_ends_with_a_batch", Clause: "SWP-02", Shipped: "adapters that delete one batch",
			Subject: subject(sweepEndsWithBatch)},
		{Name: "sweep_ignores_the_user", Clause: "SWP-04",
			Subject: subject(sweepIgnoresUser)},
		{Name: "sweep_leaves_the_anonymous", Clause: "SWP-04",
			Subject: subject(sweepLeavesAnonymous)},
		{Name: "sweep_of_an_unknown_user_is_of_everyone", Clause: "SWP-04",
			Subject: subject(sweepUnknownIsAll)},
		{Name: "sweep_of_everybody_misses_anonymous_sessions", Clause: "SWP-04",
			Subject: subject(sweepMissesAnonymous)},
		{Name: "sweep_goes_by_the_first_expiry", Clause: "SWP-05",
			Subject: subject(sweepByFirstExpiry)},
		{Name: "sweep_selects_and_then_deletes_by_id", Clause: "SWP-05", Shipped: "adapters with a limit in a subquery",
			Subject: subject(sweepSelectsThenDeletes)},
		{Name: "sweeps_at_once_count_the_same_sessions", Clause: "SWP-06",
			Subject: subject(sweepCountsSelected)},
	}
}

// sweepFor is an adapter that sweeps otherwise than it is asked to.
func sweepFor(t conformance.TB, s conformance.Store, columns spec.Columns, change func(spec.Sweep) spec.Sweep) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		return a.DeleteExpiredSessions(ctx, change(sweep))
	}}
}

// sweepAt is an adapter that sweeps at another time.
func sweepAt(t conformance.TB, s conformance.Store, columns spec.Columns, change func(now time.Time) time.Time) rows {
	return sweepFor(t, s, columns, func(sweep spec.Sweep) spec.Sweep {
		if now := change(sweep.Now); now.UTC().Year() > 0 && now.UTC().Year() < 10000 {
			sweep.Now = now
		}
		return sweep
	})
}

func sweepLate(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sweepAt(t, s, columns, func(now time.Time) time.Time { return now.Add(-time.Millisecond) })
}

func sweepEarly(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sweepAt(t, s, columns, func(now time.Time) time.Time { return now.Add(time.Millisecond) })
}

// The nanoseconds of most years do not fit an int64.
func sweepOverflows(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sweepAt(t, s, columns, func(now time.Time) time.Time { return time.Unix(0, now.UnixNano()) })
}

// sweepOneByOne is an adapter that deletes one by one what is due to it. It
// finds the sessions by what was created.
func sweepOneByOne(t conformance.TB, s conformance.Store, columns spec.Columns, due func(session spec.SessionRow, sweep spec.Sweep) bool) rows {
	a, rows := keepingRows(openHealthy(t, s, columns))
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		sweep, err := sweep.Normal()
		if _, there := a.rows.Session(ctx, "unknown"); err != nil || !errors.Is(there, spec.ErrSessionNotFound) {
			return a.rows.DeleteExpiredSessions(ctx, sweep) // refused
		}
		var n int64
		rows.Range(func(id, _ any) bool {
			session, err := a.rows.Session(ctx, id.(string))
			if err == nil && (sweep.UserID == "" || sweep.UserID == session.UserID) && due(session, sweep) {
				if a.rows.DeleteSession(ctx, session.ID) == nil {
					n++
				}
			}
			return n < int64(sweep.Limit)
		})
		return n, nil
	}
	return a
}

func sweepByActive(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sweepOneByOne(t, s, columns, func(session spec.SessionRow, sweep spec.Sweep) bool {
		return !sweep.Now.Before(session.ActiveUntil)
	})
}

// A session lives for as long after its creation as its expiry is after 1970.
func sweepTakesDuration(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sweepOneByOne(t, s, columns, func(session spec.SessionRow, sweep spec.Sweep) bool {
		return session.State(sweep.Now) == spec.Expired &&
			session.CreatedAt.UnixMilli()+session.ExpiresAt.UnixMilli() <= sweep.Now.UnixMilli()
	})
}

func sweepLeavesAnonymous(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sweepOneByOne(t, s, columns, func(session spec.SessionRow, sweep spec.Sweep) bool {
		return session.UserID != "" && session.State(sweep.Now) == spec.Expired
	})
}

func sweepIgnoresLimit(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sweepFor(t, s, columns, func(sweep spec.Sweep) spec.Sweep {
		if sweep.Limit > 0 {
			sweep.Limit = math.MaxInt
		}
		return sweep
	})
}

func sweepEndsWithBatch(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sweepFor(t, s, columns, func(sweep spec.Sweep) spec.Sweep { sweep.Limit = min(sweep.Limit, 100); return sweep })
}

func sweepOfUserIgnoresLimit(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sweepFor(t, s, columns, func(sweep spec.Sweep) spec.Sweep {
		if sweep.Limit > 0 && sweep.UserID != "" {
			sweep.Limit = math.MaxInt
		}
		return sweep
	})
}

// The limit is applied before the user.
func sweepLimitsFirst(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, c := recordCreated(openHealthy(t, s, columns))
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if sweep.UserID == "" || sweep.Limit <= 0 {
			return a.rows.DeleteExpiredSessions(ctx, sweep)
		}
		looked := 0
		for _, id := range c.Sessions(func(string, string) bool { return true }) {
			session, err := a.rows.Session(ctx, id)
			if err != nil || session.State(sweep.Now) != spec.Expired {
				continue
			}
			if looked++; session.UserID == sweep.UserID && looked <= sweep.Limit {
				return a.rows.DeleteExpiredSessions(ctx, sweep)
			}
		}
		return 0, ctx.Err()
	}
	return a
}

func sweepReturnsLimit(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		n, err := a.DeleteExpiredSessions(ctx, sweep)
		if n > 0 && sweep.Limit < 10 {
			n = int64(sweep.Limit)
		}
		return n, err
	}}
}

// Which is negative for the largest int.
func sweepAddsOne(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if sweep.Limit == math.MaxInt {
			return 0, nil
		}
		return a.DeleteExpiredSessions(ctx, sweep)
	}}
}

func sweepIgnoresUser(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sweepFor(t, s, columns, func(sweep spec.Sweep) spec.Sweep { sweep.UserID, sweep.Everyone = "", true; return sweep })
}

func sweepUnknownIsAll(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, c := recordCreated(openHealthy(t, s, columns))
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if sweep.UserID != "" && !slices.Contains(c.Users(), sweep.UserID) {
			sweep.UserID, sweep.Everyone = "", true
		}
		return a.rows.DeleteExpiredSessions(ctx, sweep)
	}
	return a
}

// The index by expiry is written when a session is created.
func sweepByFirstExpiry(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	var first sync.Map // expiries, by the ids of sessions
	a := sweepOneByOne(t, s, columns, func(session spec.SessionRow, sweep spec.Sweep) bool {
		expires, ok := first.Load(session.ID)
		return ok && !sweep.Now.Before(expires.(time.Time))
	})
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
		err := a.CreateSession(ctx, session)
		if normal, invalid := session.Normal(); err == nil && invalid == nil {
			first.Store(session.ID, normal.ExpiresAt)
		}
		return err
	}}
}

// selectExpired returns the ids of the sessions that a sweep would take.
func selectExpired(ctx context.Context, a rows, c *created.Rows, sweep spec.Sweep) []string {
	var ids []string
	for _, id := range slices.Compact(slices.Sorted(slices.Values(c.Sessions(func(_, userID string) bool {
		return sweep.UserID == "" || sweep.UserID == userID
	})))) {
		session, err := a.Session(ctx, id)
		if err == nil && session.State(sweep.Now) == spec.Expired && len(ids) < sweep.Limit {
			ids = append(ids, id)
		}
	}
	return ids
}

// The first sweep of a race has selected before the first renewal is made, and
// deletes after it.
func sweepSelectsThenDeletes(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	forced := racesIn(t, "renewal_that_races_a_sweep_is_kept_or_not_found")
	selected, renewed := newSignal(t), newSignal(t)
	a, c := recordCreated(openHealthy(t, s, columns))
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if !forced {
			return a.rows.DeleteExpiredSessions(ctx, sweep)
		}
		ids := selectExpired(ctx, a.rows, c, sweep)
		selected.give()
		renewed.wait(ctx)
		var n int64
		for _, id := range ids {
			if _, err := a.rows.Session(ctx, id); err == nil && a.rows.DeleteSession(ctx, id) == nil {
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
		return a.rows.SwapLease(ctx, id, from, to)
	}
	return a
}

// Two sweeps have selected before either deletes, and count what they selected.
func sweepCountsSelected(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	forced, selected := racesIn(t, "sweeps_at_once_count_each_session_once"), newMeeting(t)
	a, c := recordCreated(openHealthy(t, s, columns))
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if !forced {
			return a.rows.DeleteExpiredSessions(ctx, sweep)
		}
		ids := selectExpired(ctx, a.rows, c, sweep)
		selected.meet(ctx)
		for _, id := range ids {
			if err := a.rows.DeleteSession(ctx, id); err != nil {
				return 0, err
			}
		}
		return int64(len(ids)), nil
	}
	return a
}

package mutants

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance/internal/mutants/created"
	"github.com/tenon-go/tenon/spec"
)

func sweepMutants() []Mutant {
	return []Mutant{
		{Name: "a_session_dies_a_millisecond_late", Clause: "SWP-01", Subject: alterAll(sweepAt(func(now time.Time) time.Time { return now.Add(-time.Millisecond) }))},
		{Name: "a_session_dies_a_millisecond_early", Clause: "SWP-01", Subject: alterAll(sweepAt(func(now time.Time) time.Time { return now.Add(time.Millisecond) }))},
		{Name: "sweep_goes_by_active_until", Clause: "SWP-01", Subject: alterAll(sweepOneByOne(func(session spec.SessionRow, sweep spec.Sweep) bool {
			return !sweep.Now.Before(session.ActiveUntil)
		}))},
		// A session lives for as long after its creation as its expiry is after 1970.
		{Name: "sweep_takes_an_expiry_for_a_duration", Clause: "SWP-01", Shipped: "adapters that pass a time where a TTL was meant",
			Subject: alterAll(sweepOneByOne(func(session spec.SessionRow, sweep spec.Sweep) bool {
				return session.State(sweep.Now) == spec.Expired &&
					session.CreatedAt.UnixMilli()+session.ExpiresAt.UnixMilli() <= sweep.Now.UnixMilli()
			}))},
		// The nanoseconds of most years do not fit in an int64.
		{Name: "sweep_overflows_in_far_years", Clause: "SWP-01", Subject: alterAll(sweepAt(func(now time.Time) time.Time { return time.Unix(0, now.UnixNano()) }))},
		{Name: "sweep_ignores_the_limit", Clause: "SWP-02", Subject: alterAll(sweepFor(func(sweep spec.Sweep) spec.Sweep {
			if sweep.Limit > 0 {
				sweep.Limit = math.MaxInt
			}
			return sweep
		}))},
		{Name: "sweep_of_a_user_ignores_the_limit", Clause: "SWP-02", Subject: alterAll(sweepFor(func(sweep spec.Sweep) spec.Sweep {
			if sweep.Limit > 0 && sweep.UserID != "" {
				sweep.Limit = math.MaxInt
			}
			return sweep
		}))},
		{Name: "sweep_of_a_user_looks_at_so_many_of_everyones", Clause: "SWP-02", Subject: alterAll(func(a *altered) {
			// The limit is applied before the user.
			c := recordCreated(a)
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
		})},
		{Name: "sweep_returns_the_limit", Clause: "SWP-02", Subject: alterAll(func(a *altered) {
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				n, err := a.rows.DeleteExpiredSessions(ctx, sweep)
				if n > 0 && sweep.Limit < 10 {
					n = int64(sweep.Limit)
				}
				return n, err
			}
		})},
		{Name: "sweep_adds_one_to_the_limit", Clause: "SWP-02", Subject: alterAll(func(a *altered) {
			// The sum is negative for the largest int.
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				if sweep.Limit == math.MaxInt {
					return 0, nil
				}
				return a.rows.DeleteExpiredSessions(ctx, sweep)
			}
		})},
		{Name: "sweep_ends_with_a_batch", Clause: "SWP-02", Shipped: "adapters that delete one batch",
			Subject: alterAll(sweepFor(func(sweep spec.Sweep) spec.Sweep { sweep.Limit = min(sweep.Limit, 100); return sweep }))},
		{Name: "sweep_ignores_the_user", Clause: "SWP-04", Subject: alterAll(sweepFor(func(sweep spec.Sweep) spec.Sweep { sweep.UserID, sweep.Everyone = "", true; return sweep }))},
		{Name: "sweep_leaves_the_anonymous", Clause: "SWP-04", Subject: alterAll(sweepOneByOne(func(session spec.SessionRow, sweep spec.Sweep) bool {
			return session.UserID != "" && session.State(sweep.Now) == spec.Expired
		}))},
		{Name: "sweep_of_an_unknown_user_is_of_everyone", Clause: "SWP-04", Subject: alterAll(func(a *altered) {
			c := recordCreated(a)
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				if sweep.UserID != "" && !slices.Contains(c.Users(), sweep.UserID) {
					sweep.UserID, sweep.Everyone = "", true
				}
				return a.rows.DeleteExpiredSessions(ctx, sweep)
			}
		})},
		{Name: "sweep_of_everybody_misses_anonymous_sessions", Clause: "SWP-04", Subject: alterAll(func(a *altered) {
			c := recordCreated(a)
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				if _, err := sweep.Normal(); err != nil || sweep.UserID != "" {
					return a.rows.DeleteExpiredSessions(ctx, sweep)
				}
				var n int64
				for _, id := range c.Users() {
					if sweep.Limit <= 0 {
						break
					}
					sweep.UserID, sweep.Everyone = id, false
					more, err := a.rows.DeleteExpiredSessions(ctx, sweep)
					if err != nil {
						return n, err
					}
					sweep.Limit -= int(more)
					n += more
				}
				return n, nil
			}
		})},
		{Name: "sweep_goes_by_the_first_expiry", Clause: "SWP-05", Subject: alterAll(func(a *altered) {
			// The index by expiry is written when a session is created.
			var first sync.Map // expiries, by the ids of sessions
			sweepOneByOne(func(session spec.SessionRow, sweep spec.Sweep) bool {
				expires, ok := first.Load(session.ID)
				return ok && !sweep.Now.Before(expires.(time.Time))
			})(a)
			create := a.createSession // this one records what was created
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				err := create(ctx, session)
				if normal, invalid := session.Normal(); err == nil && invalid == nil {
					first.Store(session.ID, normal.ExpiresAt)
				}
				return err
			}
		})},
		{Name: "sweep_selects_and_then_deletes_by_id", Clause: "SWP-05", Shipped: "adapters with a limit in a subquery", Subject: alterAll(func(a *altered) {
			// The first sweep of a race has selected before the first renewal is made, and
			// deletes after it.
			forced, selected, renewed := racesIn(a.t, "renewal_that_races_a_sweep_is_kept_or_not_found"), newSignal(a.t), newSignal(a.t)
			c := recordCreated(a)
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
		})},
		{Name: "sweeps_at_once_count_the_same_sessions", Clause: "SWP-06", Subject: alterAll(func(a *altered) {
			// Two sweeps have selected before either deletes, and count what they selected.
			forced, selected := racesIn(a.t, "sweeps_at_once_count_each_session_once"), newMeeting(a.t)
			c := recordCreated(a)
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
		})},
	}
}

// sweepFor makes an adapter sweep with other arguments than it is given.
func sweepFor(change func(spec.Sweep) spec.Sweep) func(*altered) {
	return func(a *altered) {
		a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
			return a.rows.DeleteExpiredSessions(ctx, change(sweep))
		}
	}
}

// sweepAt makes an adapter sweep at another time.
func sweepAt(change func(now time.Time) time.Time) func(*altered) {
	return func(a *altered) {
		sweepFor(func(sweep spec.Sweep) spec.Sweep {
			if now := change(sweep.Now); now.UTC().Year() > 0 && now.UTC().Year() < 10000 {
				sweep.Now = now
			}
			return sweep
		})(a)
	}
}

// sweepOneByOne makes an adapter delete the sessions for which due returns true, one by
// one. It finds the sessions by a record of those that were created.
func sweepOneByOne(due func(session spec.SessionRow, sweep spec.Sweep) bool) func(*altered) {
	return func(a *altered) {
		rows := keepingRows(a)
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
	}
}

// selectExpired returns the ids of the sessions that a sweep would delete.
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

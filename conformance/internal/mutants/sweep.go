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
		{Name: "sweep_ignores_the_limit", Clause: "SWP-02", Subject: alterAll(before(spec.OpDeleteExpiredSessions, func(c *call) {
			if c.sweep.Limit > 0 {
				c.sweep.Limit = math.MaxInt
			}
		}))},
		{Name: "sweep_of_a_user_ignores_the_limit", Clause: "SWP-02", Subject: alterAll(before(spec.OpDeleteExpiredSessions, func(c *call) {
			if c.sweep.Limit > 0 && c.sweep.UserID != "" {
				c.sweep.Limit = math.MaxInt
			}
		}))},
		{Name: "sweep_of_a_user_looks_at_so_many_of_everyones", Clause: "SWP-02", Subject: alterAll(func(a *altered) {
			// The limit is applied before the user.
			created := recordCreated(a)
			a.before(spec.OpDeleteExpiredSessions, func(c *call) {
				if c.sweep.UserID == "" || c.sweep.Limit <= 0 {
					return
				}
				looked := 0
				for _, id := range created.Sessions(all) {
					session, err := c.rows.Session(c.ctx, id)
					if err != nil || session.State(c.sweep.Now) != spec.Expired {
						continue
					}
					if looked++; session.UserID == c.sweep.UserID && looked <= c.sweep.Limit {
						return
					}
				}
				c.answer(c.ctx.Err())
			})
		})},
		{Name: "sweep_returns_the_limit", Clause: "SWP-02", Subject: alterAll(after(spec.OpDeleteExpiredSessions, func(c *call) {
			if c.n > 0 && c.sweep.Limit < 10 {
				c.n = int64(c.sweep.Limit)
			}
		}))},
		// The sum is negative for the largest int.
		{Name: "sweep_adds_one_to_the_limit", Clause: "SWP-02", Subject: alterAll(before(spec.OpDeleteExpiredSessions, func(c *call) {
			if c.sweep.Limit == math.MaxInt {
				c.answer(nil)
			}
		}))},
		{Name: "sweep_ends_with_a_batch", Clause: "SWP-02", Shipped: "adapters that delete one batch",
			Subject: alterAll(before(spec.OpDeleteExpiredSessions, func(c *call) { c.sweep.Limit = min(c.sweep.Limit, 100) }))},
		{Name: "sweep_ignores_the_user", Clause: "SWP-04",
			Subject: alterAll(before(spec.OpDeleteExpiredSessions, func(c *call) { c.sweep.UserID, c.sweep.Everyone = "", true }))},
		{Name: "sweep_leaves_the_anonymous", Clause: "SWP-04", Subject: alterAll(sweepOneByOne(func(session spec.SessionRow, sweep spec.Sweep) bool {
			return session.UserID != "" && session.State(sweep.Now) == spec.Expired
		}))},
		{Name: "sweep_of_an_unknown_user_is_of_everyone", Clause: "SWP-04", Subject: alterAll(func(a *altered) {
			created := recordCreated(a)
			a.before(spec.OpDeleteExpiredSessions, func(c *call) {
				if c.sweep.UserID != "" && !slices.Contains(created.Users(), c.sweep.UserID) {
					c.sweep.UserID, c.sweep.Everyone = "", true
				}
			})
		})},
		{Name: "sweep_of_everybody_misses_anonymous_sessions", Clause: "SWP-04", Subject: alterAll(func(a *altered) {
			created := recordCreated(a)
			a.around(spec.OpDeleteExpiredSessions, func(c *call, do func()) {
				if _, err := c.sweep.Normal(); err != nil || c.sweep.UserID != "" {
					do()
					return
				}
				var n int64
				for _, id := range created.Users() {
					if c.sweep.Limit <= 0 || c.err != nil {
						break
					}
					c.sweep.UserID, c.sweep.Everyone = id, false
					do()
					c.sweep.Limit -= int(c.n)
					n += c.n
				}
				c.n = n
			})
		})},
		{Name: "sweep_goes_by_the_first_expiry", Clause: "SWP-05", Subject: alterAll(func(a *altered) {
			// The index by expiry is written when a session is created.
			var first sync.Map // expiries, by the ids of sessions
			sweepOneByOne(func(session spec.SessionRow, sweep spec.Sweep) bool {
				expires, ok := first.Load(session.ID)
				return ok && !sweep.Now.Before(expires.(time.Time))
			})(a)
			a.after(spec.OpCreateSession, func(c *call) {
				if normal, invalid := c.session.Normal(); c.err == nil && invalid == nil {
					first.Store(c.id, normal.ExpiresAt)
				}
			})
		})},
		{Name: "sweep_selects_and_then_deletes_by_id", Clause: "SWP-05", Shipped: "adapters with a limit in a subquery", Subject: alterAll(func(a *altered) {
			// The first sweep of a race has selected before the first renewal is made, and
			// deletes after it.
			const sentence = "renewal_that_races_a_sweep_is_kept_or_not_found"
			wait := interruptedBy(a, spec.OpSwapLease, sentence)
			created := recordCreated(a)
			a.before(spec.OpDeleteExpiredSessions, func(c *call) {
				if !racesIn(a.t, sentence) {
					return
				}
				ids := selectExpired(c.ctx, c.rows, created, c.sweep)
				wait(c.ctx)
				for _, id := range ids {
					if _, err := c.rows.Session(c.ctx, id); err == nil && c.rows.DeleteSession(c.ctx, id) == nil {
						c.n++
					}
				}
				c.answer(nil)
			})
		})},
		{Name: "sweeps_at_once_count_the_same_sessions", Clause: "SWP-06", Subject: alterAll(func(a *altered) {
			// Two sweeps have selected before either deletes, and count what they selected.
			forced, selected := racesIn(a.t, "sweeps_at_once_count_each_session_once"), newMeeting(a.t)
			created := recordCreated(a)
			a.before(spec.OpDeleteExpiredSessions, func(c *call) {
				if !forced {
					return
				}
				ids := selectExpired(c.ctx, c.rows, created, c.sweep)
				selected.meet(c.ctx)
				for _, id := range ids {
					if c.err = c.rows.DeleteSession(c.ctx, id); c.err != nil {
						return
					}
				}
				c.n = int64(len(ids))
				c.answer(nil)
			})
		})},
	}
}

// sweepAt makes an adapter sweep at another time.
func sweepAt(change func(now time.Time) time.Time) func(*altered) {
	return before(spec.OpDeleteExpiredSessions, func(c *call) {
		if now := change(c.sweep.Now); now.UTC().Year() > 0 && now.UTC().Year() < 10000 {
			c.sweep.Now = now
		}
	})
}

// sweepOneByOne makes an adapter delete the sessions for which due returns true, one by
// one. It finds the sessions by a record of those that were created.
func sweepOneByOne(due func(session spec.SessionRow, sweep spec.Sweep) bool) func(*altered) {
	return func(a *altered) {
		rows := keepingRows(a)
		a.before(spec.OpDeleteExpiredSessions, func(c *call) {
			sweep, err := c.sweep.Normal()
			if _, there := c.rows.Session(c.ctx, "unknown"); err != nil || !errors.Is(there, spec.ErrSessionNotFound) {
				return // it is refused
			}
			rows.Range(func(id, _ any) bool {
				session, err := c.rows.Session(c.ctx, id.(string))
				if err == nil && (sweep.UserID == "" || sweep.UserID == session.UserID) && due(session, sweep) {
					if c.rows.DeleteSession(c.ctx, session.ID) == nil {
						c.n++
					}
				}
				return c.n < int64(sweep.Limit)
			})
			c.answer(nil)
		})
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

package mutants

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tenon-go/tenon/spec"
)

func leaseMutants() []Mutant {
	return []Mutant{
		{Name: "swap_leaves_the_credential", Clause: "LEA-01", Subject: alterAll(before(spec.OpSwapLease, func(c *call) { c.to.Credential = c.from.Credential }))},
		{Name: "swap_leaves_active_until", Clause: "LEA-01", Subject: alterAll(before(spec.OpSwapLease, func(c *call) { c.to.ActiveUntil = c.from.ActiveUntil }))},
		{Name: "swap_moves_created_at", Clause: "LEA-01", Subject: alterAll(after(spec.OpSwapLease, func(c *call) {
			if c.err == nil {
				c.err = moveCreatedAt(c, time.Minute)
			}
		}))},
		{Name: "swap_never_shortens_a_lease", Clause: "LEA-01", Subject: alterAll(before(spec.OpSwapLease, func(c *call) {
			if c.to.ExpiresAt.Before(c.from.ExpiresAt) {
				c.to.ExpiresAt = c.from.ExpiresAt
			}
		}))},
		// The milliseconds since 1970 are added to a time, and the session lives for
		// 50 years more.
		{Name: "swap_takes_an_expiry_for_a_duration", Clause: "LEA-01", Shipped: "adapters that pass a time where a TTL was meant",
			Subject: alterAll(before(spec.OpSwapLease, func(c *call) {
				if y := c.to.ExpiresAt.Year(); y > 1970 && y < 5000 {
					c.to.ExpiresAt = c.to.ExpiresAt.Add(time.Duration(c.to.ExpiresAt.UnixMilli()) * time.Millisecond)
				}
			}))},
		{Name: "swap_reaches_the_users_other_sessions", Clause: "LEA-01", Shipped: "adapters that forgot a condition",
			Subject: alterAll(after(spec.OpSwapLease, func(c *call) {
				session, err := c.rows.Session(c.ctx, c.id)
				if c.err != nil || err != nil { // it was deleted since
					return
				}
				list, err := c.rows.UserSessions(c.ctx, session.UserID)
				c.err = err
				for _, other := range list {
					c.err = errors.Join(c.err, setLease(c.ctx, c.rows, other.ID, c.to))
				}
			}))},
		{Name: "swap_is_two_writes", Clause: "LEA-01", Subject: alterAll(func(a *altered) {
			// The times are written first, then the credential.
			wait := halfRead(a, "swap_is_never_seen_half_done")
			a.around(spec.OpSwapLease, func(c *call, do func()) {
				half := c.to
				half.Credential = c.from.Credential
				if c.err = c.rows.SwapLease(c.ctx, c.id, c.from, half); c.err != nil {
					return
				}
				wait(c.ctx)
				c.ctx, c.from = context.WithoutCancel(c.ctx), half
				do()
			})
		})},
		{Name: "a_read_goes_back_in_time", Clause: "LEA-01", Shipped: "adapters that read from a replica", Subject: alterAll(func(a *altered) {
			// Every second read returns a copy that is one swap behind.
			forced := racesIn(a.t, "swap_is_never_seen_half_done")
			var reads atomic.Int32
			var behind atomic.Pointer[spec.Lease]
			seen := newSignal(a.t)
			a.after(spec.OpSwapLease, func(c *call) {
				if forced {
					behind.Store(&c.from)
					seen.wait(c.ctx)
				}
			})
			a.around(spec.OpSession, func(c *call, do func()) {
				old := behind.Load()
				if do(); old != nil && reads.Add(1) == 2 {
					c.session.Lease = *old
					seen.give()
				}
			})
		})},
		{Name: "swap_does_not_compare", Clause: "LEA-02", Subject: alterAll(swapLoosely(func(_, _, _ spec.Lease) bool { return true }))},
		{Name: "swap_compares_the_credential_only", Clause: "LEA-02",
			Subject: alterAll(swapLoosely(func(there, from, _ spec.Lease) bool { return there.Credential == from.Credential }))},
		{Name: "swap_does_not_compare_active_until", Clause: "LEA-02",
			Subject: alterAll(swapLoosely(func(there, from, _ spec.Lease) bool { from.ActiveUntil = there.ActiveUntil; return there.Equal(from) }))},
		{Name: "swap_does_not_compare_the_credential", Clause: "LEA-02",
			Subject: alterAll(swapLoosely(func(there, from, _ spec.Lease) bool { from.Credential = there.Credential; return there.Equal(from) }))},
		{Name: "swap_compares_whole_seconds", Clause: "LEA-02", Shipped: "adapters that keep whole seconds", Subject: alterAll(func(a *altered) {
			seconds := func(l spec.Lease) spec.Lease {
				l.ActiveUntil, l.ExpiresAt = l.ActiveUntil.Truncate(time.Second), l.ExpiresAt.Truncate(time.Second)
				return l
			}
			swapLoosely(func(there, from, _ spec.Lease) bool { return seconds(there).Equal(seconds(from)) })(a)
		})},
		// It assumes that its own answer was lost.
		{Name: "swap_succeeds_where_the_new_lease_is_there", Clause: "LEA-02",
			Subject: alterAll(swapLoosely(func(there, _, to spec.Lease) bool { return there.Equal(to) }))},
		{Name: "swap_takes_any_lease_that_was_there_once", Clause: "LEA-02", Subject: alterAll(func(a *altered) {
			var mu sync.Mutex
			past := map[spec.Lease]bool{}
			a.after(spec.OpSwapLease, func(c *call) {
				mu.Lock()
				defer mu.Unlock()
				if c.err == nil {
					past[c.from] = true
				}
				if errors.Is(c.err, spec.ErrStale) && past[c.from] {
					c.err = setLease(c.ctx, c.rows, c.id, c.to)
				}
			})
		})},
		{Name: "swap_of_an_absent_session_is_stale", Clause: "LEA-03", Subject: alterAll(replaces(spec.OpSwapLease, spec.ErrSessionNotFound, spec.ErrStale))},
		{Name: "swap_to_itself_does_not_look", Clause: "LEA-03", Subject: alterAll(after(spec.OpSwapLease, func(c *call) {
			if c.from.Equal(c.to) {
				c.err = replaceClass(c.err, spec.ErrSessionNotFound, nil)
			}
		}))},
		{Name: "a_renewal_revives_a_deleted_session", Clause: "LEA-03", Shipped: "adapters that renew with an upsert", Subject: alterAll(func(a *altered) {
			rows := keepingRows(a)
			a.after(spec.OpSwapLease, func(c *call) {
				if row, ok := rows.Load(c.id); ok && errors.Is(c.err, spec.ErrSessionNotFound) {
					session := row.(spec.SessionRow)
					session.Lease = c.to
					c.err = c.rows.CreateSession(c.ctx, session)
				}
			})
		})},
		{Name: "swap_to_itself_is_stale", Clause: "LEA-04", Shipped: "MySQL adapters that count changed rows", Subject: alterAll(after(spec.OpSwapLease, func(c *call) {
			if c.err == nil && c.from.Equal(c.to) {
				c.err = spec.ErrStale
			}
		}))},
		{Name: "swap_is_read_compare_write", Clause: "LEA-06", Subject: alterAll(func(a *altered) {
			// Two calls read the lease before either writes.
			forced, read := racesIn(a.t, "one_of_many_swaps_wins"), newMeeting(a.t)
			a.around(spec.OpSwapLease, func(c *call, do func()) {
				session, err := c.rows.Session(c.ctx, c.id)
				if err != nil || !session.Lease.Equal(c.from) {
					do()
					return
				}
				if forced {
					read.meet(c.ctx)
				}
				for {
					if c.err = setLease(c.ctx, c.rows, c.id, c.to); !errors.Is(c.err, spec.ErrStale) {
						return
					}
				}
			})
		})},
		{Name: "a_swap_that_loses_to_a_delete_is_stale", Clause: "LEA-07", Shipped: "PostgreSQL adapters that look within one statement", Subject: alterAll(func(a *altered) {
			swapDuringDelete(a, func(*call, spec.SessionRow) error { return spec.ErrStale })
		})},
		{Name: "a_swap_that_races_a_delete_writes_the_row_back", Clause: "LEA-07", Shipped: "adapters that renew with an upsert", Subject: alterAll(func(a *altered) {
			swapDuringDelete(a, func(c *call, seen spec.SessionRow) error {
				seen.Lease = c.to
				return c.rows.CreateSession(c.ctx, seen)
			})
		})},
	}
}

// swapLoosely makes an adapter swap a stale lease if same returns true.
func swapLoosely(same func(there, from, to spec.Lease) bool) func(*altered) {
	return after(spec.OpSwapLease, func(c *call) {
		if !errors.Is(c.err, spec.ErrStale) {
			return
		}
		if session, gone := c.rows.Session(c.ctx, c.id); gone == nil && same(session.Lease, c.from, c.to) {
			c.err = c.rows.SwapLease(c.ctx, c.id, session.Lease, c.to)
		}
	})
}

// swapDuringDelete makes a swap read the session, be interrupted by a DeleteSession, and
// return the result of tell.
func swapDuringDelete(a *altered, tell func(c *call, seen spec.SessionRow) error) {
	const sentence = "swap_that_races_a_delete_is_won_or_not_found"
	wait := interruptedBy(a, spec.OpDeleteSession, sentence)
	a.around(spec.OpSwapLease, func(c *call, do func()) {
		seen, err := c.rows.Session(c.ctx, c.id)
		if err == nil {
			wait(c.ctx)
		}
		if do(); err == nil && errors.Is(c.err, spec.ErrSessionNotFound) && racesIn(a.t, sentence) {
			c.err = tell(c, seen)
		}
	})
}

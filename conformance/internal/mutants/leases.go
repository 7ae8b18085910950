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
		{Name: "swap_leaves_the_credential", Clause: "LEA-01", Subject: alterAll(swapTo(func(from, to spec.Lease) spec.Lease { to.Credential = from.Credential; return to }))},
		{Name: "swap_leaves_active_until", Clause: "LEA-01", Subject: alterAll(swapTo(func(from, to spec.Lease) spec.Lease { to.ActiveUntil = from.ActiveUntil; return to }))},
		{Name: "swap_moves_created_at", Clause: "LEA-01", Subject: alterAll(func(a *altered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				if err := a.rows.SwapLease(ctx, id, from, to); err != nil {
					return err
				}
				session, err := a.rows.Session(ctx, id)
				if err != nil {
					return err
				}
				session.CreatedAt = session.CreatedAt.Add(time.Minute)
				return errors.Join(a.rows.DeleteSession(ctx, id), a.rows.CreateSession(ctx, session))
			}
		})},
		{Name: "swap_never_shortens_a_lease", Clause: "LEA-01", Subject: alterAll(swapTo(func(from, to spec.Lease) spec.Lease {
			if to.ExpiresAt.Before(from.ExpiresAt) {
				to.ExpiresAt = from.ExpiresAt
			}
			return to
		}))},
		// The milliseconds since 1970 are added to a time, and the session lives for
		// 50 years more.
		{Name: "swap_takes_an_expiry_for_a_duration", Clause: "LEA-01", Shipped: "adapters that pass a time where a TTL was meant",
			Subject: alterAll(swapTo(func(_, to spec.Lease) spec.Lease {
				if y := to.ExpiresAt.Year(); y > 1970 && y < 5000 {
					to.ExpiresAt = to.ExpiresAt.Add(time.Duration(to.ExpiresAt.UnixMilli()) * time.Millisecond)
				}
				return to
			}))},
		{Name: "swap_reaches_the_users_other_sessions", Clause: "LEA-01", Shipped: "adapters that forgot a condition", Subject: alterAll(func(a *altered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				if err := a.rows.SwapLease(ctx, id, from, to); err != nil {
					return err
				}
				session, err := a.rows.Session(ctx, id)
				if err != nil {
					return nil // was deleted since
				}
				list, err := a.rows.UserSessions(ctx, session.UserID)
				for _, other := range list {
					err = errors.Join(err, setLease(ctx, a.rows, other.ID, to))
				}
				return err
			}
		})},
		{Name: "swap_is_two_writes", Clause: "LEA-01", Subject: alterAll(func(a *altered) {
			// The times are written first, then the credential.
			wait := halfRead(a, "swap_is_never_seen_half_done")
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				half := to
				half.Credential = from.Credential
				if err := a.rows.SwapLease(ctx, id, from, half); err != nil {
					return err
				}
				wait(ctx)
				return a.rows.SwapLease(context.WithoutCancel(ctx), id, half, to)
			}
		})},
		{Name: "a_read_goes_back_in_time", Clause: "LEA-01", Shipped: "adapters that read from a replica", Subject: alterAll(func(a *altered) {
			// Every second read returns a copy that is one swap behind.
			forced := racesIn(a.t, "swap_is_never_seen_half_done")
			var reads atomic.Int32
			var behind atomic.Pointer[spec.Lease]
			seen := newSignal(a.t)
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				err := a.rows.SwapLease(ctx, id, from, to)
				if forced {
					behind.Store(&from)
					seen.wait(ctx)
				}
				return err
			}
			a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				old := behind.Load()
				session, err := a.rows.Session(ctx, id)
				if old == nil {
					return session, err
				}
				switch reads.Add(1) {
				case 2:
					session.Lease = *old
					seen.give()
				}
				return session, err
			}
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
		{Name: "swap_succeeds_where_the_new_lease_is_there", Clause: "LEA-02", Subject: alterAll(swapLoosely(func(there, _, to spec.Lease) bool { return there.Equal(to) }))},
		{Name: "swap_takes_any_lease_that_was_there_once", Clause: "LEA-02", Subject: alterAll(func(a *altered) {
			var mu sync.Mutex
			past := map[spec.Lease]bool{}
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				err := a.rows.SwapLease(ctx, id, from, to)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					past[from] = true
				}
				if errors.Is(err, spec.ErrStale) && past[from] {
					return setLease(ctx, a.rows, id, to)
				}
				return err
			}
		})},
		{Name: "swap_of_an_absent_session_is_stale", Clause: "LEA-03", Subject: alterAll(func(a *altered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				return replaceClass(a.rows.SwapLease(ctx, id, from, to), spec.ErrSessionNotFound, spec.ErrStale)
			}
		})},
		{Name: "swap_to_itself_does_not_look", Clause: "LEA-03", Subject: alterAll(func(a *altered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				err := a.rows.SwapLease(ctx, id, from, to)
				if errors.Is(err, spec.ErrSessionNotFound) && from.Equal(to) {
					return nil
				}
				return err
			}
		})},
		{Name: "a_renewal_revives_a_deleted_session", Clause: "LEA-03", Shipped: "adapters that renew with an upsert", Subject: alterAll(func(a *altered) {
			rows := keepingRows(a)
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				err := a.rows.SwapLease(ctx, id, from, to)
				if row, ok := rows.Load(id); ok && errors.Is(err, spec.ErrSessionNotFound) {
					session := row.(spec.SessionRow)
					session.Lease = to
					return a.rows.CreateSession(ctx, session)
				}
				return err
			}
		})},
		{Name: "swap_to_itself_is_stale", Clause: "LEA-04", Shipped: "MySQL adapters that count changed rows", Subject: alterAll(func(a *altered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				err := a.rows.SwapLease(ctx, id, from, to)
				if err == nil && from.Equal(to) {
					return spec.ErrStale
				}
				return err
			}
		})},
		{Name: "swap_is_read_compare_write", Clause: "LEA-06", Subject: alterAll(func(a *altered) {
			// Two calls read the lease before either writes.
			forced, read := racesIn(a.t, "one_of_many_swaps_wins"), newMeeting(a.t)
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				session, err := a.rows.Session(ctx, id)
				if err != nil || !session.Lease.Equal(from) {
					return a.rows.SwapLease(ctx, id, from, to)
				}
				if forced {
					read.meet(ctx)
				}
				for {
					if err = setLease(ctx, a.rows, id, to); !errors.Is(err, spec.ErrStale) {
						return err
					}
				}
			}
		})},
		{Name: "a_swap_that_loses_to_a_delete_is_stale", Clause: "LEA-07", Shipped: "PostgreSQL adapters that look within one statement", Subject: alterAll(func(a *altered) {
			swapDuringDelete(a, func(context.Context, rows, spec.SessionRow, spec.Lease) error {
				return spec.ErrStale
			})
		})},
		{Name: "a_swap_that_races_a_delete_writes_the_row_back", Clause: "LEA-07", Shipped: "adapters that renew with an upsert", Subject: alterAll(func(a *altered) {
			swapDuringDelete(a, func(ctx context.Context, a rows, seen spec.SessionRow, to spec.Lease) error {
				seen.Lease = to
				return a.CreateSession(ctx, seen)
			})
		})},
	}
}

// swapTo makes an adapter swap to another lease than requested.
func swapTo(change func(from, to spec.Lease) spec.Lease) func(*altered) {
	return func(a *altered) {
		a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
			return a.rows.SwapLease(ctx, id, from, change(from, to))
		}
	}
}

// swapLoosely makes an adapter swap a stale lease if same returns true.
func swapLoosely(same func(there, from, to spec.Lease) bool) func(*altered) {
	return func(a *altered) {
		a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
			err := a.rows.SwapLease(ctx, id, from, to)
			if !errors.Is(err, spec.ErrStale) {
				return err
			}
			session, gone := a.rows.Session(ctx, id)
			if gone != nil || !same(session.Lease, from, to) {
				return err
			}
			return a.rows.SwapLease(ctx, id, session.Lease, to)
		}
	}
}

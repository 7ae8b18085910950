package mutants

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func leaseMutants() []Mutant {
	return []Mutant{
		{Name: "swap_leaves_the_credential", Clause: "LEA-01",
			Subject: subject(swapLeavesCredential)},
		{Name: "swap_leaves_active_until", Clause: "LEA-01",
			Subject: subject(swapLeavesActive)},
		{Name: "swap_moves_created_at", Clause: "LEA-01",
			Subject: subject(swapMovesCreated)},
		{Name: "swap_never_shortens_a_lease", Clause: "LEA-01",
			Subject: subject(swapNeverShortens)},
		{Name: "swap_takes_an_expiry_for_a_duration", Clause: "LEA-01", Shipped: "adapters that pass a time where a TTL was meant",
			Subject: subject(swapTakesDuration)},
		{Name: "swap_reaches_the_users_other_sessions", Clause: "LEA-01", Shipped: "adapters that forgot a condition",
			Subject: subject(swapReachesOthers)},
		{Name: "swap_is_two_writes", Clause: "LEA-01",
			Subject: subject(swapTwice)},
		{Name: "a_read_goes_back_in_time", Clause: "LEA-01", Shipped: "adapters that read from a replica",
			Subject: subject(readsGoBack)},
		{Name: "swap_does_not_compare", Clause: "LEA-02",
			Subject: subject(swapDoesNotCompare)},
		{Name: "swap_compares_the_credential_only", Clause: "LEA-02",
			Subject: subject(swapComparesCredential)},
		{Name: "swap_does_not_compare_active_until", Clause: "LEA-02",
			Subject: subject(swapIgnoresActive)},
		{Name: "swap_does_not_compare_the_credential", Clause: "LEA-02",
			Subject: subject(swapIgnoresCredential)},
		{Name: "swap_compares_whole_seconds", Clause: "LEA-02", Shipped: "adapters that keep whole seconds",
			Subject: subject(swapComparesSeconds)},
		{Name: "swap_succeeds_where_the_new_lease_is_there", Clause: "LEA-02",
			Subject: subject(swapTakesDone)},
		{Name: "swap_takes_any_lease_that_was_there_once", Clause: "LEA-02",
			Subject: subject(swapTakesPast)},
		{Name: "swap_of_an_absent_session_is_stale", Clause: "LEA-03",
			Subject: subject(swapAbsentIsStale)},
		{Name: "swap_to_itself_does_not_look", Clause: "LEA-03",
			Subject: subject(swapToItselfDoesNotLook)},
		{Name: "a_renewal_revives_a_deleted_session", Clause: "LEA-03", Shipped: "adapters that renew with an upsert",
			Subject: subject(swapRevives)},
		{Name: "swap_to_itself_is_stale", Clause: "LEA-04", Shipped: "MySQL adapters that count changed rows",
			Subject: subject(swapToItselfIsStale)},
		{Name: "swap_is_read_compare_write", Clause: "LEA-06",
			Subject: subject(swapReadsThenWrites)},
		{Name: "a_swap_that_loses_to_a_delete_is_stale", Clause: "LEA-07", Shipped: "PostgreSQL adapters that look within one statement",
			Subject: subject(swapDeletedIsStale)},
		{Name: "a_swap_that_races_a_delete_writes_the_row_back", Clause: "LEA-07", Shipped: "adapters that renew with an upsert",
			Subject: subject(swapWritesBack)},
	}
}

// swap is the method's type.
type swap = func(ctx context.Context, id string, from, to spec.Lease) error

// swapAltered is an adapter whose SwapLease is built on the right one.
func swapAltered(t conformance.TB, s conformance.Store, columns spec.Columns, alter func(a rows, right swap) swap) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, swapLease: alter(a, a.SwapLease)}
}

// swapTo is an adapter that swaps to another lease than it is given.
func swapTo(t conformance.TB, s conformance.Store, columns spec.Columns, change func(from, to spec.Lease) spec.Lease) rows {
	return swapAltered(t, s, columns, func(_ rows, right swap) swap {
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			return right(ctx, id, from, change(from, to))
		}
	})
}

func swapLeavesCredential(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapTo(t, s, columns, func(from, to spec.Lease) spec.Lease { to.Credential = from.Credential; return to })
}

func swapLeavesActive(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapTo(t, s, columns, func(from, to spec.Lease) spec.Lease { to.ActiveUntil = from.ActiveUntil; return to })
}

func swapNeverShortens(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapTo(t, s, columns, func(from, to spec.Lease) spec.Lease {
		if to.ExpiresAt.Before(from.ExpiresAt) {
			to.ExpiresAt = from.ExpiresAt
		}
		return to
	})
}

// The milliseconds since 1970 are added to a time, and the session lives for
// 50 years more.
func swapTakesDuration(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapTo(t, s, columns, func(_, to spec.Lease) spec.Lease {
		if y := to.ExpiresAt.Year(); y > 1970 && y < 5000 {
			to.ExpiresAt = to.ExpiresAt.Add(time.Duration(to.ExpiresAt.UnixMilli()) * time.Millisecond)
		}
		return to
	})
}

func swapMovesCreated(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapAltered(t, s, columns, func(a rows, right swap) swap {
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			if err := right(ctx, id, from, to); err != nil {
				return err
			}
			session, err := a.Session(ctx, id)
			if err != nil {
				return err
			}
			session.CreatedAt = session.CreatedAt.Add(time.Minute)
			return errors.Join(a.DeleteSession(ctx, id), a.CreateSession(ctx, session))
		}
	})
}

// swapLoosely is an adapter that goes on where the right one is stale, if the
// two leases are the same to it.
func swapLoosely(t conformance.TB, s conformance.Store, columns spec.Columns, same func(there, from, to spec.Lease) bool) rows {
	return swapAltered(t, s, columns, func(a rows, right swap) swap {
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			err := right(ctx, id, from, to)
			if !errors.Is(err, spec.ErrStale) {
				return err
			}
			session, gone := a.Session(ctx, id)
			if gone != nil || !same(session.Lease, from, to) {
				return err
			}
			return right(ctx, id, session.Lease, to)
		}
	})
}

func swapDoesNotCompare(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapLoosely(t, s, columns, func(_, _, _ spec.Lease) bool { return true })
}

func swapComparesCredential(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapLoosely(t, s, columns, func(there, from, _ spec.Lease) bool { return there.Credential == from.Credential })
}

func swapIgnoresActive(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapLoosely(t, s, columns, func(there, from, _ spec.Lease) bool { from.ActiveUntil = there.ActiveUntil; return there.Equal(from) })
}

func swapIgnoresCredential(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapLoosely(t, s, columns, func(there, from, _ spec.Lease) bool { from.Credential = there.Credential; return there.Equal(from) })
}

func swapComparesSeconds(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	seconds := func(l spec.Lease) spec.Lease {
		l.ActiveUntil, l.ExpiresAt = l.ActiveUntil.Truncate(time.Second), l.ExpiresAt.Truncate(time.Second)
		return l
	}
	return swapLoosely(t, s, columns, func(there, from, _ spec.Lease) bool { return seconds(there).Equal(seconds(from)) })
}

// As if its own answer had been lost.
func swapTakesDone(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapLoosely(t, s, columns, func(there, _, to spec.Lease) bool { return there.Equal(to) })
}

func swapTakesPast(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapAltered(t, s, columns, func(a rows, right swap) swap {
		var mu sync.Mutex
		past := map[spec.Lease]bool{}
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			err := right(ctx, id, from, to)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				past[from] = true
			}
			if errors.Is(err, spec.ErrStale) && past[from] {
				return setLease(ctx, a, id, to)
			}
			return err
		}
	})
}

func swapAbsentIsStale(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapAltered(t, s, columns, func(_ rows, right swap) swap {
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			err := right(ctx, id, from, to)
			if errors.Is(err, spec.ErrSessionNotFound) {
				return spec.ErrStale
			}
			return err
		}
	})
}

func swapToItselfDoesNotLook(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapAltered(t, s, columns, func(_ rows, right swap) swap {
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			err := right(ctx, id, from, to)
			if errors.Is(err, spec.ErrSessionNotFound) && from.Equal(to) {
				return nil
			}
			return err
		}
	})
}

func swapRevives(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, rows := keepingRows(openHealthy(t, s, columns))
	a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
		err := a.rows.SwapLease(ctx, id, from, to)
		if row, ok := rows.Load(id); ok && errors.Is(err, spec.ErrSessionNotFound) {
			session := row.(spec.SessionRow)
			session.Lease = to
			return a.rows.CreateSession(ctx, session)
		}
		return err
	}
	return a
}

func swapToItselfIsStale(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapAltered(t, s, columns, func(_ rows, right swap) swap {
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			err := right(ctx, id, from, to)
			if err == nil && from.Equal(to) {
				return spec.ErrStale
			}
			return err
		}
	})
}

func swapReachesOthers(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapAltered(t, s, columns, func(a rows, right swap) swap {
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			if err := right(ctx, id, from, to); err != nil {
				return err
			}
			session, err := a.Session(ctx, id)
			if err != nil {
				return nil // deleted since
			}
			list, err := a.UserSessions(ctx, session.UserID)
			for _, other := range list {
				err = errors.Join(err, setLease(ctx, a, other.ID, to))
			}
			return err
		}
	})
}

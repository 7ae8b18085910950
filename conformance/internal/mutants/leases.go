package mutants

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

func leaseMutants() []Mutant {
	return []Mutant{
		{Name: "swap_leaves_the_credential", Clause: "LEA-01",
			Subject: types(swapLeavesCredential, swapLeavesCredential, swapLeavesCredential)},
		{Name: "swap_leaves_active_until", Clause: "LEA-01",
			Subject: types(swapLeavesActive, swapLeavesActive, swapLeavesActive)},
		{Name: "swap_moves_created_at", Clause: "LEA-01",
			Subject: types(swapMovesCreated, swapMovesCreated, swapMovesCreated)},
		{Name: "swap_never_shortens_a_lease", Clause: "LEA-01",
			Subject: types(swapNeverShortens, swapNeverShortens, swapNeverShortens)},
		{Name: "swap_takes_an_expiry_for_a_duration", Clause: "LEA-01", Shipped: "adapters that pass a time where a TTL was meant",
			Subject: types(swapTakesDuration, swapTakesDuration, swapTakesDuration)},
		{Name: "swap_reaches_the_users_other_sessions", Clause: "LEA-01", Shipped: "adapters that forgot a condition",
			Subject: types(swapReachesOthers, swapReachesOthers, swapReachesOthers)},
		{Name: "swap_is_two_writes", Clause: "LEA-01",
			Subject: types(swapTwice, swapTwice, swapTwice)},
		{Name: "a_read_goes_back_in_time", Clause: "LEA-01", Shipped: "adapters that read from a replica",
			Subject: types(readsGoBack, readsGoBack, readsGoBack)},
		{Name: "swap_does_not_compare", Clause: "LEA-02",
			Subject: types(swapDoesNotCompare, swapDoesNotCompare, swapDoesNotCompare)},
		{Name: "swap_compares_the_credential_only", Clause: "LEA-02",
			Subject: types(swapComparesCredential, swapComparesCredential, swapComparesCredential)},
		{Name: "swap_does_not_compare_active_until", Clause: "LEA-02",
			Subject: types(swapIgnoresActive, swapIgnoresActive, swapIgnoresActive)},
		{Name: "swap_does_not_compare_the_credential", Clause: "LEA-02",
			Subject: types(swapIgnoresCredential, swapIgnoresCredential, swapIgnoresCredential)},
		{Name: "swap_compares_whole_seconds", Clause: "LEA-02", Shipped: "adapters that keep whole seconds",
			Subject: types(swapComparesSeconds, swapComparesSeconds, swapComparesSeconds)},
		{Name: "swap_succeeds_where_the_new_lease_is_there", Clause: "LEA-02",
			Subject: types(swapTakesDone, swapTakesDone, swapTakesDone)},
		{Name: "swap_takes_any_lease_that_was_there_once", Clause: "LEA-02",
			Subject: types(swapTakesPast, swapTakesPast, swapTakesPast)},
		{Name: "swap_of_an_absent_session_is_stale", Clause: "LEA-03",
			Subject: types(swapAbsentIsStale, swapAbsentIsStale, swapAbsentIsStale)},
		{Name: "swap_to_itself_does_not_look", Clause: "LEA-03",
			Subject: types(swapToItselfDoesNotLook, swapToItselfDoesNotLook, swapToItselfDoesNotLook)},
		{Name: "a_renewal_revives_a_deleted_session", Clause: "LEA-03", Shipped: "adapters that renew with an upsert",
			Subject: types(swapRevives, swapRevives, swapRevives)},
		{Name: "swap_to_itself_is_stale", Clause: "LEA-04", Shipped: "MySQL adapters that count changed rows",
			Subject: types(swapToItselfIsStale, swapToItselfIsStale, swapToItselfIsStale)},
		{Name: "swap_compares_what_it_was_given", Clause: "LEA-05",
			Subject: types(swapComparesUncut, swapComparesUncut, swapComparesUncut)},
		{Name: "swap_rounds_what_it_compares", Clause: "LEA-05", Shipped: "adapters that leave the digits to the server",
			Subject: types(swapRoundsFrom, swapRoundsFrom, swapRoundsFrom)},
		{Name: "swap_rounds_what_it_keeps", Clause: "LEA-05", Shipped: "adapters that leave the digits to the server",
			Subject: types(swapRoundsTo, swapRoundsTo, swapRoundsTo)},
		{Name: "swap_is_read_compare_write", Clause: "LEA-06",
			Subject: types(swapReadsThenWrites, swapReadsThenWrites, swapReadsThenWrites)},
		{Name: "a_swap_that_loses_to_a_delete_is_stale", Clause: "LEA-07", Shipped: "PostgreSQL adapters that look within one statement",
			Subject: types(swapDeletedIsStale, swapDeletedIsStale, swapDeletedIsStale)},
		{Name: "a_swap_that_races_a_delete_writes_the_row_back", Clause: "LEA-07", Shipped: "adapters that renew with an upsert",
			Subject: types(swapWritesBack, swapWritesBack, swapWritesBack)},
	}
}

// swap is the method's type.
type swap = func(ctx context.Context, id string, from, to spec.Lease) error

// swapAltered is an adapter whose SwapLease is built on the right one.
func swapAltered[U, S any](t conformance.TB, s conformance.Store, alter func(a typed.Store[U, S], right swap) swap) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, swapLease: alter(a, a.SwapLease)}
}

// swapTo is an adapter that swaps to another lease than it is given.
func swapTo[U, S any](t conformance.TB, s conformance.Store, change func(from, to spec.Lease) spec.Lease) typed.Store[U, S] {
	return swapAltered(t, s, func(_ typed.Store[U, S], right swap) swap {
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			return right(ctx, id, from, change(from, to))
		}
	})
}

func swapLeavesCredential[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapTo[U, S](t, s, func(from, to spec.Lease) spec.Lease { to.Credential = from.Credential; return to })
}

func swapLeavesActive[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapTo[U, S](t, s, func(from, to spec.Lease) spec.Lease { to.ActiveUntil = from.ActiveUntil; return to })
}

func swapNeverShortens[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapTo[U, S](t, s, func(from, to spec.Lease) spec.Lease {
		if to.ExpiresAt.Before(from.ExpiresAt) {
			to.ExpiresAt = from.ExpiresAt
		}
		return to
	})
}

// The milliseconds since 1970 are added to a time, and the session lives for
// 50 years more.
func swapTakesDuration[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapTo[U, S](t, s, func(_, to spec.Lease) spec.Lease {
		if y := to.ExpiresAt.Year(); y > 1970 && y < 5000 {
			to.ExpiresAt = to.ExpiresAt.Add(time.Duration(to.ExpiresAt.UnixMilli()) * time.Millisecond)
		}
		return to
	})
}

func swapMovesCreated[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapAltered(t, s, func(a typed.Store[U, S], right swap) swap {
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
func swapLoosely[U, S any](t conformance.TB, s conformance.Store, same func(there, from, to spec.Lease) bool) typed.Store[U, S] {
	return swapAltered(t, s, func(a typed.Store[U, S], right swap) swap {
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

func swapDoesNotCompare[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapLoosely[U, S](t, s, func(_, _, _ spec.Lease) bool { return true })
}

func swapComparesCredential[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapLoosely[U, S](t, s, func(there, from, _ spec.Lease) bool { return there.Credential == from.Credential })
}

func swapIgnoresActive[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapLoosely[U, S](t, s, func(there, from, _ spec.Lease) bool { from.ActiveUntil = there.ActiveUntil; return there.Equal(from) })
}

func swapIgnoresCredential[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapLoosely[U, S](t, s, func(there, from, _ spec.Lease) bool { from.Credential = there.Credential; return there.Equal(from) })
}

func swapComparesSeconds[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	seconds := func(l spec.Lease) spec.Lease {
		l.ActiveUntil, l.ExpiresAt = l.ActiveUntil.Truncate(time.Second), l.ExpiresAt.Truncate(time.Second)
		return l
	}
	return swapLoosely[U, S](t, s, func(there, from, _ spec.Lease) bool { return seconds(there).Equal(seconds(from)) })
}

// As if its own answer had been lost.
func swapTakesDone[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapLoosely[U, S](t, s, func(there, _, to spec.Lease) bool { return there.Equal(to) })
}

func swapTakesPast[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapAltered(t, s, func(a typed.Store[U, S], right swap) swap {
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

func swapAbsentIsStale[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapAltered(t, s, func(_ typed.Store[U, S], right swap) swap {
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			err := right(ctx, id, from, to)
			if errors.Is(err, spec.ErrSessionNotFound) {
				return spec.ErrStale
			}
			return err
		}
	})
}

func swapToItselfDoesNotLook[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapAltered(t, s, func(_ typed.Store[U, S], right swap) swap {
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			err := right(ctx, id, from, to)
			if errors.Is(err, spec.ErrSessionNotFound) && from.Equal(to) {
				return nil
			}
			return err
		}
	})
}

func swapRevives[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, rows := keepingRows(healthy[U, S](t, s))
	a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
		err := a.Store.SwapLease(ctx, id, from, to)
		if row, ok := rows.Load(id); ok && errors.Is(err, spec.ErrSessionNotFound) {
			session := row.(spec.Session[S])
			session.Lease = to
			return a.Store.CreateSession(ctx, session)
		}
		return err
	}
	return a
}

func swapToItselfIsStale[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapAltered(t, s, func(_ typed.Store[U, S], right swap) swap {
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			err := right(ctx, id, from, to)
			if err == nil && from.Equal(to) {
				return spec.ErrStale
			}
			return err
		}
	})
}

func swapComparesUncut[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapAltered(t, s, func(a typed.Store[U, S], right swap) swap {
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			session, err := a.Session(ctx, id)
			if err == nil && session.Lease.Equal(from) && !session.ActiveUntil.Equal(from.ActiveUntil) {
				return spec.ErrStale
			}
			return right(ctx, id, from, to)
		}
	})
}

// rounded rounds to the millisecond what has to be cut.
func rounded(l spec.Lease) spec.Lease {
	round := func(t time.Time) time.Time {
		if r := t.Round(time.Millisecond); r.UTC().Year() <= 9999 {
			return r
		}
		return t
	}
	l.ActiveUntil, l.ExpiresAt = round(l.ActiveUntil), round(l.ExpiresAt)
	return l
}

func swapRoundsFrom[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapAltered(t, s, func(_ typed.Store[U, S], right swap) swap {
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			return right(ctx, id, rounded(from), to)
		}
	})
}

func swapRoundsTo[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapTo[U, S](t, s, func(_, to spec.Lease) spec.Lease { return rounded(to) })
}

func swapReachesOthers[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapAltered(t, s, func(a typed.Store[U, S], right swap) swap {
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

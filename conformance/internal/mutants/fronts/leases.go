package fronts

import (
	"context"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

func leaseMutants() []Mutant {
	return []Mutant{
		{Name: "swap_compares_what_it_was_given", Clause: "LEA-05",
			Subject: subjectOf(swapComparesUncut, swapComparesUncut, swapComparesUncut)},
		{Name: "swap_rounds_what_it_compares", Clause: "LEA-05", Shipped: "adapters that leave the digits to the server",
			Subject: subjectOf(swapRoundsFrom, swapRoundsFrom, swapRoundsFrom)},
		{Name: "swap_rounds_what_it_keeps", Clause: "LEA-05", Shipped: "adapters that leave the digits to the server",
			Subject: subjectOf(swapRoundsTo, swapRoundsTo, swapRoundsTo)},
	}
}

// swap is the method's type.
type swap = func(ctx context.Context, id string, from, to spec.Lease) error

// swapAltered is an adapter whose SwapLease is built on the right one.
func swapAltered[U, S any](t conformance.TB, s conformance.Store, alter func(a typed.Store[U, S], right swap) swap) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
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

// roundLease rounds to the millisecond what has to be cut.
func roundLease(l spec.Lease) spec.Lease {
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
			return right(ctx, id, roundLease(from), to)
		}
	})
}

func swapRoundsTo[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return swapTo[U, S](t, s, func(_, to spec.Lease) spec.Lease { return roundLease(to) })
}

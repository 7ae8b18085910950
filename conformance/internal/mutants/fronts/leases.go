package fronts

import (
	"context"
	"time"

	"github.com/tenon-go/tenon/spec"
)

func leaseMutants() []Mutant {
	return []Mutant{
		{Name: "swap_compares_what_it_was_given", Clause: "LEA-05", Subject: alterRich(func(a *richAltered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				session, err := a.Store.Session(ctx, id)
				if err == nil && session.Lease.Equal(from) && !session.ActiveUntil.Equal(from.ActiveUntil) {
					return spec.ErrStale
				}
				return a.Store.SwapLease(ctx, id, from, to)
			}
		})},
		{Name: "swap_rounds_what_it_compares", Clause: "LEA-05", Shipped: "adapters that leave the digits to the server", Subject: alterRich(func(a *richAltered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				return a.Store.SwapLease(ctx, id, roundLease(from), to)
			}
		})},
		{Name: "swap_rounds_what_it_keeps", Clause: "LEA-05", Shipped: "adapters that leave the digits to the server", Subject: alterRich(func(a *richAltered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				return a.Store.SwapLease(ctx, id, from, roundLease(to))
			}
		})},
	}
}

// roundLease rounds the times to the millisecond instead of cutting them.
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

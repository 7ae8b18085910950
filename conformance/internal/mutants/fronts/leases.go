package fronts

import (
	"time"

	"github.com/tenon-go/tenon/spec"
)

func leaseMutants() []Mutant {
	return []Mutant{
		{Name: "swap_compares_what_it_was_given", Clause: "LEA-05", Subject: alterRich(before(spec.OpSwapLease, func(c *richCall) {
			session, err := c.store.Session(c.ctx, c.id)
			if err == nil && session.Lease.Equal(c.from) && !session.ActiveUntil.Equal(c.from.ActiveUntil) {
				c.answer(spec.ErrStale)
			}
		}))},
		{Name: "swap_rounds_what_it_compares", Clause: "LEA-05", Shipped: "adapters that leave the digits to the server",
			Subject: alterRich(before(spec.OpSwapLease, func(c *richCall) { c.from = roundLease(c.from) }))},
		{Name: "swap_rounds_what_it_keeps", Clause: "LEA-05", Shipped: "adapters that leave the digits to the server",
			Subject: alterRich(before(spec.OpSwapLease, func(c *richCall) { c.to = roundLease(c.to) }))},
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

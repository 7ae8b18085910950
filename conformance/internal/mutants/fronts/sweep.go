package fronts

import (
	"errors"
	"math"
	"time"

	"github.com/tenon-go/tenon/spec"
)

func sweepMutants() []Mutant {
	return []Mutant{
		{Name: "sweep_rounds_now", Clause: "SWP-01", Shipped: "adapters that leave the digits to the server",
			Subject: alterRich(sweepAt(func(now time.Time) time.Time { return now.Round(time.Millisecond) }))},
		{Name: "sweep_cuts_now_towards_1970", Clause: "SWP-01", Subject: alterRich(sweepAt(func(now time.Time) time.Time {
			if now.Before(time.Unix(0, 0)) && now.Year() > 1900 {
				return time.UnixMilli(now.UnixNano() / 1e6)
			}
			return now
		}))},
		{Name: "a_limit_of_zero_is_no_limit", Clause: "SWP-03", Subject: alterRich(before(spec.OpDeleteExpiredSessions, func(c *richCall) {
			if c.sweep.Limit == 0 {
				c.sweep.Limit = math.MaxInt
			}
		}))},
		{Name: "a_limit_of_zero_deletes_nothing", Clause: "SWP-03", Subject: alterRich(after(spec.OpDeleteExpiredSessions, func(c *richCall) {
			if c.sweep.Limit == 0 && errors.Is(c.err, spec.ErrInvalid) {
				c.err = nil
			}
		}))},
		{Name: "a_negative_limit_is_no_limit", Clause: "SWP-03", Shipped: "SQLite adapters that pass the limit on",
			Subject: alterRich(before(spec.OpDeleteExpiredSessions, func(c *richCall) {
				if c.sweep.Limit < 0 {
					c.sweep.Limit = math.MaxInt
				}
			}))},
		{Name: "sweep_of_neither_is_of_everyone", Clause: "SWP-04", Subject: alterRich(before(spec.OpDeleteExpiredSessions, func(c *richCall) {
			c.sweep.Everyone = c.sweep.Everyone || c.sweep.UserID == ""
		}))},
		{Name: "sweep_of_both_is_of_the_user", Clause: "SWP-04", Subject: alterRich(before(spec.OpDeleteExpiredSessions, func(c *richCall) {
			c.sweep.Everyone = c.sweep.Everyone && c.sweep.UserID == ""
		}))},
	}
}

// sweepAt sweeps at another time.
func sweepAt(change func(now time.Time) time.Time) func(*richAltered) {
	return before(spec.OpDeleteExpiredSessions, func(c *richCall) {
		if now := change(c.sweep.Now); now.UTC().Year() > 0 && now.UTC().Year() < 10000 {
			c.sweep.Now = now
		}
	})
}

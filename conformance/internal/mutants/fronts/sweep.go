package fronts

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/tenon-go/tenon/spec"
)

func sweepMutants() []Mutant {
	return []Mutant{
		{Name: "sweep_rounds_now", Clause: "SWP-01", Shipped: "adapters that leave the digits to the server", Subject: alterRich(func(a *richAltered) {
			sweepAt(a, func(now time.Time) time.Time { return now.Round(time.Millisecond) })
		})},
		{Name: "sweep_cuts_now_towards_1970", Clause: "SWP-01", Subject: alterRich(func(a *richAltered) {
			sweepAt(a, func(now time.Time) time.Time {
				if now.Before(time.Unix(0, 0)) && now.Year() > 1900 {
					return time.UnixMilli(now.UnixNano() / 1e6)
				}
				return now
			})
		})},
		{Name: "a_limit_of_zero_is_no_limit", Clause: "SWP-03", Subject: alterRich(func(a *richAltered) {
			sweepFor(a, func(sweep spec.Sweep) spec.Sweep {
				if sweep.Limit == 0 {
					sweep.Limit = math.MaxInt
				}
				return sweep
			})
		})},
		{Name: "a_limit_of_zero_deletes_nothing", Clause: "SWP-03", Subject: alterRich(func(a *richAltered) {
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				n, err := a.Store.DeleteExpiredSessions(ctx, sweep)
				if sweep.Limit == 0 && errors.Is(err, spec.ErrInvalid) {
					return 0, nil
				}
				return n, err
			}
		})},
		{Name: "a_negative_limit_is_no_limit", Clause: "SWP-03", Shipped: "SQLite adapters that pass the limit on", Subject: alterRich(func(a *richAltered) {
			sweepFor(a, func(sweep spec.Sweep) spec.Sweep {
				if sweep.Limit < 0 {
					sweep.Limit = math.MaxInt
				}
				return sweep
			})
		})},
		{Name: "sweep_of_neither_is_of_everyone", Clause: "SWP-04", Subject: alterRich(func(a *richAltered) {
			sweepFor(a, func(sweep spec.Sweep) spec.Sweep {
				sweep.Everyone = sweep.Everyone || sweep.UserID == ""
				return sweep
			})
		})},
		{Name: "sweep_of_both_is_of_the_user", Clause: "SWP-04", Subject: alterRich(func(a *richAltered) {
			sweepFor(a, func(sweep spec.Sweep) spec.Sweep {
				sweep.Everyone = sweep.Everyone && sweep.UserID == ""
				return sweep
			})
		})},
	}
}

// sweepFor sweeps with other arguments than the caller's.
func sweepFor(a *richAltered, change func(spec.Sweep) spec.Sweep) {
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		return a.Store.DeleteExpiredSessions(ctx, change(sweep))
	}
}

// sweepAt sweeps at another time.
func sweepAt(a *richAltered, change func(now time.Time) time.Time) {
	sweepFor(a, func(sweep spec.Sweep) spec.Sweep {
		if now := change(sweep.Now); now.UTC().Year() > 0 && now.UTC().Year() < 10000 {
			sweep.Now = now
		}
		return sweep
	})
}

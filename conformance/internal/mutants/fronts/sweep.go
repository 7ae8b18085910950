package fronts

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

func sweepMutants() []Mutant {
	return []Mutant{
		{Name: "sweep_rounds_now", Clause: "SWP-01", Shipped: "adapters that leave the digits to the server",
			Subject: subjectOf(sweepRounds, sweepRounds, sweepRounds)},
		{Name: "sweep_cuts_now_towards_1970", Clause: "SWP-01",
			Subject: subjectOf(sweepCutsTowards1970, sweepCutsTowards1970, sweepCutsTowards1970)},
		{Name: "a_limit_of_zero_is_no_limit", Clause: "SWP-03",
			Subject: subjectOf(sweepZeroIsAll, sweepZeroIsAll, sweepZeroIsAll)},
		{Name: "a_limit_of_zero_deletes_nothing", Clause: "SWP-03",
			Subject: alterRich(func(a *richAltered) {
				a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
					n, err := a.Store.DeleteExpiredSessions(ctx, sweep)
					if sweep.Limit == 0 && errors.Is(err, spec.ErrInvalid) {
						return 0, nil
					}
					return n, err
				}
			})},
		{Name: "a_negative_limit_is_no_limit", Clause: "SWP-03", Shipped: "SQLite adapters that pass the limit on",
			Subject: subjectOf(sweepNegativeIsAll, sweepNegativeIsAll, sweepNegativeIsAll)},
		{Name: "sweep_of_neither_is_of_everyone", Clause: "SWP-04",
			Subject: subjectOf(sweepNeitherIsAll, sweepNeitherIsAll, sweepNeitherIsAll)},
		{Name: "sweep_of_both_is_of_the_user", Clause: "SWP-04",
			Subject: subjectOf(sweepBothIsUser, sweepBothIsUser, sweepBothIsUser)},
	}
}

// sweepFor is an adapter that sweeps otherwise than it is asked to.
func sweepFor[U, S any](t conformance.TB, s conformance.Store, change func(spec.Sweep) spec.Sweep) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		return a.DeleteExpiredSessions(ctx, change(sweep))
	}}
}

// sweepAt is an adapter that sweeps at another time.
func sweepAt[U, S any](t conformance.TB, s conformance.Store, change func(now time.Time) time.Time) typed.Store[U, S] {
	return sweepFor[U, S](t, s, func(sweep spec.Sweep) spec.Sweep {
		if now := change(sweep.Now); now.UTC().Year() > 0 && now.UTC().Year() < 10000 {
			sweep.Now = now
		}
		return sweep
	})
}

func sweepRounds[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepAt[U, S](t, s, func(now time.Time) time.Time { return now.Round(time.Millisecond) })
}

func sweepCutsTowards1970[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepAt[U, S](t, s, func(now time.Time) time.Time {
		if now.Before(time.Unix(0, 0)) && now.Year() > 1900 {
			return time.UnixMilli(now.UnixNano() / 1e6)
		}
		return now
	})
}

func sweepZeroIsAll[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepFor[U, S](t, s, func(sweep spec.Sweep) spec.Sweep {
		if sweep.Limit == 0 {
			sweep.Limit = math.MaxInt
		}
		return sweep
	})
}

func sweepNegativeIsAll[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepFor[U, S](t, s, func(sweep spec.Sweep) spec.Sweep {
		if sweep.Limit < 0 {
			sweep.Limit = math.MaxInt
		}
		return sweep
	})
}

func sweepNeitherIsAll[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepFor[U, S](t, s, func(sweep spec.Sweep) spec.Sweep {
		sweep.Everyone = sweep.Everyone || sweep.UserID == ""
		return sweep
	})
}

func sweepBothIsUser[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sweepFor[U, S](t, s, func(sweep spec.Sweep) spec.Sweep {
		sweep.Everyone = sweep.Everyone && sweep.UserID == ""
		return sweep
	})
}

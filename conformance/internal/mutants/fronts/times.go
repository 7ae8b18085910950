package fronts

import (
	"context"
	"time"
	_ "time/tzdata" // where the machine has no zones

	"github.com/tenon-go/tenon/conformance/internal/mutants/clock"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func timeMutants() []Mutant {
	return []Mutant{
		{Name: "times_are_rounded", Clause: "TIM-01", Shipped: "lib/pq, where the server rounds", Subject: alterRich(func(a *richAltered) {
			alterStored(a, clock.InRange(func(t time.Time) time.Time { return t.Round(time.Millisecond) }))
		})},
		{Name: "times_before_1970_are_cut_towards_it", Clause: "TIM-01", Shipped: "adapters that divide integers", Subject: alterRich(func(a *richAltered) {
			alterStored(a, clock.InRange(func(t time.Time) time.Time {
				if t.Unix() < 0 && t.Nanosecond()%1e6 != 0 {
					return t.Add(time.Millisecond)
				}
				return t
			}))
		})},
		{Name: "finer_digits_are_kept", Clause: "TIM-01", Subject: alterRich(func(a *richAltered) {
			asItCame(a, func(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) })
		})},
		{Name: "times_of_attributes_are_rounded", Clause: "TIM-01", Subject: alterRich(func(a *richAltered) {
			alterWritten(a, keepAttributes, func(s *richSession) {
				if s.SeenAt != nil && s.SeenAt.Year() < 9999 {
					s.SeenAt = new(s.SeenAt.Round(time.Millisecond))
				}
			})
		})},

		{Name: "far_times_of_sessions_are_clamped", Clause: "TIM-02", Subject: alterRich(func(a *richAltered) {
			alterStored(a, func(t time.Time) time.Time {
				if _, ok := attr.NormalTime(t); !ok {
					return time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
				}
				return t
			})
		})},
		{Name: "a_sweep_with_a_far_now_deletes_nothing", Clause: "TIM-02", Subject: alterRich(func(a *richAltered) {
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				if _, ok := attr.NormalTime(sweep.Now); !ok && sweep.Limit > 0 {
					return 0, nil
				}
				return a.Store.DeleteExpiredSessions(ctx, sweep)
			}
		})},

		{Name: "the_zone_is_dropped", Clause: "TIM-03", Shipped: "adapters that keep a local time", Subject: alterRich(func(a *richAltered) {
			alterStored(a, clock.InRange(func(t time.Time) time.Time { return clock.Read(t, t.Location(), time.UTC) }))
		})},
		{Name: "the_local_year_is_checked", Clause: "TIM-03", Subject: alterRich(func(a *richAltered) {
			a.createSession = func(ctx context.Context, session spec.Session[richSession]) error {
				if y := session.CreatedAt.Year(); y < 1 || y > 9999 {
					return spec.ErrInvalid
				}
				return a.Store.CreateSession(ctx, session)
			}
		})},
		{Name: "times_are_returned_in_the_zone_they_came_in", Clause: "TIM-03", Subject: alterRich(func(a *richAltered) {
			asItCame(a, func(t time.Time) time.Time { return t.Truncate(time.Millisecond) })
		})},

		{Name: "times_are_returned_in_the_local_zone", Clause: "TIM-04", Shipped: "adapters that return what pgx returns", Subject: alterRich(func(a *richAltered) {
			alterReturned(a, time.Time.Local)
		})},
		{Name: "the_sweep_compares_local_times", Clause: "TIM-04", Subject: alterRich(func(a *richAltered) {
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				sweep.Now = clock.InRange(func(t time.Time) time.Time { return clock.Read(t, t.Location(), time.UTC) })(sweep.Now)
				return a.Store.DeleteExpiredSessions(ctx, sweep)
			}
		})},
	}
}

// alterStored changes the times of sessions before they are stored.
func alterStored(a *richAltered, change func(time.Time) time.Time) {
	changed := func(l spec.Lease) spec.Lease {
		l.ActiveUntil, l.ExpiresAt = change(l.ActiveUntil), change(l.ExpiresAt)
		return l
	}
	a.createSession = func(ctx context.Context, s spec.Session[richSession]) error {
		s.CreatedAt, s.Lease = change(s.CreatedAt), changed(s.Lease)
		return a.Store.CreateSession(ctx, s)
	}
	a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
		return a.Store.SwapLease(ctx, id, changed(from), changed(to))
	}
}

// alterReturned changes the times of sessions that every method returns.
func alterReturned(a *richAltered, change func(time.Time) time.Time) {
	readingRows(a, func(*spec.User[richUser]) {}, func(s *spec.Session[richSession]) {
		s.CreatedAt, s.ActiveUntil, s.ExpiresAt = change(s.CreatedAt), change(s.ActiveUntil), change(s.ExpiresAt)
	})
}

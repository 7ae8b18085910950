package fronts

import (
	"context"
	"time"
	_ "time/tzdata" // where the machine has no zones

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func timeMutants() []Mutant {
	return []Mutant{
		{Name: "times_are_rounded", Clause: "TIM-01", Shipped: "lib/pq, where the server rounds",
			Subject: subjectOf(timesRounded, timesRounded, timesRounded)},
		{Name: "times_before_1970_are_cut_towards_it", Clause: "TIM-01", Shipped: "adapters that divide integers",
			Subject: subjectOf(timesCutTowards1970, timesCutTowards1970, timesCutTowards1970)},
		{Name: "finer_digits_are_kept", Clause: "TIM-01",
			Subject: subjectOf(finerDigitsKept, finerDigitsKept, finerDigitsKept)},
		{Name: "times_of_attributes_are_rounded", Clause: "TIM-01",
			Subject: alterRich(func(a *richAltered) {
				alterWritten(a, keepAttributes, func(s *richSession) {
					if s.SeenAt != nil && s.SeenAt.Year() < 9999 {
						s.SeenAt = new(s.SeenAt.Round(time.Millisecond))
					}
				})
			})},

		{Name: "far_times_of_sessions_are_clamped", Clause: "TIM-02",
			Subject: subjectOf(farTimesClamped, farTimesClamped, farTimesClamped)},
		{Name: "a_sweep_with_a_far_now_deletes_nothing", Clause: "TIM-02",
			Subject: alterRich(func(a *richAltered) {
				a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
					if _, ok := attr.NormalTime(sweep.Now); !ok && sweep.Limit > 0 {
						return 0, nil
					}
					return a.Store.DeleteExpiredSessions(ctx, sweep)
				}
			})},

		{Name: "the_zone_is_dropped", Clause: "TIM-03", Shipped: "adapters that keep a local time",
			Subject: subjectOf(zoneDropped, zoneDropped, zoneDropped)},
		{Name: "the_local_year_is_checked", Clause: "TIM-03",
			Subject: alterRich(func(a *richAltered) {
				a.createSession = func(ctx context.Context, session spec.Session[richSession]) error {
					if y := session.CreatedAt.Year(); y < 1 || y > 9999 {
						return spec.ErrInvalid
					}
					return a.Store.CreateSession(ctx, session)
				}
			})},
		{Name: "times_are_returned_in_the_zone_they_came_in", Clause: "TIM-03",
			Subject: subjectOf(zoneKept, zoneKept, zoneKept)},

		{Name: "times_are_returned_in_the_local_zone", Clause: "TIM-04", Shipped: "adapters that return what pgx returns",
			Subject: subjectOf(timesLocal, timesLocal, timesLocal)},
		{Name: "the_sweep_compares_local_times", Clause: "TIM-04",
			Subject: alterRich(func(a *richAltered) {
				a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
					sweep.Now = inRange(func(t time.Time) time.Time { return readClock(t, t.Location(), time.UTC) })(sweep.Now)
					return a.Store.DeleteExpiredSessions(ctx, sweep)
				}
			})},
	}
}

// alterStored changes the times of sessions before they are stored.
func alterStored[U, S any](a typed.Store[U, S], change func(time.Time) time.Time) *altered[U, S] {
	changed := func(l spec.Lease) spec.Lease {
		l.ActiveUntil, l.ExpiresAt = change(l.ActiveUntil), change(l.ExpiresAt)
		return l
	}
	return &altered[U, S]{Store: a,
		createSession: func(ctx context.Context, s spec.Session[S]) error {
			s.CreatedAt, s.Lease = change(s.CreatedAt), changed(s.Lease)
			return a.CreateSession(ctx, s)
		},
		swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
			return a.SwapLease(ctx, id, changed(from), changed(to))
		},
	}
}

// alterReturned changes the times of sessions that every method returns.
func alterReturned[U, S any](a typed.Store[U, S], change func(time.Time) time.Time) *altered[U, S] {
	m := &altered[U, S]{Store: a}
	readingRows(m, func(*spec.User[U]) {}, func(s *spec.Session[S]) {
		s.CreatedAt, s.ActiveUntil, s.ExpiresAt = change(s.CreatedAt), change(s.ActiveUntil), change(s.ExpiresAt)
	})
	return m
}

// inRange leaves times alone that no store can hold, before or after change.
func inRange(change func(time.Time) time.Time) func(time.Time) time.Time {
	return func(t time.Time) time.Time {
		if _, ok := attr.NormalTime(t); !ok {
			return t
		}
		if c, ok := attr.NormalTime(change(t)); ok {
			return c
		}
		return t
	}
}

func timesRounded[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return alterStored(openHealthy[U, S](t, s), inRange(func(t time.Time) time.Time { return t.Round(time.Millisecond) }))
}

func timesCutTowards1970[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return alterStored(openHealthy[U, S](t, s), inRange(func(t time.Time) time.Time {
		if t.Unix() < 0 && t.Nanosecond()%1e6 != 0 {
			return t.Add(time.Millisecond)
		}
		return t
	}))
}

func farTimesClamped[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return alterStored(openHealthy[U, S](t, s), func(t time.Time) time.Time {
		if _, ok := attr.NormalTime(t); !ok {
			return time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
		}
		return t
	})
}

// readClock returns the time that clocks in zone show, as if they were in another.
func readClock(t time.Time, zone, as *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), as)
}

func zoneDropped[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return alterStored(openHealthy[U, S](t, s), inRange(func(t time.Time) time.Time { return readClock(t, t.Location(), time.UTC) }))
}

func timesLocal[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return alterReturned(openHealthy[U, S](t, s), time.Time.Local)
}

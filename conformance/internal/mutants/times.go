package mutants

import (
	"context"
	"time"
	_ "time/tzdata" // where the machine has no zones

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func timeMutants() []Mutant {
	return []Mutant{
		{Name: "times_are_kept_to_the_second", Clause: "TIM-01", Shipped: "MySQL adapters with DATETIME columns",
			Subject: subject(timesToSecond)},
		{Name: "seconds_are_read_as_milliseconds", Clause: "TIM-01", Shipped: "adapters that keep times as integers",
			Subject: subject(secondsAsMillis)},

		{Name: "times_are_kept_in_nanoseconds", Clause: "TIM-02", Shipped: "adapters that keep UnixNano",
			Subject: subject(timesInNanos)},
		{Name: "the_zero_time_is_refused", Clause: "TIM-02",
			Subject: subject(zeroTimeRefused)},
		{Name: "times_are_kept_as_local_times_with_summer_time", Clause: "TIM-02",
			Subject: subject(summerTime)},

		{Name: "times_are_read_as_local_times", Clause: "TIM-04", Shipped: "adapters that keep times without their zone",
			Subject: subject(timesReadAsLocal)},

		{Name: "expired_sessions_are_not_listed", Clause: "TIM-05",
			Subject: subject(expiredNotListed)},
		{Name: "long_expired_sessions_are_not_found", Clause: "TIM-05",
			Subject: subject(expiredNotFound)},
		{Name: "expired_sessions_are_not_updated", Clause: "TIM-05",
			Subject: subject(expiredNotUpdated)},
		{Name: "a_session_that_has_expired_cannot_be_created", Clause: "TIM-05",
			Subject: subject(expiredNotCreated)},
		{Name: "the_sweep_goes_by_the_clock", Clause: "TIM-05",
			Subject: subject(sweepByClock)},
		{Name: "the_sweep_never_goes_beyond_the_clock", Clause: "TIM-05",
			Subject: subject(sweepNotBeyondClock)},
		{Name: "an_expiry_is_taken_for_a_duration", Clause: "TIM-05", Shipped: "adapters that pass a time where a store wants a time to live",
			Subject: subject(expiryAsDuration)},
		{Name: "created_at_is_the_clocks", Clause: "TIM-05",
			Subject: subject(createdByClock)},
	}
}

// alterStored changes the times of sessions before they are stored.
func alterStored(a rows, change func(time.Time) time.Time) *altered {
	changed := func(l spec.Lease) spec.Lease {
		l.ActiveUntil, l.ExpiresAt = change(l.ActiveUntil), change(l.ExpiresAt)
		return l
	}
	return &altered{rows: a,
		createSession: func(ctx context.Context, s spec.SessionRow) error {
			s.CreatedAt, s.Lease = change(s.CreatedAt), changed(s.Lease)
			return a.CreateSession(ctx, s)
		},
		swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
			return a.SwapLease(ctx, id, changed(from), changed(to))
		},
	}
}

// returningTimes changes the times of sessions that every method returns.
func returningTimes(a rows, change func(time.Time) time.Time) *altered {
	m := &altered{rows: a}
	alterReturned(m, func(*spec.UserRow) error { return nil }, func(s *spec.SessionRow) error {
		s.CreatedAt, s.ActiveUntil, s.ExpiresAt = change(s.CreatedAt), change(s.ActiveUntil), change(s.ExpiresAt)
		return nil
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

func timesToSecond(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return alterStored(openHealthy(t, s, columns), inRange(func(t time.Time) time.Time { return t.Truncate(time.Second) }))
}

func secondsAsMillis(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return returningTimes(openHealthy(t, s, columns), func(t time.Time) time.Time { return time.UnixMilli(t.Unix()).UTC() })
}

func timesInNanos(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return alterStored(openHealthy(t, s, columns), inRange(func(t time.Time) time.Time { return time.Unix(0, t.UnixNano()) }))
}

func zeroTimeRefused(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
		if session.ActiveUntil.IsZero() {
			return spec.ErrInvalid
		}
		return a.CreateSession(ctx, session)
	}}
}

// readClock returns the time that clocks in zone show, as if they were in another.
func readClock(t time.Time, zone, as *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), as)
}

func summerTime(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return alterStored(openHealthy(t, s, columns), inRange(func(t time.Time) time.Time {
		return readClock(readClock(t, zone, time.UTC), time.UTC, zone)
	}))
}

func timesReadAsLocal(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return returningTimes(openHealthy(t, s, columns), inRange(func(t time.Time) time.Time { return readClock(t, time.UTC, time.Local) }))
}

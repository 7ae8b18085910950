package mutants

import (
	"context"
	"slices"
	"time"
	_ "time/tzdata" // where the machine has no zones

	"github.com/tenon-go/tenon/conformance/internal/mutants/clock"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// longExpired is so long ago that only the checks about expired sessions use such times.
var longExpired = time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)

func timeMutants() []Mutant {
	return []Mutant{
		{Name: "times_are_kept_to_the_second", Clause: "TIM-01", Shipped: "MySQL adapters with DATETIME columns",
			Subject: alterAll(alterStored(clock.InRange(func(t time.Time) time.Time { return t.Truncate(time.Second) })))},
		{Name: "seconds_are_read_as_milliseconds", Clause: "TIM-01", Shipped: "adapters that keep times as integers", Subject: alterAll(func(a *altered) {
			returningTimes(a, func(t time.Time) time.Time { return time.UnixMilli(t.Unix()).UTC() })
		})},

		{Name: "times_are_kept_in_nanoseconds", Clause: "TIM-02", Shipped: "adapters that keep UnixNano",
			Subject: alterAll(alterStored(clock.InRange(func(t time.Time) time.Time { return time.Unix(0, t.UnixNano()) })))},
		{Name: "the_zero_time_is_refused", Clause: "TIM-02", Subject: alterAll(func(a *altered) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if session.ActiveUntil.IsZero() {
					return spec.ErrInvalid
				}
				return a.rows.CreateSession(ctx, session)
			}
		})},
		{Name: "times_are_kept_as_local_times_with_summer_time", Clause: "TIM-02", Subject: alterAll(func(a *altered) {
			zone, err := time.LoadLocation("America/New_York")
			if err != nil {
				a.t.Fatal(err)
			}
			alterStored(clock.InRange(func(t time.Time) time.Time {
				return clock.Read(clock.Read(t, zone, time.UTC), time.UTC, zone)
			}))(a)
		})},

		{Name: "times_are_read_as_local_times", Clause: "TIM-04", Shipped: "adapters that keep times without their zone", Subject: alterAll(func(a *altered) {
			returningTimes(a, clock.InRange(func(t time.Time) time.Time { return clock.Read(t, time.UTC, time.Local) }))
		})},

		{Name: "expired_sessions_are_not_listed", Clause: "TIM-05", Subject: alterAll(func(a *altered) {
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				list, err := a.rows.UserSessions(ctx, userID)
				return slices.DeleteFunc(list, func(s spec.SessionRow) bool { return s.ExpiresAt.Before(longExpired) }), err
			}
		})},
		{Name: "long_expired_sessions_are_not_found", Clause: "TIM-05", Subject: alterAll(func(a *altered) {
			a.sessionAndUser = func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
				s, u, err := a.rows.SessionAndUser(ctx, id)
				if err == nil && s.ExpiresAt.Before(longExpired) {
					return spec.SessionRow{}, spec.UserRow{}, spec.ErrSessionNotFound
				}
				return s, u, err
			}
		})},
		{Name: "expired_sessions_are_not_updated", Clause: "TIM-05", Subject: alterAll(func(a *altered) {
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				if s, err := a.rows.Session(ctx, id); err == nil && s.State(time.Now()) == spec.Expired && s.ExpiresAt.Before(longExpired) {
					return spec.ErrSessionNotFound
				}
				return a.rows.UpdateSession(ctx, id, change)
			}
		})},
		{Name: "a_session_that_has_expired_cannot_be_created", Clause: "TIM-05", Subject: alterAll(func(a *altered) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if _, err := session.Normal(); err == nil && session.ExpiresAt.Before(session.CreatedAt) {
					return spec.ErrInvalid
				}
				return a.rows.CreateSession(ctx, session)
			}
		})},
		{Name: "the_sweep_goes_by_the_clock", Clause: "TIM-05", Subject: alterAll(func(a *altered) {
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				if _, ok := attr.NormalTime(sweep.Now); ok {
					sweep.Now = time.Now()
				}
				return a.rows.DeleteExpiredSessions(ctx, sweep)
			}
		})},
		{Name: "the_sweep_never_goes_beyond_the_clock", Clause: "TIM-05", Subject: alterAll(func(a *altered) {
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				if _, ok := attr.NormalTime(sweep.Now); ok && sweep.Now.After(time.Now()) {
					sweep.Now = time.Now()
				}
				return a.rows.DeleteExpiredSessions(ctx, sweep)
			}
		})},
		{Name: "an_expiry_is_taken_for_a_duration", Clause: "TIM-05", Shipped: "adapters that pass a time where a store wants a time to live", Subject: alterAll(func(a *altered) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if seconds := session.ExpiresAt.Unix(); seconds > 0 && seconds < 1<<33 {
					session.ExpiresAt = time.Now().Add(time.Duration(seconds) * time.Second)
				}
				return a.rows.CreateSession(ctx, session)
			}
		})},
		{Name: "created_at_is_the_clocks", Clause: "TIM-05", Subject: alterAll(func(a *altered) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if _, err := session.Normal(); err == nil {
					session.CreatedAt = time.Now()
				}
				return a.rows.CreateSession(ctx, session)
			}
		})},
	}
}

// alterStored changes the times of sessions before they are stored.
func alterStored(change func(time.Time) time.Time) func(*altered) {
	return func(a *altered) {
		changed := func(l spec.Lease) spec.Lease {
			l.ActiveUntil, l.ExpiresAt = change(l.ActiveUntil), change(l.ExpiresAt)
			return l
		}
		a.createSession = func(ctx context.Context, s spec.SessionRow) error {
			s.CreatedAt, s.Lease = change(s.CreatedAt), changed(s.Lease)
			return a.rows.CreateSession(ctx, s)
		}
		a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
			return a.rows.SwapLease(ctx, id, changed(from), changed(to))
		}
	}
}

// returningTimes changes the times of sessions that every method returns.
func returningTimes(a *altered, change func(time.Time) time.Time) {
	alterReturned(a, func(*spec.UserRow) error { return nil }, func(s *spec.SessionRow) error {
		s.CreatedAt, s.ActiveUntil, s.ExpiresAt = change(s.CreatedAt), change(s.ActiveUntil), change(s.ExpiresAt)
		return nil
	})
}

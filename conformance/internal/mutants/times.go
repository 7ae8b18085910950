package mutants

import (
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
		{Name: "seconds_are_read_as_milliseconds", Clause: "TIM-01", Shipped: "adapters that keep times as integers",
			Subject: alterAll(returningTimes(func(t time.Time) time.Time { return time.UnixMilli(t.Unix()).UTC() }))},

		{Name: "times_are_kept_in_nanoseconds", Clause: "TIM-02", Shipped: "adapters that keep UnixNano",
			Subject: alterAll(alterStored(clock.InRange(func(t time.Time) time.Time { return time.Unix(0, t.UnixNano()) })))},
		{Name: "the_zero_time_is_refused", Clause: "TIM-02", Subject: alterAll(before(spec.OpCreateSession, func(c *call) {
			if c.session.ActiveUntil.IsZero() {
				c.answer(spec.ErrInvalid)
			}
		}))},
		{Name: "times_are_kept_as_local_times_with_summer_time", Clause: "TIM-02", Subject: alterAll(func(a *altered) {
			zone, err := time.LoadLocation("America/New_York")
			if err != nil {
				a.t.Fatal(err)
			}
			alterStored(clock.InRange(func(t time.Time) time.Time {
				return clock.Read(clock.Read(t, zone, time.UTC), time.UTC, zone)
			}))(a)
		})},

		{Name: "times_are_read_as_local_times", Clause: "TIM-04", Shipped: "adapters that keep times without their zone",
			Subject: alterAll(returningTimes(clock.InRange(func(t time.Time) time.Time { return clock.Read(t, time.UTC, time.Local) })))},

		{Name: "expired_sessions_are_not_listed", Clause: "TIM-05", Subject: alterAll(after(spec.OpUserSessions, func(c *call) {
			c.list = slices.DeleteFunc(c.list, func(s spec.SessionRow) bool { return s.ExpiresAt.Before(longExpired) })
		}))},
		{Name: "long_expired_sessions_are_not_found", Clause: "TIM-05", Subject: alterAll(after(spec.OpSessionAndUser, func(c *call) {
			if c.err == nil && c.session.ExpiresAt.Before(longExpired) {
				c.err = spec.ErrSessionNotFound
			}
		}))},
		{Name: "expired_sessions_are_not_updated", Clause: "TIM-05", Subject: alterAll(before(spec.OpUpdateSession, func(c *call) {
			if s, err := c.rows.Session(c.ctx, c.id); err == nil && s.State(time.Now()) == spec.Expired && s.ExpiresAt.Before(longExpired) {
				c.answer(spec.ErrSessionNotFound)
			}
		}))},
		{Name: "a_session_that_has_expired_cannot_be_created", Clause: "TIM-05", Subject: alterAll(before(spec.OpCreateSession, func(c *call) {
			if _, err := c.session.Normal(); err == nil && c.session.ExpiresAt.Before(c.session.CreatedAt) {
				c.answer(spec.ErrInvalid)
			}
		}))},
		{Name: "the_sweep_goes_by_the_clock", Clause: "TIM-05", Subject: alterAll(before(spec.OpDeleteExpiredSessions, func(c *call) {
			if _, ok := attr.NormalTime(c.sweep.Now); ok {
				c.sweep.Now = time.Now()
			}
		}))},
		{Name: "the_sweep_never_goes_beyond_the_clock", Clause: "TIM-05", Subject: alterAll(before(spec.OpDeleteExpiredSessions, func(c *call) {
			if _, ok := attr.NormalTime(c.sweep.Now); ok && c.sweep.Now.After(time.Now()) {
				c.sweep.Now = time.Now()
			}
		}))},
		{Name: "an_expiry_is_taken_for_a_duration", Clause: "TIM-05", Shipped: "adapters that pass a time where a store wants a time to live",
			Subject: alterAll(before(spec.OpCreateSession, func(c *call) {
				if seconds := c.session.ExpiresAt.Unix(); seconds > 0 && seconds < 1<<33 {
					c.session.ExpiresAt = time.Now().Add(time.Duration(seconds) * time.Second)
				}
			}))},
		{Name: "created_at_is_the_clocks", Clause: "TIM-05", Subject: alterAll(before(spec.OpCreateSession, func(c *call) {
			if _, err := c.session.Normal(); err == nil {
				c.session.CreatedAt = time.Now()
			}
		}))},
	}
}

// alterStored changes the times of sessions before they are stored.
func alterStored(change func(time.Time) time.Time) func(*altered) {
	return func(a *altered) {
		changed := func(l spec.Lease) spec.Lease {
			l.ActiveUntil, l.ExpiresAt = change(l.ActiveUntil), change(l.ExpiresAt)
			return l
		}
		a.before(spec.OpCreateSession, func(c *call) {
			c.session.CreatedAt, c.session.Lease = change(c.session.CreatedAt), changed(c.session.Lease)
		})
		a.before(spec.OpSwapLease, func(c *call) { c.from, c.to = changed(c.from), changed(c.to) })
	}
}

// returningTimes changes the times of sessions that every method returns.
func returningTimes(change func(time.Time) time.Time) func(*altered) {
	return readSessionRows(func(s *spec.SessionRow) error {
		s.CreatedAt, s.ActiveUntil, s.ExpiresAt = change(s.CreatedAt), change(s.ActiveUntil), change(s.ExpiresAt)
		return nil
	})
}

package fronts

import (
	"sync"
	"time"
	_ "time/tzdata" // where the machine has no zones

	"github.com/tenon-go/tenon/conformance/internal/mutants/clock"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func timeMutants() []Mutant {
	// In UTC it reads what the clock shows in the time's own zone.
	asUTC := clock.InRange(func(t time.Time) time.Time { return clock.Read(t, t.Location(), time.UTC) })
	return []Mutant{
		{Name: "times_are_rounded", Clause: "TIM-01", Shipped: "lib/pq, where the server rounds",
			Subject: alterRich(alterStored(clock.InRange(func(t time.Time) time.Time { return t.Round(time.Millisecond) })))},
		{Name: "times_before_1970_are_cut_towards_it", Clause: "TIM-01", Shipped: "adapters that divide integers",
			Subject: alterRich(alterStored(clock.InRange(func(t time.Time) time.Time {
				if t.Unix() < 0 && t.Nanosecond()%1e6 != 0 {
					return t.Add(time.Millisecond)
				}
				return t
			})))},
		{Name: "finer_digits_are_kept", Clause: "TIM-01", Subject: alterRich(asItCame(func(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }))},
		{Name: "times_of_attributes_are_rounded", Clause: "TIM-01", Subject: alterRich(writeSessions(func(s *richSession) {
			if s.SeenAt != nil && s.SeenAt.Year() < 9999 {
				s.SeenAt = new(s.SeenAt.Round(time.Millisecond))
			}
		}))},

		{Name: "far_times_of_sessions_are_clamped", Clause: "TIM-02", Subject: alterRich(alterStored(func(t time.Time) time.Time {
			if _, ok := attr.NormalTime(t); !ok {
				return time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
			}
			return t
		}))},
		{Name: "a_sweep_with_a_far_now_deletes_nothing", Clause: "TIM-02", Subject: alterRich(before(spec.OpDeleteExpiredSessions, func(c *richCall) {
			if _, ok := attr.NormalTime(c.sweep.Now); !ok && c.sweep.Limit > 0 {
				c.answer(nil)
			}
		}))},

		{Name: "the_zone_is_dropped", Clause: "TIM-03", Shipped: "adapters that keep a local time", Subject: alterRich(alterStored(asUTC))},
		{Name: "the_local_year_is_checked", Clause: "TIM-03", Subject: alterRich(before(spec.OpCreateSession, func(c *richCall) {
			if y := c.session.CreatedAt.Year(); y < 1 || y > 9999 {
				c.answer(spec.ErrInvalid)
			}
		}))},
		{Name: "times_are_returned_in_the_zone_they_came_in", Clause: "TIM-03",
			Subject: alterRich(asItCame(func(t time.Time) time.Time { return t.Truncate(time.Millisecond) }))},

		{Name: "times_are_returned_in_the_local_zone", Clause: "TIM-04", Shipped: "adapters that return what pgx returns", Subject: alterRich(func(a *richAltered) {
			readSessions(a, func(s *spec.Session[richSession]) {
				s.CreatedAt, s.ActiveUntil, s.ExpiresAt = s.CreatedAt.Local(), s.ActiveUntil.Local(), s.ExpiresAt.Local()
			})
		})},
		{Name: "the_sweep_compares_local_times", Clause: "TIM-04",
			Subject: alterRich(before(spec.OpDeleteExpiredSessions, func(c *richCall) { c.sweep.Now = asUTC(c.sweep.Now) }))},
	}
}

// alterStored changes the times of sessions before they are stored.
func alterStored(change func(time.Time) time.Time) func(*richAltered) {
	return func(a *richAltered) {
		changed := func(l spec.Lease) spec.Lease {
			l.ActiveUntil, l.ExpiresAt = change(l.ActiveUntil), change(l.ExpiresAt)
			return l
		}
		a.before(spec.OpCreateSession, func(c *richCall) {
			c.session.CreatedAt, c.session.Lease = change(c.session.CreatedAt), changed(c.session.Lease)
		})
		a.before(spec.OpSwapLease, func(c *richCall) { c.from, c.to = changed(c.from), changed(c.to) })
	}
}

// asItCame returns a session's CreatedAt as change computes it from the time that was passed.
func asItCame(change func(time.Time) time.Time) func(*richAltered) {
	return func(a *richAltered) {
		var came sync.Map // times by session id
		readSessions(a, func(s *spec.Session[richSession]) {
			if t, ok := came.Load(s.ID); ok {
				s.CreatedAt = change(t.(time.Time))
			}
		})
		a.after(spec.OpCreateSession, func(c *richCall) {
			if c.err == nil {
				came.Store(c.id, c.session.CreatedAt)
			}
		})
	}
}

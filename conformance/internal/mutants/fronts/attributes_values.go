package fronts

import (
	"math"
	"strings"
	"time"

	"github.com/tenon-go/tenon/internal/sample"
	"github.com/tenon-go/tenon/spec"
)

// invalidMutants returns mutants that accept values that no store can hold.
func invalidMutants() []Mutant {
	repaired := func(text string) string {
		text = strings.ToValidUTF8(text, "\ufffd")
		text, _, _ = strings.Cut(text, "\x00")
		return text
	}
	clamped := func(t time.Time) time.Time {
		switch y := t.UTC().Year(); {
		case y < 1:
			return time.Time{}
		case y > 9999:
			return time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
		}
		return t
	}
	finite := func(x float64) float64 {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return 0
		}
		return x
	}
	return []Mutant{
		{Name: "text_is_repaired", Clause: "ATT-04", Subject: alterRich(writeUsers(func(u *richUser) { u.Name = strings.ToValidUTF8(u.Name, "\ufffd") }))},
		{Name: "text_ends_at_a_nul", Clause: "ATT-04", Subject: alterRich(writeSessions(func(s *richSession) { s.Device, _, _ = strings.Cut(s.Device, "\x00") }))},
		{Name: "nan_is_null", Clause: "ATT-04", Shipped: "SQLite, which keeps NaN as NULL", Subject: alterRich(writeUsers(func(u *richUser) {
			if u.Weight != nil && math.IsNaN(*u.Weight) {
				u.Weight = nil
			}
		}))},
		{Name: "infinity_is_the_greatest_float", Clause: "ATT-04", Subject: alterRich(writeSessions(func(s *richSession) {
			if math.IsInf(s.Latitude, 0) {
				s.Latitude = math.Copysign(math.MaxFloat64, s.Latitude)
			}
		}))},
		{Name: "far_times_are_clamped", Clause: "ATT-04", Subject: alterRich(writeUsers(func(u *richUser) { u.CreatedAt = clamped(u.CreatedAt) }))},
		{Name: "text_within_json_is_not_checked", Clause: "ATT-04",
			Subject: alterRich(writeSessions(func(s *richSession) { s.Location.UserID = repaired(s.Location.UserID) }))},
		{Name: "keys_within_json_are_not_checked", Clause: "ATT-04", Subject: nested(func(a *nestedAltered) {
			repair := func(c *nestedCall) {
				if extra := c.session.Attributes.Extra; extra != nil && *extra != nil {
					fine := map[string]sample.Role{}
					for key, value := range *extra {
						fine[repaired(key)] = sample.Role(repaired(string(value)))
					}
					c.session.Attributes.Extra = &fine
				}
			}
			a.before(spec.OpCreateSession, repair)
			a.before(spec.OpUpdateSession, repair)
		})},
		{Name: "an_update_does_not_check", Clause: "ATT-04", Subject: alterRich(before(spec.OpUpdateUser, func(c *richCall) {
			c.user.Attributes.Score, c.user.Attributes.Name = finite(c.user.Attributes.Score), repaired(c.user.Attributes.Name)
		}))},
		{Name: "a_refused_user_is_kept_without_the_value", Clause: "ATT-04", Subject: alterRich(after(spec.OpCreateUser, func(c *richCall) {
			if spec.ClassOf(c.err) == spec.ErrInvalid && !utf8Valid(c.user.Attributes.Name) {
				c.user.Attributes.Name = ""
				_ = c.store.CreateUser(c.ctx, c.user) // the fault
			}
		}))},
		{Name: "an_invalid_value_is_called_too_long", Clause: "ATT-04", Subject: alterRich(after(spec.OpUpdateSession, func(c *richCall) {
			if spec.ClassOf(c.err) == spec.ErrInvalid {
				c.err = &spec.ConstraintError{Kind: spec.TooLong, Attribute: "Device"}
			}
		}))},
	}
}

func utf8Valid(text string) bool { return strings.ToValidUTF8(text, "") == text }

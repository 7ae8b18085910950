package mutants

import (
	"errors"
	"maps"
	"net/netip"

	"github.com/tenon-go/tenon/internal/sample"
	"github.com/tenon-go/tenon/spec"
)

// typeMutants returns mutants that are wrong about one Go type.
func typeMutants() []Mutant {
	return []Mutant{
		{Name: "an_int16_is_kept_in_8_bits", Clause: "ATT-01", Subject: nested(readUsers(func(u *nestedUser) { u.Year = int16(int8(u.Year)) }))},
		{Name: "an_int32_is_kept_in_24_bits", Clause: "ATT-01", Shipped: "MySQL's MEDIUMINT",
			Subject: nested(readUsers(func(u *nestedUser) { u.Points = u.Points << 8 >> 8 }))},
		{Name: "an_int_is_kept_in_32_bits", Clause: "ATT-01", Shipped: "adapters that map int to INTEGER",
			Subject: nested(readUsers(func(u *nestedUser) { u.Age = int(int32(u.Age)) }))},
		{Name: "a_uint8_is_kept_with_a_sign", Clause: "ATT-01", Subject: nested(readUsers(func(u *nestedUser) { u.Shade &= 127 }))},
		{Name: "a_unique_integer_is_kept_as_a_float", Clause: "ATT-01", Shipped: "adapters that keep a row as JSON",
			Subject: nested(readUsers(func(u *nestedUser) { u.Serial = int64(float64(u.Serial)) }))},
		{Name: "a_pointer_to_an_empty_named_text_is_nil", Clause: "ATT-01", Subject: nested(readUsers(func(u *nestedUser) {
			if u.Title != nil && *u.Title == "" {
				u.Title = nil
			}
		}))},
		{Name: "a_nil_pointer_to_named_bytes_is_empty", Clause: "ATT-01", Subject: nested(readUsers(func(u *nestedUser) {
			if u.Seal == nil {
				u.Seal = &sample.Secret{}
			}
		}))},
		{Name: "a_column_of_the_users_is_taken_for_the_sessions", Clause: "SES-01", Shipped: "adapters that join with SELECT *",
			Subject: nested(after(spec.OpSessionAndUser, func(c *call) {
				if c.err == nil && c.session.UserID != "" {
					c.session.Attributes[placeOf[nestedSession]("Note")] = c.user.Attributes[placeOf[nestedUser]("Note")]
				}
			}))},
		{Name: "keys_of_a_map_that_are_integers_become_floats", Clause: "ATT-03", Subject: nested(readUsers(func(u *nestedUser) {
			for key := range maps.Clone(u.Years) {
				if near := int(float64(key)); near != key {
					u.Years[near] = u.Years[key]
					delete(u.Years, key)
				}
			}
		}))},
		{Name: "the_zero_of_a_type_that_marshals_itself_is_another_value", Clause: "ATT-03", Subject: nested(readUsers(func(u *nestedUser) {
			if !u.Home.IsValid() {
				u.Home = netip.IPv4Unspecified()
			}
		}))},
		{Name: "a_text_that_a_type_writes_is_read_as_a_number", Clause: "ATT-03", Subject: nested(readSessions(func(s *nestedSession) {
			for key, grade := range s.Levels {
				s.Levels[key] = sample.Grade(int32(grade))
			}
		}))},
		{Name: "json_is_cut_at_half_a_mebibyte", Clause: "ATT-09", Subject: alterRich(readUsers(func(u *richUser) {
			const most = 1 << 19
			for i, role := range u.Roles {
				u.Roles[i] = role[:min(len(role), most)]
			}
		}))},
		{Name: "user_by_compares_plain_integers_as_floats", Clause: "OPT-01", Subject: nested(around(spec.OpUserBy, func(c *call, do func()) {
			do()
			if n, ok := c.value.(int64); ok && c.place == placeOf[nestedUser]("Serial") && errors.Is(c.err, spec.ErrUserNotFound) {
				c.value = n + 1
				do()
			}
		}))},
	}
}

package fronts

import (
	"reflect"
	"strings"
	"time"

	"github.com/tenon-go/tenon/spec"
)

func optionalMutants() []Mutant {
	return []Mutant{
		{Name: "user_by_compares_finer_digits", Clause: "OPT-01", Subject: alterRich(before(spec.OpUserBy, func(c *richCall) {
			if t, ok := c.value.(time.Time); ok && c.field == "Joined" && t.Nanosecond()%1e6 != 0 {
				c.answer(spec.ErrUserNotFound)
			}
		}))},
		{Name: "user_by_of_too_long_a_value_is_a_constraint_error", Clause: "OPT-01", Subject: alterRich(before(spec.OpUserBy, func(c *richCall) {
			if email, ok := c.value.(string); ok && c.field == "Email" && len([]rune(email)) > 254 {
				c.answer(&spec.ConstraintError{Kind: spec.TooLong, Attribute: "Email"})
			}
		}))},
		{Name: "user_by_of_bad_text_is_invalid", Clause: "OPT-01", Subject: alterRich(before(spec.OpUserBy, func(c *richCall) {
			if handle, ok := c.value.(string); ok && c.field == "Handle" && (!utf8Valid(handle) || strings.Contains(handle, "\x00")) {
				c.answer(spec.ErrInvalid)
			}
		}))},
		{Name: "user_by_cuts_the_value", Clause: "OPT-01", Subject: alterRich(findsToo("Email", func(u richUser, value any) bool {
			email, ok := value.(string)
			return ok && len(email) > 254 && u.Email == email[:254]
		}))},
		{Name: "user_by_takes_a_column", Clause: "OPT-02", Subject: alterRich(before(spec.OpUserBy, func(c *richCall) {
			if c.field == "email" {
				c.field = "Email"
			}
		}))},
		{Name: "user_by_of_an_unknown_field_is_not_found", Clause: "OPT-02", Subject: alterRich(before(spec.OpUserBy, func(c *richCall) {
			if _, known := reflect.TypeFor[richUser]().FieldByName(c.field); !known {
				c.answer(spec.ErrUserNotFound)
			}
		}))},
		{Name: "user_by_takes_a_pointer", Clause: "OPT-02", Subject: alterRich(before(spec.OpUserBy, func(c *richCall) {
			if rv := reflect.ValueOf(c.value); rv.Kind() == reflect.Pointer && !rv.IsNil() {
				c.value = rv.Elem().Interface()
			}
		}))},
		{Name: "user_by_converts_the_value", Clause: "OPT-02", Subject: alterRich(before(spec.OpUserBy, func(c *richCall) {
			if n, ok := c.value.(int); ok {
				c.value = int64(n)
			}
		}))},
		{Name: "user_by_finds_by_an_attribute_that_is_not_unique", Clause: "OPT-02",
			Subject: alterRich(findsToo("Name", func(u richUser, value any) bool { return u.Name == value }))},
	}
}

// findsToo makes UserBy for one field first look for a user who matches.
func findsToo(field string, matches func(u richUser, value any) bool) func(*richAltered) {
	return func(a *richAltered) {
		rows := recordCreated(a)
		a.before(spec.OpUserBy, func(c *richCall) {
			if c.field != field {
				return
			}
			for _, id := range rows.Users() {
				if u, err := c.store.User(c.ctx, id); err == nil && matches(u.Attributes, c.value) {
					c.user = u
					c.answer(nil)
					return
				}
			}
		})
	}
}

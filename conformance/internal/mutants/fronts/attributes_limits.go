package fronts

import (
	"errors"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

// maxMutants returns mutants that measure lengths in another way, or cut values.
func maxMutants() []Mutant {
	return []Mutant{
		{Name: "a_value_over_its_max_is_cut", Clause: "ATT-05", Shipped: "MySQL adapters without strict mode",
			Subject: alterRich(writeUsers(func(u *richUser) { u.Name = cutName(u.Name) }))},
		{Name: "spaces_at_the_end_do_not_count", Clause: "ATT-05", Shipped: "engines that cut spaces from a VARCHAR in any mode",
			Subject: alterRich(writeSessions(func(s *richSession) {
				for len(s.Device) > 200 && strings.HasSuffix(s.Device, " ") {
					s.Device = s.Device[:len(s.Device)-1]
				}
			}))},
		{Name: "an_update_does_not_check_max", Clause: "ATT-05",
			Subject: alterRich(before(spec.OpUpdateUser, func(c *richCall) { c.user.Attributes.Name = cutName(c.user.Attributes.Name) }))},
		{Name: "max_of_a_pointer_is_not_checked", Clause: "ATT-05", Subject: alterRich(writeUsers(func(u *richUser) {
			if u.Blob != nil && len(*u.Blob) > 16 {
				u.Blob = new((*u.Blob)[:16])
			}
		}))},
		{Name: "too_long_names_the_column", Clause: "ATT-05", Subject: alterRich(changeTooLong(func(c spec.ConstraintError) error {
			c.Attribute = strings.ToLower(c.Attribute)
			return &c
		}))},
		{Name: "too_long_is_invalid", Clause: "ATT-05", Subject: alterRich(changeTooLong(func(spec.ConstraintError) error { return spec.ErrInvalid }))},
	}
}

func cutName(name string) string {
	if runes := []rune(name); len(runes) > 40 {
		return string(runes[:40])
	}
	return name
}

// changeTooLong changes the errors of writes with a value that is too long.
func changeTooLong(change func(spec.ConstraintError) error) func(*richAltered) {
	return after(everyCall, func(c *richCall) {
		if constraint, ok := errors.AsType[*spec.ConstraintError](c.err); ok && constraint.Kind == spec.TooLong {
			c.err = change(*constraint)
		}
	})
}

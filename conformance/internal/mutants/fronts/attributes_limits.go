package fronts

import (
	"context"
	"errors"
	"strings"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// maxMutants returns mutants that measure lengths in another way, or cut values.
func maxMutants() []Mutant {
	return []Mutant{
		{Name: "a_value_over_its_max_is_cut", Clause: "ATT-05", Shipped: "MySQL adapters without strict mode",
			Subject: alterRich(func(a *richAltered) { alterWritten(a, func(u *richUser) { u.Name = cutName(u.Name) }, keepAttributes) })},
		{Name: "spaces_at_the_end_do_not_count", Clause: "ATT-05", Shipped: "engines that cut spaces from a VARCHAR in any mode", Subject: alterRich(func(a *richAltered) {
			alterWritten(a, keepAttributes, func(s *richSession) {
				for len(s.Device) > 200 && strings.HasSuffix(s.Device, " ") {
					s.Device = s.Device[:len(s.Device)-1]
				}
			})
		})},
		{Name: "an_update_does_not_check_max", Clause: "ATT-05",
			Subject: alterRich(func(a *richAltered) { alterUpdated(a, func(u *richUser) { u.Name = cutName(u.Name) }, keepAttributes) })},
		{Name: "max_of_a_pointer_is_not_checked", Clause: "ATT-05", Subject: alterRich(func(a *richAltered) {
			alterWritten(a, func(u *richUser) {
				if u.Blob != nil && len(*u.Blob) > 16 {
					u.Blob = new((*u.Blob)[:16])
				}
			}, keepAttributes)
		})},
		{Name: "too_long_names_the_column", Clause: "ATT-05", Subject: alterRich(func(a *richAltered) {
			changeConstraint(a, func(c spec.ConstraintError) error {
				if c.Kind == spec.TooLong {
					c.Attribute = strings.ToLower(c.Attribute)
				}
				return &c
			})
		})},
		{Name: "too_long_is_invalid", Clause: "ATT-05", Subject: alterRich(func(a *richAltered) {
			changeConstraint(a, func(c spec.ConstraintError) error {
				if c.Kind == spec.TooLong {
					return spec.ErrInvalid
				}
				return &c
			})
		})},
	}
}

func cutName(name string) string {
	if runes := []rune(name); len(runes) > 40 {
		return string(runes[:40])
	}
	return name
}

// changeConstraint changes the constraint errors of every write.
func changeConstraint[U, S any](a *altered[U, S], change func(spec.ConstraintError) error) {
	inner := a.Store
	changed := func(err error) error {
		var c *spec.ConstraintError
		if errors.As(err, &c) {
			return change(*c)
		}
		return err
	}
	a.createUser = func(ctx context.Context, u spec.User[U]) error { return changed(inner.CreateUser(ctx, u)) }
	a.createSession = func(ctx context.Context, s spec.Session[S]) error { return changed(inner.CreateSession(ctx, s)) }
	a.updateUser = func(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
		return changed(inner.UpdateUser(ctx, id, attributes, mask))
	}
	a.updateSession = func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
		return changed(inner.UpdateSession(ctx, id, attributes, mask))
	}
}

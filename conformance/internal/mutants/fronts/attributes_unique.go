package fronts

import (
	"context"
	"errors"

	"github.com/tenon-go/tenon/spec"
)

// uniqueMutants returns mutants that report conflicts that do not exist, miss some, or
// name them wrongly.
func uniqueMutants() []Mutant {
	return []Mutant{
		{Name: "unique_times_are_compared_with_finer_digits", Clause: "ATT-06", Subject: alterRich(func(a *richAltered) {
			inner := a.Store
			a.createSession = func(ctx context.Context, s spec.Session[richSession]) error {
				err := inner.CreateSession(ctx, s)
				if t := s.Attributes.SeenAt; t != nil && t.Nanosecond()%1e6 != 0 && isNotUnique(err, "SeenAt") {
					return nil
				}
				return err
			}
		})},
	}
}

func isNotUnique(err error, attribute string) bool {
	var c *spec.ConstraintError
	return errors.As(err, &c) && c.Kind == spec.NotUnique && c.Attribute == attribute
}

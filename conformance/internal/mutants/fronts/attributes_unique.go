package fronts

import (
	"errors"

	"github.com/tenon-go/tenon/spec"
)

// uniqueMutants returns mutants that report conflicts that do not exist, miss some, or
// name them wrongly.
func uniqueMutants() []Mutant {
	return []Mutant{
		{Name: "unique_times_are_compared_with_finer_digits", Clause: "ATT-06", Subject: alterRich(after(spec.OpCreateSession, func(c *richCall) {
			if t := c.session.Attributes.SeenAt; t != nil && t.Nanosecond()%1e6 != 0 && isNotUnique(c.err, "SeenAt") {
				c.err = nil
			}
		}))},
	}
}

func isNotUnique(err error, attribute string) bool {
	var c *spec.ConstraintError
	return errors.As(err, &c) && c.Kind == spec.NotUnique && c.Attribute == attribute
}

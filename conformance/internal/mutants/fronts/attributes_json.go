package fronts

import (
	"encoding/json"

	"github.com/tenon-go/tenon/spec"
)

// jsonMutants returns mutants that change values that are stored as JSON.
func jsonMutants() []Mutant {
	finite := func(c *nestedCall) {
		if _, err := json.Marshal(c.user.Attributes.Matrix); err != nil {
			c.user.Attributes.Matrix = nil
		}
	}
	return []Mutant{
		{Name: "floats_within_json_that_are_not_finite_are_null", Clause: "ATT-04", Subject: nested(func(a *nestedAltered) {
			a.before(spec.OpCreateUser, finite)
			a.before(spec.OpUpdateUser, finite)
		})},
	}
}

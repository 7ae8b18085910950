package fronts

import (
	"encoding/json"
)

// jsonMutants returns mutants that change values that are stored as JSON.
func jsonMutants() []Mutant {
	return []Mutant{
		{Name: "floats_within_json_that_are_not_finite_are_null", Clause: "ATT-04", Subject: nested(func(a *nestedAltered) {
			alterWritten(a, func(u *nestedUser) {
				if _, err := json.Marshal(u.Matrix); err != nil {
					u.Matrix = nil
				}
			}, keepAttributes)
		})},
	}
}

// Package fronts contains broken fronts of healthy adapters. Each has one fault and is
// named after it. They are for the rules that spec.Store keeps for every adapter. See
// package mutants.
package fronts

import (
	"slices"

	"github.com/tenon-go/tenon/conformance"
)

// Mutant is a front with one fault.
type Mutant struct {
	Name    string // the fault, as the name of a subtest: "update_revives_a_deleted_session"
	Clause  string // the clause that must catch it
	Shipped string // the kind of library in which the fault shipped, or empty
	Subject conformance.Subject
	Options conformance.Options // options in addition to the waivers of every mutant
}

// Healthy returns the subject that the mutants alter.
func Healthy() conformance.Subject { return subjectOf(openHealthy, openHealthy, openHealthy) }

// All returns all mutants.
func All() []Mutant {
	return slices.Concat(
		sessionMutants(),
		leaseMutants(),
		sweepMutants(),
		idMutants(),
		attributeMutants(),
		timeMutants(),
		ownershipMutants(),
		errorMutants(),
		contextMutants(),
		storeMutants(),
		optionalMutants(),
	)
}

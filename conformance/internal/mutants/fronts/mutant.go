// Package fronts holds broken fronts, each with one fault and named after it, on
// adapters that are healthy: for the rules that spec.Store keeps for every adapter.
// See package mutants.
package fronts

import (
	"slices"

	"github.com/tenon-go/tenon/conformance"
)

// Mutant is a front with one fault.
type Mutant struct {
	Name    string // the fault, as the name of a subtest: "update_revives_a_deleted_session"
	Clause  string // the clause that must catch it
	Shipped string // in what kind of library the fault shipped, or empty
	Subject conformance.Subject
	Options conformance.Options // beyond the waivers that every mutant has
}

// Healthy is the subject that the mutants alter.
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

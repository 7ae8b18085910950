// Package mutants holds broken adapters, each with one fault and named after
// it. The suite is held against them: each must be caught by the clause that
// names it, and each clause must catch one. docs/mutants.md is made from them.
package mutants

import (
	"slices"

	"github.com/tenon-go/tenon/conformance"
)

// Mutant is an adapter with one fault.
type Mutant struct {
	Name    string // the fault, as the name of a subtest: "update_revives_a_deleted_session"
	Clause  string // the clause that must catch it
	Shipped string // in what kind of library the fault shipped, or empty
	Subject conformance.Subject
	Options conformance.Options // beyond the waivers that every mutant has
}

// All returns all mutants, in the order of the clauses that name them.
func All() []Mutant {
	return slices.Concat(
		userMutants(),
		sessionMutants(),
		leaseMutants(),
		sweepMutants(),
		sweepCutMutants(),
		referenceMutants(),
		idMutants(),
		attributeMutants(),
		timeMutants(),
		ownershipMutants(),
		concurrencyMutants(),
		errorMutants(),
		contextMutants(),
		storeMutants(),
		declaredMutants(),
		optionalMutants(),
	)
}

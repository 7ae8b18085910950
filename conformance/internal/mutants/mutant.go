// Package mutants holds broken adapters, each with one fault and named after
// it. The suite is tried on them: each must be caught by the clause that
// names it, and each clause must catch one. Package fronts has the faults of rules
// that the front keeps. docs/mutants.md is made from both.
package mutants

import (
	"cmp"
	"slices"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/fronts"
)

// Mutant is an adapter with one fault.
type Mutant struct {
	Name    string // the fault, as the name of a subtest: "update_revives_a_deleted_session"
	Clause  string // the clause that must catch it
	Shipped string // in what kind of library the fault shipped, or empty
	Front   bool   // the fault is one of the front, and the adapter is healthy
	Race    bool   // the check has to bring the fault about by chance
	Subject conformance.Subject
	Options conformance.Options // beyond the waivers that every mutant has
}

// All returns all mutants, in the order of the clauses that name them.
func All() []Mutant {
	list := slices.Concat(
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
		raceMutants(roundTrip),
		manyMutants(),
		manyContextMutants(),
		errorMutants(),
		contextMutants(),
		storeMutants(),
		handleMutants(),
		declaredMutants(),
		expiryMutants(),
		optionalMutants(),
	)
	for _, m := range fronts.All() {
		list = append(list, Mutant{Name: m.Name, Clause: m.Clause, Shipped: m.Shipped, Front: true, Subject: m.Subject, Options: m.Options})
	}
	order := map[string]int{}
	for i, c := range conformance.Clauses() {
		order[c.ID] = i
	}
	slices.SortStableFunc(list, func(a, b Mutant) int { return cmp.Compare(order[a.Clause], order[b.Clause]) })
	return list
}

// Package mutants contains broken adapters. Each has one fault and is named after it. Most
// are a healthy store with a hook that alters one operation: see before, after and around. The
// suite is tested with them: the clause that a mutant names must catch it, and each
// clause must catch at least one. Package fronts has the mutants of rules that package
// spec keeps. docs/mutants.md is generated from both.
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
	Shipped string // the kind of library in which the fault shipped, or empty
	Front   bool   // the fault is in the front, and the adapter is healthy
	Race    bool   // the check meets the fault only by chance
	Subject conformance.Subject
	Options conformance.Options // options in addition to the waivers of every mutant
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

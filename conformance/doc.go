// Package conformance tests whether an adapter keeps every clause of the contract
// that docs/spec.md states.
//
// One call runs the suite under go test. The suite calls your function to open the
// adapter for the columns of the suite's own attribute types. It then calls the
// adapter through a Store of package spec, as applications do:
//
//	func TestConformance(t *testing.T) {
//		conformance.Run(t, conformance.NewSubject(open), conformance.Options{})
//	}
//
//	func open(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter { … }
//
// For adapters that keep only sessions, use [NewSessionSubject]. [Judge] runs the
// same checks without go test. Subtests are named by clause, sentence and attribute
// type, such as SES-07/update_after_delete_does_not_resurrect/rich. Under go test the
// types of one check run in parallel; [Judge] runs any checks in parallel. Each has
// its own stores.
//
// # What a pass proves
//
// Every check asserts the class of the outcome and the contents of the store
// afterwards, including other rows. Hundreds of deliberately broken adapters, the
// mutants, show that each check can fail (docs/mutants.md). A pass shows that the
// adapter kept the contract on this engine, in this version and with these settings.
// To learn more, change one setting and run the suite again.
//
// # What a pass does not prove
//
// The suite runs calls that race each other, but the scheduler determines how they
// interleave, so an adapter with a race can pass by luck. The suite does not test
// crashes, power failures, failover, clusters or speed. It does not cover encryption,
// access rights, or other uses of the database.
//
// # Strictness
//
// A check that did not run is not a pass. If an adapter cannot keep a clause, a
// [Waiver] with a reason leaves out the clause or one of its checks. Some clauses
// cannot be waived. Hooks in [Options] cause what a check cannot cause, such as an
// outage. If a check's hook is missing, or does nothing, the check needs a waiver
// too. A check is reported as not offered if the adapter declares a weakness in
// spec.Weaknesses that exempts it, or lacks an optional interface. A check about a
// weakness that the adapter does not declare, or about a failure that it cannot have,
// does not apply.
//
// The package imports only the standard library and the contract.
package conformance

// Package conformance judges adapters: it holds one against every clause of
// the contract that docs/spec.md states.
//
// One call judges an adapter under go test. The suite has attribute types of its
// own. It opens the adapter for their columns, with a function of yours, and
// calls it through a front, as applications do:
//
//	func TestConformance(t *testing.T) {
//		conformance.Run(t, conformance.NewSubject(open), conformance.Options{})
//	}
//
//	func open(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter { … }
//
// [NewSessionSubject] is for adapters for sessions alone, and [Judge] runs the same
// checks without go test. Subtests are named by clause, sentence and attribute
// type, such as SES-07/update_after_delete_does_not_resurrect/rich. Go test runs
// the types of one check in parallel, [Judge] any checks; each has stores of
// its own.
//
// # What a pass proves
//
// Every check asserts the class of the outcome and what the store then holds,
// other rows included. Broken adapters, hundreds of them, show that
// each check can fail (docs/mutants.md). A pass says that the adapter kept the
// contract on this engine, in this version and with these settings; vary one
// setting at a time, and run the suite again, to know more.
//
// # What it does not prove
//
// Races are tried, with interleavings as they come, and a race that nothing
// forces may pass by luck. Crashes, power cuts, failover and clusters are not
// tried, nor is speed. Nothing is said about encryption, access rights, or what
// else the database is used for.
//
// # Strictness
//
// What did not run is no pass. A clause that cannot hold is left out by a
// [Waiver] with a reason, as a whole or one of its checks, some clauses by none.
// What a check cannot bring about on its own, such as an outage, comes from hooks
// in [Options]; a check whose hook is missing, or does nothing, needs a waiver as
// well. What an adapter declares in spec.Weaknesses, or an optional interface that
// it does not have, is reported as not offered; a check about a weakness that it
// does not have does not apply.
//
// The package imports the standard library and the contract only.
package conformance

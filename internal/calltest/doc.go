// Package calltest runs one short program of calls, for tests of what surrounds
// a store: objects on its tables, settings, drivers. Each call's outcome is
// compared with the contract's, which takes milliseconds where the conformance
// suite takes seconds.
//
//	calltest.Fill(t, a)                 // the rows that the program finds
//	…                                   // make a trigger, say
//	calltest.Run(t, a, calltest.Outcomes{"UpdateUser mute": spec.ErrFailed})
//
// Two of the rows are there for objects that stop some writes and not others:
// a trigger that keeps the row with the id [Mute] from being written, or one
// with the id [Hush] from being inserted, leaves the rest of the program as it
// is.
package calltest

// Package spec defines the contract for keeping users and sessions in a database.
//
// Applications call a [Store]. Behind it is an [Adapter], which one package per
// database implements. docs/spec.md states in numbered clauses what each method
// must do, and package conformance checks an adapter against them. Package spec
// depends on no database and imports only the standard library.
//
// # For applications
//
// Open a [Store] with the package of an adapter and call its methods. Every method
// takes a context and is safe for concurrent use. A failed call returns an error of
// exactly one of the classes of this package, which [errors.Is] finds and [ClassOf]
// returns. [errors.As] finds the driver's own error, if the driver returned one. No
// message contains an id, a credential or a value.
//
// # For adapter authors
//
// [Store] does everything that is the same for all databases. An adapter
// implements only the rest, without type parameters. [NewStore] and
// [NewSessionStore] put a Store in front of an adapter. A method that can say more
// than a class returns an [Error], and [attr.Set] reads a stored value into a row.
// docs/writing-an-adapter.md goes from an empty module to a tested adapter.
package spec

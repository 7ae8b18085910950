// Package spec is the contract for keeping users and sessions in a database.
//
// [TypedAdapter] is what a driver implements; docs/spec.md states what each method
// must do, in numbered clauses, and package conformance holds an adapter
// against them. The package knows nothing of databases and imports only the
// standard library.
//
// # For applications
//
// An application picks an adapter and calls its methods. Every method takes a
// context, is safe for concurrent use, and ends in success or in exactly one
// of the error classes of this package, which [errors.Is] finds and [ClassOf]
// returns. The driver's own error, where there is one, is reached by
// [errors.As]. No message contains an id, a credential or a value.
//
// # For adapter authors
//
// Everything that is the same for every store is here, so that an adapter
// needs only the rest: [UserSchema] and [SessionSchema] compile the attribute
// types, [Values] and [Clone] check attributes and turn them into what a store
// holds, [Session.Normal], [Lease.Normal], [Sweep.Normal] and [ValidID] check
// the other fields, and [Error] is what to return.
// docs/writing-an-adapter.md goes from an empty module to a judged adapter.
package spec

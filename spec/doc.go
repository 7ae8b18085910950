// Package spec is the contract for keeping users and sessions in a database.
//
// [Store] is what an application uses, and [Adapter] is what a store implements:
// the one is the typed front of the other. docs/spec.md states what each method
// must do, in numbered clauses, and package conformance checks an adapter against
// them. The package knows nothing of databases and imports only the standard
// library.
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
// Everything that is the same for every store is in [Store], so that an adapter
// needs only the rest, and no type parameters. [NewStore] and [NewSessionStore]
// make the front, [Error] is what to return where a class alone does not say
// enough, and [attr.Set] reads a stored value into a row.
// docs/writing-an-adapter.md goes from an empty module to a judged adapter.
package spec

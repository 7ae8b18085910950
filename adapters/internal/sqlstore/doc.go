// Package sqlstore is what the adapters for SQL databases share: the
// statements, the scanning, the classes of errors, and the creating and
// checking of tables. What engines differ in is a value, [Dialect]; nothing
// here asks for an engine's name.
//
// The way in: dialect.go says what a dialect is, statements.go holds every
// statement that reads or writes rows, users.go and sessions.go are the
// contract's methods, ids.go is how ids are kept, call.go runs their statements,
// classify.go gives errors their class, by the table in faults.go, and
// examine.go compares tables with what they should be.
package sqlstore

// Package sqlstore is what the adapters for SQL databases share: the
// statements, the scanning, the classes of errors, and the creating and
// checking of tables. What engines differ in is a value, [Dialect]; nothing
// here asks for an engine's name. It is below the front: what [spec.Adapter]
// says that the front has checked is not checked again.
//
// A file calls only what is in files that come after it in this list:
//
//	open.go                              constructors
//	sessions.go users.go                 the contract's methods, some of them
//	lease.go change.go sweep.go          in files of their own
//	migrate.go server.go                 making and checking tables; asking the server
//	constraint.go finders.go named.go    what a constraint that was broken is about
//	examine.go ddl.go                    a table compared with what it should be
//	unwritten.go                         rows that were not written, without an error
//	tables.go                            tables as they should be
//	transaction.go                       the connection of a call
//	run.go query.go                      running one statement, one query
//	catalog.go                           tables as they are
//	classify.go referred.go hints.go     the class of an error, and what it says besides
//	statements.go updates.go             the texts of statements on rows
//	adapter.go store.go column.go scan.go
//	dialect.go ids.go report.go literals.go lost.go
package sqlstore

// Package sqlstore is shared by the adapters for SQL databases. It contains the statements,
// the scanning of rows, the classification of errors, and the creation and examination of
// tables. The differences between engines are values of [Dialect]; no code here compares the
// name of an engine. The adapters rely on the checks that [spec.Store] makes before it calls
// them.
//
// A file calls only functions in files that come after it in this list:
//
//	sweeper.go open.go                   constructors
//	sessions.go users.go                 the contract's methods
//	lease.go change.go sweep.go          methods in separate files
//	migrate.go server.go                 creating and checking tables; asking the server
//	constraint.go finders.go named.go    finding the column of a violated constraint
//	examine.go ddl.go                    comparing existing tables with wanted ones
//	unwritten.go                         rows that were not written, without an error
//	tables.go                            the wanted tables
//	transaction.go                       the connection of a call
//	run.go query.go                      running one statement, one query
//	catalog.go                           the existing tables
//	classify.go referred.go hints.go     the class and the text of an error
//	statements.go updates.go             the texts of statements on rows
//	adapter.go store.go column.go scan.go
//	dialect.go ids.go report.go literals.go lost.go
package sqlstore

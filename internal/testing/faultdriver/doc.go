// Package faultdriver wraps a database/sql driver and adds faults that no engine produces
// on demand: outages and lost answers. It is for tests.
//
//	faults := new(faultdriver.Faults)
//	db := sql.OpenDB(faultdriver.Connector{Connector: connector, Faults: faults})
//	restore := faults.Cut()
//
// The hooks of a [Connector] can change single calls in other ways.
package faultdriver

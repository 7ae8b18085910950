// Package faultdriver stands between database/sql and a real driver and puts
// faults there that no engine produces on demand: outages, and answers that are
// lost. It is for tests.
//
//	faults := new(faultdriver.Faults)
//	db := sql.OpenDB(faultdriver.Connector{Connector: connector, Faults: faults})
//	restore := faults.Cut()
//
// The hooks of a [Connector] change single calls in any other way.
package faultdriver

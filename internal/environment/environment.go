// Package environment lists what can surround a store, and the results of trying Tenon
// in it: settings of a server, a session or a client, and objects around the tables.
//
// A test for each engine lists the cases, sets each up on a real server, and runs
// package program in it. The results are in the folder results, in one file for each
// engine. docs/settings.md, the sample that CI tries again, and tenon verify
// --environment use those files.
//
// A subpackage, named after the engine, lists what surrounds a user's tables, in the
// terms of the results:
//
//	// Survey lists the settings of db's connections that differ from the
//	// defaults, and the objects around the tables with these names. It skips
//	// names of missing tables. A case was judged if a result has its Kind, Name
//	// and Value. Server is the user's server: "PostgreSQL 18".
//	func Survey(ctx context.Context, db *sql.DB, tables ...string) ([]environment.Case, error)
//
// The one of MongoDB has a *mongo.Database, and the names of collections.
package environment

import (
	"cmp"
	"slices"
	"strings"
)

// Case is one value of one setting, or one object, on one server.
type Case struct {
	Server string `json:"server"`          // its name and version: "PostgreSQL 18"
	Kind   string `json:"kind"`            // how a setting is set: "role", "DSN"; or the kind of an object: "trigger"
	Name   string `json:"name"`            // of the setting or the object
	Value  string `json:"value,omitempty"` // of the setting, as it is set; empty for objects

	// Together says that the case can be tried together with others of its server
	// and kind, because it is expected to have no effect.
	Together bool `json:"-"`

	// Object says that the case is an object, and not a setting.
	Object bool `json:"object,omitempty"`
}

// key returns the identity of a case.
func (c Case) key() [4]string { return [4]string{c.Server, c.Kind, c.Name, c.Value} }

// Outcome is the outcome of a case.
type Outcome string

// The outcomes of a case. All but Fault are right.
const (
	Holds       Outcome = "holds"         // every call of the program had the result that the contract requires
	Refused     Outcome = "refused"       // New, Open, Migrate or Check refused it, before any call could be wrong
	Limited     Outcome = "limited"       // each call was right, or failed with one class and applied nothing
	CannotBeSet Outcome = "cannot be set" // the server or the driver refused the value
	NotRun      Outcome = "not run"       // it was not tried; the detail says why
	Fault       Outcome = "fault"         // anything else
)

// Outcomes lists the outcomes in the order in which reports count them.
func Outcomes() []Outcome { return []Outcome{Holds, Refused, Limited, CannotBeSet, NotRun, Fault} }

// Verdict is the result of trying a case.
type Verdict struct {
	Outcome Outcome `json:"outcome"`
	Detail  string  `json:"detail,omitempty"` // the sentence of a refusal, the classes of a limit, the server's reason, or the fault
}

// Result is a case with its verdict.
type Result struct {
	Case
	Verdict
}

// Sort sorts results by kind, name, value and server, objects last.
func Sort(results []Result) {
	slices.SortStableFunc(results, func(a, b Result) int {
		if a.Object != b.Object {
			if b.Object {
				return -1
			}
			return 1
		}
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name),
			strings.Compare(a.Value, b.Value), strings.Compare(a.Server, b.Server))
	})
}

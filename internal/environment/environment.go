// Package environment has what can surround a store, and how Tenon was seen to
// do in it: settings of a server, a session or a client, and objects around the
// tables.
//
// A test for each engine lists the cases, sets each up on a real server, and
// runs package program in it. What it found is in results, one file for each
// engine. docs/settings.md, the sample that CI tries again, and tenon verify
// --environment read those files.
//
// A package below this one, named as the engine is, tells what a server of the
// user's has, in the words of the results:
//
//	// Survey lists the settings that db's connections have, other than the
//	// defaults, and the objects around tables of these names. Where a name is
//	// not that of a table it is passed over. A case whose Kind, Name and Value
//	// are those of a result was judged; Server is the user's, "PostgreSQL 18".
//	func Survey(ctx context.Context, db *sql.DB, tables ...string) ([]environment.Case, error)
//
// MongoDB's has a *mongo.Database, and the names of collections.
package environment

import (
	"cmp"
	"slices"
	"strings"
)

// Case is one value of one setting, or one object, on one server.
type Case struct {
	Server string `json:"server"`          // its name and version: "PostgreSQL 18"
	Kind   string `json:"kind"`            // of a setting, how it is set: "role", "DSN"; of an object, what it is: "trigger"
	Name   string `json:"name"`            // of the setting or the object
	Value  string `json:"value,omitempty"` // of the setting, as it is set; objects have none

	// Together says that the case may be tried with others of its server and
	// kind at once, because it is not expected to matter.
	Together bool `json:"-"`

	// Object says that the case is an object and not a setting.
	Object bool `json:"object,omitempty"`
}

// key is what tells a case from every other.
func (c Case) key() [4]string { return [4]string{c.Server, c.Kind, c.Name, c.Value} }

// Outcome is how a case ended.
type Outcome string

// The outcomes of a case. All but Fault are right.
const (
	Holds       Outcome = "holds"         // every call of the program ended as the contract says
	Refused     Outcome = "refused"       // New, Open, Migrate or Check refused it, before any call could be wrong
	Limited     Outcome = "limited"       // each call was right, or failed with one class and applied nothing
	CannotBeSet Outcome = "cannot be set" // the server or the driver refused the value
	NotRun      Outcome = "not run"       // no one has tried it; the detail says why
	Fault       Outcome = "fault"         // anything else
)

// Outcomes lists the outcomes in the order in which reports count them.
func Outcomes() []Outcome { return []Outcome{Holds, Refused, Limited, CannotBeSet, NotRun, Fault} }

// Verdict is what a try of a case gave.
type Verdict struct {
	Outcome Outcome `json:"outcome"`
	Detail  string  `json:"detail,omitempty"` // the sentence of a refusal, the classes of a limit, the server's reason, or the fault
}

// Result is a case and what a try of it gave.
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

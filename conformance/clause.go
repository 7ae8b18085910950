package conformance

import "slices"

// Level says how binding a clause is.
type Level string

const (
	Must   Level = "MUST"   // an adapter that breaks it is not an adapter
	Should Level = "SHOULD" // an adapter may have a reason, and gives it in a waiver
)

// Clause is one sentence of the contract, which docs/spec.md states and the
// suite checks.
type Clause struct {
	ID       string // "SES-07"
	Level    Level
	Text     string // what an adapter does, one sentence or two
	Reason   string // why, in a line
	NoWaiver bool   // it cannot be left out: an adapter that breaks it is not safe to use
	Front    bool   // the front keeps it for every adapter: that it passes says nothing about this one
}

// Group is the part of the id that names the group: "SES".
func (c Clause) Group() string { return c.ID[:3] }

// Clauses returns all clauses in the order of docs/spec.md.
func Clauses() []Clause { return slices.Clone(clauses) }

// Groups returns the groups of clauses, in the order of docs/spec.md, with
// what each is about.
func Groups() []Group { return slices.Clone(groups) }

// Group is a group of clauses.
type Group struct {
	ID    string // "SES"
	Title string // "Sessions"
}

var groups = []Group{
	{"USR", "Users"},
	{"SES", "Sessions"},
	{"LEA", "Leases"},
	{"SWP", "Sweep"},
	{"REF", "References"},
	{"IDS", "Ids"},
	{"ATT", "Attributes"},
	{"TIM", "Times"},
	{"OWN", "Ownership"},
	{"CON", "Concurrency"},
	{"ERR", "Errors"},
	{"CTX", "Contexts"},
	{"STO", "Stores and handles"},
	{"OPT", "Optional interfaces"},
}

func clauseByID(id string) (Clause, bool) {
	i := slices.IndexFunc(clauses, func(c Clause) bool { return c.ID == id })
	if i < 0 {
		return Clause{}, false
	}
	return clauses[i], true
}

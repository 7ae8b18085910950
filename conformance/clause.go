package conformance

import (
	"cmp"
	"slices"
	"strings"
)

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
	Broken   string // what it looks like in production when an adapter breaks it, one sentence or two
	NoWaiver bool   // it cannot be left out: an adapter that breaks it is not safe to use
	Front    bool   // the front keeps it for every adapter: that it passes says nothing about this one
	Since    string // the version of the suite that it came in: "1.0"
}

// Group is the part of the id that names the group: "SES".
func (c Clause) Group() string { return c.ID[:3] }

// withVersions fills in the first version of the suite for clauses that name none.
func withVersions(list []Clause) []Clause {
	for i := range list {
		list[i].Since = cmp.Or(list[i].Since, firstVersion)
	}
	return list
}

// Link is where docs/spec.md has the clause.
func (c Clause) Link() string {
	return "https://github.com/tenon-go/tenon/blob/main/docs/spec.md#" + strings.ToLower(c.ID)
}

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

package conformance

import (
	"cmp"
	"slices"
	"strings"
)

// Level is how binding a clause is.
type Level string

const (
	Must   Level = "MUST"   // an adapter that breaks it does not keep the contract
	Should Level = "SHOULD" // an adapter can break it for a reason that a waiver states
)

// Clause is one requirement of the contract. docs/spec.md prints it and the suite
// checks it.
type Clause struct {
	ID       string // "SES-07"
	Level    Level
	Text     string // what an adapter must do, in one or two sentences
	Reason   string // why, in one line
	Broken   string // the effect in production if an adapter breaks the clause, in one or two sentences
	NoWaiver bool   // the clause cannot be waived, because an adapter that breaks it is not safe to use
	Front    bool   // package spec keeps the clause for every adapter, so a pass says nothing about this one
	Since    string // the version of the suite that introduced the clause: "1.0"
}

// Group returns the part of the id that names the group: "SES".
func (c Clause) Group() string { return c.ID[:3] }

// withVersions sets Since to the first version of the suite where it is empty.
func withVersions(list []Clause) []Clause {
	for i := range list {
		list[i].Since = cmp.Or(list[i].Since, firstVersion)
	}
	return list
}

// Link returns the URL of the clause in docs/spec.md.
func (c Clause) Link() string {
	return "https://github.com/tenon-go/tenon/blob/main/docs/spec.md#" + strings.ToLower(c.ID)
}

// Clauses returns all clauses in the order of docs/spec.md.
func Clauses() []Clause { return slices.Clone(clauses) }

// Groups returns the groups of clauses, in the order of docs/spec.md.
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

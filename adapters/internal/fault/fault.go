// Package fault classifies the error codes of engines. A table in each adapter maps a code
// to a fault. The table in this package maps a fault, together with a circumstance, to a
// class of error.
package fault

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// Fault is the meaning of an engine's code for a call.
type Fault int

// The faults. Those from NotUnique on are violations of a constraint.
const (
	Failed Fault = iota
	Unavailable
	ReadOnly
	Conflict
	Waited
	Retry
	Lost
	Cancelled
	TimedOut
	NotUnique
	NoReference
	Null
	CheckRule
	TooLong
	OutOfRange
)

// The faults of errors that are in no table of codes.
const (
	Unlisted   = Failed // a code that is not in the table: the engine cannot execute the statement
	Unanswered = Lost   // no answer of the engine: the connection is lost
	Refused    = Failed // no answer of the engine: the driver refused a value that it was given or has read
)

// names are the names and descriptions of the faults in docs/errors.md.
var names = [...]struct{ name, text string }{
	Failed:      {"failed", "the engine cannot do this"},
	Unavailable: {"unavailable", "the engine refused to serve, and did nothing"},
	ReadOnly:    {"read only", "the server accepts no more writes on this connection: another server accepts them"},
	Conflict:    {"conflict", "the call lost to a concurrent transaction"},
	Waited:      {"waited", "the call waited too long: a write for a lock, a read (which needs no lock) for the server"},
	Retry:       {"retry", "a conflict after which the statement can be tried again at once"},
	Lost:        {"lost", "the call stopped half-way, or its answer was lost"},
	Cancelled:   {"cancelled", "the statement was stopped, by the call's context or by the server"},
	TimedOut:    {"timed out", "the call took longer than it was allowed"},
	NotUnique:   {"not unique", "another row has this value"},
	NoReference: {"no reference", "a foreign key refers to a row that does not exist, or to the row to delete"},
	Null:        {"null", "a value is missing"},
	CheckRule:   {"check rule", "a rule of the table refused a value"},
	TooLong:     {"too long", "a value is too long"},
	OutOfRange:  {"out of range", "a number or a time does not fit"},
}

// String returns the name of the fault.
func (f Fault) String() string { return names[f].name }

// Explain returns the description of the fault.
func (f Fault) Explain() string { return names[f].text }

// All returns all faults.
func All() []Fault {
	list := make([]Fault, len(names))
	for i := range list {
		list[i] = Fault(i)
	}
	return list
}

// IsViolation reports whether the fault is the violation of a constraint.
func (f Fault) IsViolation() bool { return f >= NotUnique }

// Circumstance is a circumstance that the class of a fault depends on, in the words of
// docs/errors.md.
type Circumstance string

// The circumstances.
const (
	Otherwise      Circumstance = ""
	WriteSent      Circumstance = "for a write that may have been applied"
	WriteRepeated  Circumstance = "for a write that the driver may have sent twice"
	Reading        Circumstance = "for a read"
	AdapterClosed  Circumstance = "when the adapter has been closed"
	ContextDone    Circumstance = "when the call's context is done, or its deadline has passed by the clock"
	BeforeDeadline Circumstance = "when the deadline of the call's context is less than a second away"
	SetsNothing    Circumstance = "for a call that writes no values"
	NewUserID      Circumstance = "for the id of a new user"
	NewSessionID   Circumstance = "for the id of a new session"
	NewOwner       Circumstance = "for the user id of a new session"
)

// Meaning is the class of a fault in a circumstance.
type Meaning struct {
	When  Circumstance
	Class error               // context.Canceled stands for both context errors
	Kind  spec.ConstraintKind // the kind, if Class is ErrConstraint
}

// nothingDone are the classes of a call that has changed nothing.
var nothingDone = []Meaning{
	{When: AdapterClosed, Class: spec.ErrClosed},
	{When: ContextDone, Class: context.Canceled},
	{Class: spec.ErrUnavailable},
}

// meanings are the classes of all faults. The first one whose circumstance holds counts.
var meanings = [...][]Meaning{
	Failed:      {{Class: spec.ErrFailed}},
	Unavailable: after(Meaning{When: WriteRepeated, Class: spec.ErrIndeterminate}, nothingDone...),
	ReadOnly:    {{Class: spec.ErrUnavailable}},
	Conflict:    {{Class: spec.ErrConflict}},
	Waited:      {{When: Reading, Class: spec.ErrUnavailable}, {Class: spec.ErrConflict}},
	Retry:       {{Class: spec.ErrConflict}},
	Lost:        after(Meaning{When: WriteSent, Class: spec.ErrIndeterminate}, nothingDone...),
	Cancelled:   {{When: ContextDone, Class: context.Canceled}, {Class: spec.ErrFailed}},
	TimedOut: {
		{When: WriteRepeated, Class: spec.ErrIndeterminate},
		{When: AdapterClosed, Class: spec.ErrClosed},
		{When: ContextDone, Class: context.Canceled},
		{When: BeforeDeadline, Class: context.DeadlineExceeded}, // drivers and servers stop shortly before the deadline
		{Class: spec.ErrUnavailable},
	},
	NotUnique: violation(spec.NotUnique,
		Meaning{When: NewUserID, Class: spec.ErrUserExists},
		Meaning{When: NewSessionID, Class: spec.ErrSessionExists}),
	NoReference: violation(spec.CheckRule,
		Meaning{When: NewOwner, Class: spec.ErrUserNotFound}),
	Null:      violation(spec.Null),
	CheckRule: violation(spec.CheckRule),
	TooLong:   violation(spec.TooLong),
	OutOfRange: violation(spec.OutOfRange,
		Meaning{When: NewUserID, Class: spec.ErrInvalid},
		Meaning{When: NewOwner, Class: spec.ErrInvalid}),
}

func after(first Meaning, rest ...Meaning) []Meaning { return append([]Meaning{first}, rest...) }

// violation returns the classes of a violated constraint. The class is ErrConstraint with
// this kind unless the circumstance of one of the others holds.
func violation(kind spec.ConstraintKind, others ...Meaning) []Meaning {
	return append(others,
		Meaning{When: SetsNothing, Class: spec.ErrFailed},
		Meaning{Class: spec.ErrConstraint, Kind: kind})
}

// Meanings returns the classes of the fault.
func (f Fault) Meanings() []Meaning { return meanings[f] }

// Meaning returns the class of the fault. Holds reports whether a circumstance holds. The
// circumstance Otherwise always holds.
func (f Fault) Meaning(holds func(Circumstance) bool) Meaning {
	list := meanings[f]
	for _, m := range list[:len(list)-1] {
		if holds(m.When) {
			return m
		}
	}
	return list[len(list)-1]
}

// Is returns a function for [Fault.Meaning] for which only this circumstance holds.
func Is(when Circumstance) func(Circumstance) bool {
	return func(c Circumstance) bool { return c == when }
}

// Code is a code of an engine, or the group of codes that begin with it.
type Code struct {
	Code  string
	Name  string // the engine's name for it
	Fault Fault
	Note  string // a note about it, for docs/errors.md
}

// Find returns the fault of the first of these codes that is in the table.
func Find(table []Code, codes ...string) Fault {
	for _, wanted := range codes {
		for _, c := range table {
			if c.Code == wanted {
				return c.Fault
			}
		}
	}
	return Unlisted
}

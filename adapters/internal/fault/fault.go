// Package fault says what engines' error codes mean to a call: a table in each
// adapter gives a code its fault, and the table here gives a fault under
// a circumstance its class.
package fault

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// Fault is what an engine's code means to a call.
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

// The faults of what is in no table of codes.
const (
	Unlisted   = Failed // a code that is not in the table: the engine's way to say that it cannot
	Unanswered = Lost   // no answer of the engine's: the connection is gone
	Refused    = Failed // no answer of the engine's: the driver refused what it was given, or had read
)

// names are the faults in the words of docs/errors.md.
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

// Explain says what the fault is.
func (f Fault) Explain() string { return names[f].text }

// All returns the faults.
func All() []Fault {
	list := make([]Fault, len(names))
	for i := range list {
		list[i] = Fault(i)
	}
	return list
}

// IsViolation reports whether a constraint was broken.
func (f Fault) IsViolation() bool { return f >= NotUnique }

// Circumstance is what the class of a fault depends on, in the words of
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

// Meaning is a class that a fault has.
type Meaning struct {
	When  Circumstance
	Class error               // context.Canceled stands for either of the context's errors
	Kind  spec.ConstraintKind // of ErrConstraint
}

// nothingDone are the classes of a call of which nothing was applied.
var nothingDone = []Meaning{
	{When: AdapterClosed, Class: spec.ErrClosed},
	{When: ContextDone, Class: context.Canceled},
	{Class: spec.ErrUnavailable},
}

// meanings are all classes that faults have. Of those whose circumstance holds
// the first counts.
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
		{When: BeforeDeadline, Class: context.DeadlineExceeded}, // drivers and servers stop a little before it
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

// violation returns the classes of a broken constraint. It is ErrConstraint with
// this kind, unless one of the others comes first.
func violation(kind spec.ConstraintKind, others ...Meaning) []Meaning {
	return append(others,
		Meaning{When: SetsNothing, Class: spec.ErrFailed},
		Meaning{Class: spec.ErrConstraint, Kind: kind})
}

// Meanings returns the classes that the fault has.
func (f Fault) Meanings() []Meaning { return meanings[f] }

// Meaning returns the class of the fault by what holds. Otherwise holds always.
func (f Fault) Meaning(holds func(Circumstance) bool) Meaning {
	list := meanings[f]
	for _, m := range list[:len(list)-1] {
		if holds(m.When) {
			return m
		}
	}
	return list[len(list)-1]
}

// Is returns a function for [Fault.Meaning]: this circumstance holds and no
// other.
func Is(when Circumstance) func(Circumstance) bool {
	return func(c Circumstance) bool { return c == when }
}

// Code is one code of an engine, or the group of codes that begins with it.
type Code struct {
	Code  string
	Name  string // the engine's own for it
	Fault Fault
	Note  string // what is worth knowing about it, for docs/errors.md
}

// Find returns the fault of the first of these codes that is in a table.
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

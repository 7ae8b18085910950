package sqlstore

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// Fault is what an engine's code means to a call.
type Fault int

// The faults. Those from NotUnique on are violations of a constraint.
const (
	Failed      Fault = iota // the engine cannot do this
	Unavailable              // it would not serve
	ReadOnly                 // nor will it, on this connection: the server takes no more writes, another one does
	Conflict                 // lost to a concurrent transaction
	Waited                   // waited for too long: a write for a lock, a read, which needs none, for the server
	Again                    // the same, and nothing is left that a new try would wait for
	Lost                     // the connection is gone: a write may have been applied
	Cancelled                // the statement was stopped: by our context, or else by the server
	NotUnique
	NoReference // a foreign key names a row that is not there
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

// Circumstance is what the class of a fault depends on, in the words of
// docs/errors.md.
type Circumstance string

// The circumstances.
const (
	Otherwise     Circumstance = ""
	WriteSent     Circumstance = "to a write that was sent"
	Reading       Circumstance = "to a read"
	AdapterClosed Circumstance = "when the adapter was closed meanwhile"
	ContextDone   Circumstance = "when the call's context is done"
	NewUserID     Circumstance = "about the id of a new user"
	NewSessionID  Circumstance = "about the id of a new session"
	NewOwner      Circumstance = "about the user id of a new session"
	Removal       Circumstance = "to a delete"
)

// Meaning is a class that a fault has.
type Meaning struct {
	When  Circumstance
	Class error               // context.Canceled stands for either of the context's errors
	Kind  spec.ConstraintKind // of ErrConstraint
}

// meanings are all classes that faults have. Everything that gives an error its
// class goes by it, and docs/errors.md is made from it.
var meanings = map[Fault][]Meaning{
	Failed: {{Class: spec.ErrFailed}},
	Unavailable: {
		{When: ContextDone, Class: context.Canceled}, // which may be why
		{Class: spec.ErrUnavailable},
	},
	ReadOnly: {{Class: spec.ErrUnavailable}},
	Conflict: {{Class: spec.ErrConflict}},
	Waited: {
		{When: Reading, Class: spec.ErrUnavailable},
		{Class: spec.ErrConflict},
	},
	Again: {{Class: spec.ErrConflict}},
	Lost: {
		{When: WriteSent, Class: spec.ErrIndeterminate},
		{When: AdapterClosed, Class: spec.ErrClosed},
		{When: ContextDone, Class: context.Canceled},
		{Class: spec.ErrUnavailable},
	},
	Cancelled: {
		{When: ContextDone, Class: context.Canceled},
		{Class: spec.ErrFailed},
	},
	NotUnique: {
		{When: NewUserID, Class: spec.ErrUserExists},
		{When: NewSessionID, Class: spec.ErrSessionExists},
		{Class: spec.ErrConstraint, Kind: spec.NotUnique},
	},
	NoReference: {
		{When: NewOwner, Class: spec.ErrUserNotFound},
		{When: Removal, Class: spec.ErrFailed},
		{Class: spec.ErrConstraint, Kind: spec.CheckRule},
	},
	Null:      {{Class: spec.ErrConstraint, Kind: spec.Null}},
	CheckRule: {{Class: spec.ErrConstraint, Kind: spec.CheckRule}},
	TooLong:   {{Class: spec.ErrConstraint, Kind: spec.TooLong}},
	OutOfRange: {
		{When: NewUserID, Class: spec.ErrInvalid},
		{When: NewOwner, Class: spec.ErrInvalid},
		{Class: spec.ErrConstraint, Kind: spec.OutOfRange},
	},
}

// discards reports whether a fault is the connection's, so that another one may
// do better.
func (f Fault) discards() bool { return f == ReadOnly }

// Meanings returns the classes that a fault has.
func (f Fault) Meanings() []Meaning { return meanings[f] }

// class returns the class that a fault has under a circumstance; nil, if that
// makes no difference to it.
func (f Fault) class(when Circumstance) error {
	for _, m := range meanings[f] {
		if m.When == when {
			return m.Class
		}
	}
	return nil
}

// constraint returns the error of a violation that is about an attribute, or
// about none.
func (f Fault) constraint(attribute string) error {
	list := meanings[f]
	return &spec.ConstraintError{Kind: list[len(list)-1].Kind, Attribute: attribute}
}

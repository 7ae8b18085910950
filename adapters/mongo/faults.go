package mongo

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// fault is what a code of the server's means to a call.
type fault int

// The faults. Those from notUnique on are violations of a constraint.
const (
	failed      fault = iota // the server cannot do this
	unavailable              // it would not serve, and did nothing
	conflict                 // lost to a concurrent transaction
	lost                     // stopped half-way, or no answer: a write may have been applied
	cancelled                // it took longer than it was given
	notUnique
	null
	checkRule
	tooLong
	outOfRange
)

// The faults of what is in no table of codes.
const (
	unlisted        = failed // a code that is not in the table
	unanswered      = lost   // an error that is no answer of the server's, but the network's
	refusedByDriver = failed // any other
)

// circumstance is what the class of a fault depends on, in the words of
// docs/errors.md.
type circumstance string

// The circumstances.
const (
	otherwise     circumstance = ""
	writeSent     circumstance = "to a write that was sent, without the label NoWritesPerformed"
	writeRepeated circumstance = "to a write that the driver has sent twice, without the label NoWritesPerformed"
	adapterClosed circumstance = "when the adapter was closed meanwhile"
	contextDone   circumstance = "when the call's context is done, or its deadline has passed by the clock"
	newUserID     circumstance = "about the id of a new user"
	newSessionID  circumstance = "about the id of a new session"
)

// meaning is a class that a fault has.
type meaning struct {
	when  circumstance
	class error               // context.Canceled stands for either of the context's errors
	kind  spec.ConstraintKind // of ErrConstraint
}

// nothingDone are the classes of a call of which nothing was applied.
var nothingDone = []meaning{
	{when: adapterClosed, class: spec.ErrClosed},
	{when: contextDone, class: context.Canceled},
	{class: spec.ErrUnavailable},
}

// meanings are all classes that faults have; of those whose circumstance holds
// the first counts. Everything that gives an error its class goes by it, and
// docs/errors.md is made from it.
var meanings = map[fault][]meaning{
	failed:      {{class: spec.ErrFailed}},
	unavailable: append([]meaning{{when: writeRepeated, class: spec.ErrIndeterminate}}, nothingDone...),
	conflict:    {{class: spec.ErrConflict}},
	lost:        append([]meaning{{when: writeSent, class: spec.ErrIndeterminate}}, nothingDone...),
	cancelled:   append([]meaning{{when: writeRepeated, class: spec.ErrIndeterminate}}, nothingDone...),
	notUnique: {
		{when: newUserID, class: spec.ErrUserExists},
		{when: newSessionID, class: spec.ErrSessionExists},
		{class: spec.ErrConstraint, kind: spec.NotUnique},
	},
	null:       {{class: spec.ErrConstraint, kind: spec.Null}},
	checkRule:  {{class: spec.ErrConstraint, kind: spec.CheckRule}},
	tooLong:    {{class: spec.ErrConstraint, kind: spec.TooLong}},
	outOfRange: {{class: spec.ErrConstraint, kind: spec.OutOfRange}},
}

// class returns the class of a fault, by what holds.
func (f fault) class(holds func(circumstance) bool) meaning {
	for _, m := range meanings[f] {
		if holds(m.when) {
			return m
		}
	}
	return meaning{class: spec.ErrFailed}
}

// code is one code of the server's.
type code struct {
	code  string
	name  string // the server's own
	fault fault
	note  string // what is worth knowing about it, for docs/errors.md
}

// codes are the server's codes.
var codes = []code{
	{code: "6", name: "HostUnreachable", fault: lost, note: "from mongos, as 7, 89 and 9001 are"},
	{code: "7", name: "HostNotFound", fault: lost},
	{code: "24", name: "LockTimeout", fault: conflict, note: "in a transaction, which waits 5 ms for a lock"},
	{code: "50", name: "MaxTimeMSExpired", fault: cancelled, note: "the driver tells the server of a context's deadline, or of the client's timeoutMS"},
	{code: "89", name: "NetworkTimeout", fault: lost},
	{code: "91", name: "ShutdownInProgress", fault: lost},
	{code: "112", name: "WriteConflict", fault: conflict, note: "only of a transaction, after 20 tries"},
	{code: "121", name: "DocumentValidationFailure", fault: checkRule, note: "the details name the field, and which rule of the validator"},
	{code: "134", name: "ReadConcernMajorityNotAvailableYet", fault: unavailable, note: "a member that has just started"},
	{code: "189", name: "PrimarySteppedDown", fault: lost},
	{code: "225", name: "TransactionTooOld", fault: conflict},
	{code: "246", name: "SnapshotUnavailable", fault: conflict},
	{code: "251", name: "NoSuchTransaction", fault: conflict, note: "aborted meanwhile, by a primary that stepped down, say"},
	{code: "262", name: "ExceededTimeLimit", fault: lost},
	{code: "9001", name: "SocketException", fault: lost},
	{code: "10107", name: "NotWritablePrimary", fault: unavailable},
	{code: "11000", name: "DuplicateKey", fault: notUnique, note: "keyPattern names the field; _id comes first; the text holds the value"},
	{code: "11600", name: "InterruptedAtShutdown", fault: lost},
	{code: "11601", name: "Interrupted", fault: lost, note: "killOp"},
	{code: "11602", name: "InterruptedDueToReplStateChange", fault: lost},
	{code: "13435", name: "NotPrimaryNoSecondaryOk", fault: unavailable},
	{code: "13436", name: "NotPrimaryOrSecondary", fault: unavailable},
	{code: writeConcern, name: "writeConcernError", fault: lost, note: "the write was there each time, but may be rolled back"},
}

// writeConcern stands for the code of an answer that says nothing but that the
// write is not known to be durable.
const writeConcern = "write concern"

// rules are the operators of a validator: what the details of code 121 name.
var rules = []code{
	{code: "bsonType", fault: checkRule},
	{code: "maximum", fault: outOfRange},
	{code: "maxLength", fault: tooLong},
	{code: "minimum", fault: outOfRange},
	{code: "required", fault: null},
}

// faultOf looks a code up in a table.
func faultOf(table []code, wanted string) fault {
	for _, c := range table {
		if c.code == wanted {
			return c.fault
		}
	}
	return unlisted
}

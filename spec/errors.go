package spec

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// The classes of error. Every failed call matches, by [errors.Is], exactly one of
// these or of [context.Canceled] and [context.DeadlineExceeded].
var (
	// ErrUserNotFound: there is no such user. A session was created for an unknown
	// user, or an unknown user was read or updated.
	ErrUserNotFound = errors.New("user not found")

	// ErrSessionNotFound: there is no such session to read or update.
	ErrSessionNotFound = errors.New("session not found")

	// ErrUserExists: the id is taken. The existing user is unchanged.
	ErrUserExists = errors.New("user exists")

	// ErrSessionExists: the id is taken. The existing session is unchanged.
	ErrSessionExists = errors.New("session exists")

	// ErrConstraint: the store refused an attribute. errors.As finds the
	// *ConstraintError.
	ErrConstraint = errors.New("constraint violated")

	// ErrInvalid: no store can hold this input.
	ErrInvalid = errors.New("invalid input")

	// ErrStale: SwapLease found a different lease.
	ErrStale = errors.New("stale lease")

	// ErrConflict: the call lost to a concurrent transaction. Nothing was applied.
	// Trying again may succeed.
	ErrConflict = errors.New("conflict with a concurrent transaction")

	// ErrUnavailable: the store could not be reached or refused to serve. Nothing
	// was applied.
	ErrUnavailable = errors.New("store unavailable")

	// ErrIndeterminate: the reply to a write was lost. The write may or may not have
	// been applied. A read never returns it.
	ErrIndeterminate = errors.New("outcome unknown")

	// ErrFailed: the store replied that it cannot do this: no permission, no such
	// table, disk full, a stored value that the Go type cannot hold. Nothing was
	// applied. Trying again will not help.
	ErrFailed = errors.New("store failed")

	// ErrClosed: the store's own Close was called.
	ErrClosed = errors.New("adapter closed")

	// ErrUnsupported: the adapter does not offer this method, for example UserBy.
	ErrUnsupported = errors.New("not offered by the adapter")
)

var classes = []error{
	ErrClosed, context.Canceled, context.DeadlineExceeded, ErrInvalid,
	ErrUserExists, ErrSessionExists, ErrUserNotFound, ErrSessionNotFound,
	ErrConstraint, ErrStale, ErrConflict, ErrUnavailable, ErrIndeterminate, ErrFailed,
	ErrUnsupported,
}

// Classes returns all classes, including the two context errors.
func Classes() []error { return slices.Clone(classes) }

// ClassOf returns the only class that err matches. It returns nil if err matches
// none or several: such an error breaks the contract.
func ClassOf(err error) error {
	var found error
	for _, class := range classes {
		if errors.Is(err, class) {
			if found != nil {
				return nil
			}
			found = class
		}
	}
	return found
}

// ConstraintKind is the kind of constraint that an attribute violated.
type ConstraintKind string

// The kinds of constraint. NotUnique and TooLong follow from the options of the
// attributes. The others come only from constraints of existing tables.
const (
	NotUnique  ConstraintKind = "not unique"
	TooLong    ConstraintKind = "too long"
	Null       ConstraintKind = "null"
	CheckRule  ConstraintKind = "check"
	OutOfRange ConstraintKind = "out of range"
)

// ConstraintError says which attribute the store refused, and why. It matches
// [ErrConstraint].
type ConstraintError struct {
	Kind      ConstraintKind
	Attribute string // the Go field; empty if the column belongs to no attribute
}

// Error names the kind and the attribute, never the value.
func (e *ConstraintError) Error() string {
	text := ErrConstraint.Error() + ": " + string(e.Kind)
	if e.Attribute != "" {
		text += ": attribute " + e.Attribute
	}
	return text
}

// MarshalText returns the error's text.
func (e ConstraintError) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// Unwrap returns ErrConstraint.
func (e *ConstraintError) Unwrap() error { return ErrConstraint }

// Error is the error of every failed call of a store. [errors.Is] finds its class and nothing
// else. [errors.As] also finds the driver's own error.
//
// The driver's error can contain ids, values and passwords, so it is never part of
// the text of an Error. Package fmt under every verb, and encoders such as
// encoding/json, write only that text.
type Error struct {
	Adapter string // the adapter's name: "postgres"
	Op      Op     // the operation that failed
	Class   error  // one of the classes, a *ConstraintError, or a context error
	Detail  string // the engine's code, the constraint's name; never an id, a credential or a value
	Cause   error  // the driver's own error; may be nil
}

// Error returns the text, such as
// "postgres: create user: user exists (23505 users_pkey)".
func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %s: %v", e.Adapter, e.Op, e.Class)
	if e.Detail != "" {
		text += " (" + e.Detail + ")"
	}
	return text
}

// Format writes the text; %#v writes it as a Go string. The receiver is a value,
// like that of MarshalText, because fields and variables can have the type Error.
func (e Error) Format(f fmt.State, verb rune) {
	fmt.Fprintf(f, fmt.FormatString(f, verb), e.Error())
}

// MarshalText returns the text.
func (e Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// Unwrap returns the class. It hides the cause from errors.Is, which must find
// only this class.
func (e *Error) Unwrap() error { return e.Class }

// As implements the search of [errors.As] in the driver's own error. It never finds
// a *ConstraintError there: only a class can be one.
func (e *Error) As(target any) bool {
	if _, ok := target.(**ConstraintError); ok {
		return false
	}
	return e.Cause != nil && errors.As(e.Cause, target)
}

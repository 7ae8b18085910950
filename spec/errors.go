package spec

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// The classes of error. Every failed call of an adapter matches exactly one of
// them, or context.Canceled, or context.DeadlineExceeded, by errors.Is.
var (
	// ErrUserNotFound: the user that was read or updated, or that a new
	// session names, is not there.
	ErrUserNotFound = errors.New("user not found")

	// ErrSessionNotFound: the session that was read or updated is not there.
	ErrSessionNotFound = errors.New("session not found")

	// ErrUserExists: the id is taken; the user that has it is untouched.
	ErrUserExists = errors.New("user exists")

	// ErrSessionExists: the id is taken; the session that has it is untouched.
	ErrSessionExists = errors.New("session exists")

	// ErrConstraint: the store refused an attribute. The error is a
	// *ConstraintError by errors.As.
	ErrConstraint = errors.New("constraint violated")

	// ErrInvalid: input that no store could hold.
	ErrInvalid = errors.New("invalid input")

	// ErrStale: SwapLease found another lease.
	ErrStale = errors.New("stale lease")

	// ErrConflict: lost to a concurrent transaction; nothing was applied and
	// trying again may work.
	ErrConflict = errors.New("conflict with a concurrent transaction")

	// ErrUnavailable: the store could not be reached or would not serve;
	// nothing was applied.
	ErrUnavailable = errors.New("store unavailable")

	// ErrIndeterminate: the answer was lost; a write may or may not have been
	// applied. Reads are never indeterminate.
	ErrIndeterminate = errors.New("outcome unknown")

	// ErrFailed: the store answered and cannot do this (no permission, no such
	// table, disk full, a stored value that the Go type cannot hold); nothing
	// was applied and trying again will not help.
	ErrFailed = errors.New("store failed")

	// ErrClosed: the adapter was closed, by its own Close.
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

// Classes returns all classes, the two context errors included.
func Classes() []error { return slices.Clone(classes) }

// ClassOf returns the one class that err matches, and nil if it matches none
// or several: such an error does not keep the contract.
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

// ConstraintKind is the kind of rule that an attribute broke.
type ConstraintKind string

// The kinds of constraint. NotUnique and TooLong come from the schema of the
// attributes; the others only from existing tables.
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
	Attribute string // the Go field; empty for a column that is not ours
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

// Error is what an adapter returns for every failed call. errors.Is finds its
// class and nothing else; errors.As also finds the driver's own error, which may
// hold ids, values and passwords. So it is never part of this error's text, and
// an Error is written as its text alone, by fmt under every verb and by encoders
// such as encoding/json.
type Error struct {
	Adapter string // the adapter's name: "postgres"
	Op      Op     // what was tried
	Class   error  // one of the classes, a *ConstraintError, or a context error
	Detail  string // the engine's code, the constraint's name; never an id, a credential or a value
	Cause   error  // the driver's own error; may be nil
}

// Error returns "postgres: create user: user exists (23505 users_pkey)".
func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %s: %v", e.Adapter, e.Op, e.Class)
	if e.Detail != "" {
		text += " (" + e.Detail + ")"
	}
	return text
}

// Format writes the text, %#v as a Go string. The receiver is a value, as that
// of MarshalText, because fields and variables may be of the type Error.
func (e Error) Format(f fmt.State, verb rune) {
	fmt.Fprintf(f, fmt.FormatString(f, verb), e.Error())
}

// MarshalText returns the text.
func (e Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// Unwrap returns the class, so that errors.Is sees that one class only.
func (e *Error) Unwrap() error { return e.Class }

// As finds target in the driver's own error. A *ConstraintError is found where
// it is the class, and never in the cause.
func (e *Error) As(target any) bool {
	if _, ok := target.(**ConstraintError); ok {
		return false
	}
	return e.Cause != nil && errors.As(e.Cause, target)
}

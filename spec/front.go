package spec

import (
	"cmp"
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"
)

// front is what the two fronts have in common: the rules about closing, contexts
// and errors, and the methods that take no rows.
type front struct {
	name    string
	adapter SessionAdapter
	userIDs UserIDs // nil if every valid id will do
	closed  atomic.Bool
}

// begin returns why a call ends before it has begun, or nil.
func (f *front) begin(ctx context.Context, op Op) error {
	if f.closed.Load() {
		return &Error{Adapter: f.name, Op: op, Class: ErrClosed}
	}
	if err := contextError(ctx); err != nil {
		return &Error{Adapter: f.name, Op: op, Class: err}
	}
	return nil
}

// contextError returns the error of a context that is done or whose deadline has
// passed: a context learns of that from a timer, which may be late.
func contextError(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return nil
}

// end gives the error of an adapter its class, in view of what has become of the
// store and the context during the call. It returns nil for nil.
func (f *front) end(ctx context.Context, op Op, err error) error {
	if err == nil {
		return nil
	}
	e := f.classify(op, err)
	gone := contextError(ctx)
	if e.Class == context.Canceled || e.Class == context.DeadlineExceeded {
		e.Class = cmp.Or(gone, ErrUnavailable) // which is a driver's own timeout
	}
	if e.Class == ErrUnavailable || e.Class == ErrFailed {
		if f.closed.Load() {
			e.Class = ErrClosed
		} else if gone != nil {
			e.Class = gone
		}
	}
	return e
}

// classify returns the error with the class that it says itself.
func (f *front) classify(op Op, err error) *Error {
	e := Error{Class: err}
	if full, ok := err.(*Error); ok {
		e = *full
	}
	e.Op = op
	if e.Adapter == "" {
		e.Adapter = f.name
	}
	class, stated := ClassOf(e.Class), e.Class
	switch {
	case class == nil:
		e.Class = ErrFailed
	case class == ErrConstraint:
		constraint, ok := errors.AsType[*ConstraintError](stated)
		if !ok {
			constraint = &ConstraintError{Kind: CheckRule}
		}
		e.Class = constraint
	default:
		e.Class = class
	}
	if reason, ok := stated.(*invalidError); ok {
		e.Class = reason // its text is ours
	} else if e.Cause == nil && e.Class != stated {
		e.Cause = stated
	}
	return &e
}

// validUser reports whether a user may have this id.
func (f *front) validUser(id string) bool {
	return ValidID(id) && (f.userIDs == nil || f.userIDs.ValidUserID(id))
}

// Migrate creates what the adapter needs in its database and is missing. It is
// idempotent, and any number of processes may call it at once. An adapter that
// needs nothing created has nothing to do.
func (f *front) Migrate(ctx context.Context) error {
	return f.migrator(ctx, OpMigrate, Migrator.Migrate)
}

// Check says in one error, ErrFailed, everything about the existing schema that does
// not fit. It changes nothing.
func (f *front) Check(ctx context.Context) error {
	return f.migrator(ctx, OpCheck, Migrator.Check)
}

func (f *front) migrator(ctx context.Context, op Op, method func(Migrator, context.Context) error) error {
	if err := f.begin(ctx, op); err != nil {
		return err
	}
	m, ok := As[Migrator](f.adapter)
	if !ok {
		return nil
	}
	return f.end(ctx, op, method(m, ctx))
}

// Describe says what the adapter runs on and what it promises. Of an adapter
// that does not say, only the name is known.
func (f *front) Describe(ctx context.Context) (Description, error) {
	if err := f.begin(ctx, OpDescribe); err != nil {
		return Description{}, err
	}
	var d Description
	if describer, ok := As[Describer](f.adapter); ok {
		var err error
		if d, err = describer.Describe(ctx); err != nil {
			return Description{}, f.end(ctx, OpDescribe, err)
		}
	}
	if d.Name == "" {
		d.Name = f.name
	}
	return d, nil
}

// Close closes the adapter, once. Every later call of another method is
// ErrClosed; Close itself succeeds again. A call that is under way may end so,
// or as if Close had come after it.
func (f *front) Close() error {
	if f.closed.Swap(true) {
		return nil
	}
	closer, ok := As[io.Closer](f.adapter)
	if !ok {
		return nil
	}
	if err := closer.Close(); err != nil {
		return f.classify(OpClose, err)
	}
	return nil
}

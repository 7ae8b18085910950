package spec

import (
	"cmp"
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"
)

// front is the part that Store and SessionStore share: the rules about closing,
// contexts and errors, and the methods without rows.
type front struct {
	name    string
	adapter SessionAdapter
	userIDs UserIDs // nil if the adapter accepts every valid id
	closed  atomic.Bool
}

// begin returns the error of a call that must not start: the store is closed or
// ctx is done. Otherwise it returns nil.
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
// passed. It compares the deadline with the clock because the context's timer may
// fire late.
func contextError(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return nil
}

// end returns an adapter's error with its class. The class depends on whether the
// store was closed or ctx ended during the call. It returns nil for nil.
func (f *front) end(ctx context.Context, op Op, err error) error {
	if err == nil {
		return nil
	}
	e := f.classify(op, err)
	gone := contextError(ctx)
	if e.Class == context.Canceled || e.Class == context.DeadlineExceeded {
		e.Class = cmp.Or(gone, ErrUnavailable) // ctx is not done: the driver's own timeout
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

// classify returns err as an [Error] with the class that err itself has.
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
		e.Class = reason // our own text, so it is safe to show
	} else if e.Cause == nil && e.Class != stated {
		e.Cause = stated
	}
	return &e
}

// validUser reports whether a user can have this id.
func (f *front) validUser(id string) bool {
	return ValidID(id) && (f.userIDs == nil || f.userIDs.ValidUserID(id))
}

// Migrate creates whatever the adapter needs in its database and does not find. It
// is idempotent, and any number of processes can call it at once. If the adapter
// needs nothing, Migrate does nothing.
func (f *front) Migrate(ctx context.Context) error {
	return f.migrator(ctx, OpMigrate, Migrator.Migrate)
}

// Check compares the schema in the database with what the adapter needs. If they
// differ, it returns one ErrFailed that lists every difference. It changes nothing.
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

// Describe returns what the adapter runs on and what it promises. If the adapter
// is not a [Describer], only the name is set.
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

// Close closes the adapter. Later calls of Close do nothing and succeed. Later
// calls of other methods return ErrClosed. A call that is in progress either returns
// ErrClosed or ends as if Close had come after it.
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

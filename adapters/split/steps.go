package split

import (
	"context"
	"errors"

	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
)

// tries is how often a second step is tried when it loses to a concurrent
// transaction.
const tries = 5

// finish runs the second step of a call, with a context that lingers: what the
// first step has done must not stay alone because the caller gives up, or because
// of a conflict.
func finish(ctx context.Context, step func(context.Context) error) error {
	var err error
	for range tries {
		if err = step(ctx); !errors.Is(err, spec.ErrConflict) {
			break
		}
	}
	return err
}

// DeleteUser deletes the user, and then the user's sessions, even if there is
// no such user: so calling it again does what an earlier call could not.
func (a *Adapter[U, S]) DeleteUser(ctx context.Context, id string) error {
	within, cancel := linger.Context(ctx)
	defer cancel()
	if err := a.users.DeleteUser(ctx, id); err != nil {
		return err
	}
	err := finish(within, func(ctx context.Context) error {
		_, err := a.DeleteUserSessions(ctx, id)
		return err
	})
	if err != nil {
		return fail(spec.OpDeleteUser, spec.ErrIndeterminate, err)
	}
	return nil
}

// CreateSession inserts the session, which finds what is wrong with it, and
// takes it back if its user is not there. In this order a session is never left
// without its user, whoever deletes the user meanwhile: either the session is
// there when the user's are deleted, or the user is gone when it is looked for.
// So it is if the answer of the insertion was lost, unless that is applied later
// still.
func (a *Adapter[U, S]) CreateSession(ctx context.Context, session spec.Session[S]) error {
	within, cancel := linger.Context(ctx)
	defer cancel()
	err := a.TypedSessionAdapter.CreateSession(ctx, session)
	lost := errors.Is(err, spec.ErrIndeterminate)
	if session.UserID == "" || err != nil && !lost && !refused(err) {
		return err
	}
	unknown := finish(within, func(ctx context.Context) error {
		_, err := a.users.User(ctx, session.UserID)
		return err
	})
	if errors.Is(unknown, spec.ErrUserNotFound) {
		unknown = fail(spec.OpCreateSession, spec.ErrUserNotFound, nil)
	}
	switch {
	case unknown == nil || err != nil && !errors.Is(unknown, spec.ErrUserNotFound):
		return err
	case lost:
		a.takeBackLost(within, session)
		return err
	case err != nil:
		return unknown // which comes before the constraint
	}
	back := finish(within, func(ctx context.Context) error { return a.DeleteSession(ctx, session.ID) })
	if back != nil {
		return fail(spec.OpCreateSession, spec.ErrIndeterminate, back)
	}
	return unknown
}

// takeBackLost deletes a session of an unknown user that may have been inserted.
// Its id may be another session's, which is left alone.
func (a *Adapter[U, S]) takeBackLost(ctx context.Context, session spec.Session[S]) {
	// If this fails as well, what is left is what a crash leaves: see the
	// package's documentation.
	_ = finish(ctx, func(ctx context.Context) error {
		found, err := a.Session(ctx, session.ID)
		if err != nil || found.UserID != session.UserID {
			return err
		}
		return a.DeleteSession(ctx, session.ID)
	})
}

// refused reports whether the store refused an attribute. That the user is not
// there would have come before that, but not before our own max.
func refused(err error) bool {
	c, ok := errors.AsType[*spec.ConstraintError](err)
	return ok && c.Kind != spec.TooLong
}

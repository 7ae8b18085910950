package split

import (
	"context"

	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
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
		if err = step(ctx); spec.ClassOf(err) != spec.ErrConflict {
			break
		}
	}
	return err
}

// DeleteUser deletes the user, and then the user's sessions, even if there is
// no such user: so calling it again does what an earlier call could not.
func (a *Adapter) DeleteUser(ctx context.Context, id string) error {
	within, cancel := linger.Context(ctx)
	defer cancel()
	if err := a.userAdapter.DeleteUser(ctx, id); err != nil {
		return nameStore(usersName, err)
	}
	err := finish(within, func(ctx context.Context) error {
		_, err := a.DeleteUserSessions(ctx, id, nil)
		return err
	})
	return leftUndone(err)
}

// CreateSession inserts the session, which finds what is wrong with it, and
// takes it back if its user is not there. In this order a session is never left
// without its user, whoever deletes the user in between: either the session is
// there when the user's are deleted, or the user is gone when it is looked for.
// So it is if the answer of the insertion was lost, unless that is applied later
// still.
func (a *Adapter) CreateSession(ctx context.Context, session spec.SessionRow) error {
	within, cancel := linger.Context(ctx)
	defer cancel()
	err := a.SessionAdapter.CreateSession(ctx, session)
	class := spec.ClassOf(err)
	lost := class == spec.ErrIndeterminate
	// An unknown user comes before a constraint.
	if session.UserID == "" || err != nil && !lost && class != spec.ErrConstraint {
		return nameStore(sessionsName, err)
	}
	unknown := finish(within, func(ctx context.Context) error {
		return a.UpdateUser(ctx, session.UserID, spec.Change{}) // which only looks
	})
	gone := spec.ClassOf(unknown) == spec.ErrUserNotFound
	switch {
	case unknown == nil || err != nil && !gone:
		return nameStore(sessionsName, err)
	case lost:
		a.takeBackLost(within, session)
		return nameStore(sessionsName, err)
	case err == nil:
		err := finish(within, func(ctx context.Context) error { return a.DeleteSession(ctx, session.ID) })
		if err != nil {
			return leftUndone(err)
		}
	}
	return nameStore(usersName, unknown)
}

// leftUndone returns the error of a second step, which was of the sessions' store.
func leftUndone(err error) error {
	if err == nil {
		return nil
	}
	return &spec.Error{Adapter: sessionsName, Class: spec.ErrIndeterminate, Cause: err}
}

// takeBackLost deletes a session of an unknown user that may have been inserted.
// Its id may be another session's, which is left alone.
func (a *Adapter) takeBackLost(ctx context.Context, session spec.SessionRow) {
	// If this fails as well, what is left is what a crash leaves: see the
	// package's documentation.
	_ = finish(ctx, func(ctx context.Context) error {
		found := spec.SessionRow{Attributes: attr.NewPointers(a.sessions)}
		if err := a.Session(ctx, session.ID, &found); err != nil || found.UserID != session.UserID {
			return err
		}
		return a.DeleteSession(ctx, session.ID)
	})
}

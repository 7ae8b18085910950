package split

import (
	"context"

	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// tries is how often a second step is tried if it loses to a concurrent transaction.
const tries = 5

// finish runs the second step of a call. Its context lasts a moment longer than the
// caller's, and a conflict is tried again, so that the call rarely ends after only its
// first step.
func finish(ctx context.Context, step func(context.Context) error) error {
	var err error
	for range tries {
		if err = step(ctx); spec.ClassOf(err) != spec.ErrConflict {
			break
		}
	}
	return err
}

// DeleteUser deletes the user and then the user's sessions. It deletes the sessions even
// if there is no such user, so a repeated call completes one that failed.
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

// CreateSession inserts the session and deletes it again if its user does not exist. In
// this order no session remains without a user if another call deletes the user at the
// same time: either that call finds the session among the user's sessions, or this one
// does not find the user. The same is true if the answer to the insert was lost, unless
// the insert is executed even later.
func (a *Adapter) CreateSession(ctx context.Context, session spec.SessionRow) error {
	within, cancel := linger.Context(ctx)
	defer cancel()
	err := a.SessionAdapter.CreateSession(ctx, session)
	class := spec.ClassOf(err)
	lost := class == spec.ErrIndeterminate
	// An unknown user takes precedence over a constraint.
	if session.UserID == "" || err != nil && !lost && class != spec.ErrConstraint {
		return nameStore(sessionsName, err)
	}
	unknown := finish(within, func(ctx context.Context) error {
		return a.UpdateUser(ctx, session.UserID, spec.Change{}) // only checks that the user exists
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

// leftUndone returns the error of a call whose second step, in the sessions' store,
// failed.
func leftUndone(err error) error {
	if err == nil {
		return nil
	}
	return &spec.Error{Adapter: sessionsName, Class: spec.ErrIndeterminate, Cause: err}
}

// takeBackLost deletes a session of an unknown user that may have been inserted. If the
// id belongs to another session, it does not delete that.
func (a *Adapter) takeBackLost(ctx context.Context, session spec.SessionRow) {
	// If this fails too, the session remains, as after a crash: see the package's
	// documentation.
	_ = finish(ctx, func(ctx context.Context) error {
		found := spec.SessionRow{Attributes: attr.NewPointers(a.sessions)}
		if err := a.Session(ctx, session.ID, &found); err != nil || found.UserID != session.UserID {
			return err
		}
		return a.DeleteSession(ctx, session.ID)
	})
}

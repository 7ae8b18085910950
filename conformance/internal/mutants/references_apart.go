package mutants

import (
	"context"
	"errors"
	"sync"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// apart keeps users in one store and sessions in another, which does not know users. So a
// mutant can have a session without its user, which is impossible in the memory adapter.
// Because of its lock, and because only the first step of a call can be canceled, apart
// itself is correct. Mutants bypass these.
type apart struct {
	rows // has the methods that need no lock, on one of the two stores

	mu       sync.RWMutex // each method holds it until it returns
	users    rows
	sessions rows
}

// alterApart returns a subject that keeps users and sessions apart, altered.
func alterApart(alter func(a *altered, both *apart)) conformance.Subject {
	return subject(alterOpened(openApart, func(a *altered) { alter(a, a.rows.(*apart)) }))
}

func openApart(_ conformance.TB, _ conformance.Store, columns spec.Columns) rows {
	users := asRows(memory.NewAdapter(columns), columns)
	sessions := asRows(memory.NewAdapter(spec.Columns{Sessions: columns.Sessions}), columns)
	unlocked := &altered{rows: users,
		updateSession: sessions.UpdateSession, swapLease: sessions.SwapLease, deleteSession: sessions.DeleteSession,
		deleteUserSessions: sessions.DeleteUserSessions, deleteExpiredSessions: sessions.DeleteExpiredSessions}
	return &apart{rows: unlocked, users: users, sessions: sessions}
}

func (a *apart) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return errors.Join(a.sessions.Close(), a.users.Close())
}

func (a *apart) User(ctx context.Context, id string) (spec.UserRow, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.users.User(ctx, id)
}

func (a *apart) DeleteUser(ctx context.Context, id string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, err := a.sessions.DeleteUserSessions(ctx, id, nil); err != nil {
		return err
	}
	return a.users.DeleteUser(context.WithoutCancel(ctx), id)
}

// CreateSession inserts the session first, which finds errors in it, and deletes it again
// if its user does not exist.
func (a *apart) CreateSession(ctx context.Context, session spec.SessionRow) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	err := a.sessions.CreateSession(ctx, session)
	var c *spec.ConstraintError
	if session.UserID == "" || err != nil && !(errors.As(err, &c) && c.Kind == spec.NotUnique) {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if _, unknown := a.users.User(ctx, session.UserID); unknown != nil {
		if err == nil {
			err = a.sessions.DeleteSession(ctx, session.ID)
		} else {
			err = nil // an unknown user takes precedence over a constraint
		}
		return errors.Join(err, &spec.Error{Adapter: "apart", Op: spec.OpCreateSession, Class: spec.ErrUserNotFound})
	}
	return err
}

func (a *apart) Session(ctx context.Context, id string) (spec.SessionRow, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.sessions.Session(ctx, id)
}

func (a *apart) SessionAndUser(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	session, err := a.sessions.Session(ctx, id)
	if err != nil || session.UserID == "" {
		return session, spec.UserRow{}, err
	}
	user, err := a.users.User(context.WithoutCancel(ctx), session.UserID)
	if err != nil {
		return spec.SessionRow{}, spec.UserRow{}, &spec.Error{Adapter: "apart", Op: spec.OpSessionAndUser, Class: spec.ErrSessionNotFound}
	}
	return session, user, nil
}

func (a *apart) UserSessions(ctx context.Context, userID string) ([]spec.SessionRow, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.sessions.UserSessions(ctx, userID)
}

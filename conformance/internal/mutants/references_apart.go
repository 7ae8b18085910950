package mutants

import (
	"context"
	"errors"
	"sync"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// apart keeps users in one store and sessions in another, which knows no users,
// so that a mutant can bring about what the memory adapter alone cannot: a
// session without its user. Its lock makes it right, and so does that only the
// first step of a call may be cancelled; a mutant goes around that.
type apart[U, S any] struct {
	typed.Store[U, S] // users, for what it offers besides

	mu       sync.RWMutex // each method holds it to its end
	users    *spec.Store[U, S]
	sessions *spec.SessionStore[S]
}

// openApart opens an adapter that keeps users and sessions apart.
func openApart[U, S any](t conformance.TB, _ conformance.Store) *apart[U, S] {
	users, err := memory.New[U, S]()
	if err != nil {
		t.Fatal(err)
	}
	sessions, err := memory.NewSessions[S]()
	if err != nil {
		t.Fatal(err)
	}
	return &apart[U, S]{Store: users, users: users, sessions: sessions}
}

func (a *apart[U, S]) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return errors.Join(a.sessions.Close(), a.users.Close())
}

func (a *apart[U, S]) CreateUser(ctx context.Context, user spec.User[U]) error {
	return a.users.CreateUser(ctx, user)
}

func (a *apart[U, S]) User(ctx context.Context, id string) (spec.User[U], error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.users.User(ctx, id)
}

func (a *apart[U, S]) UpdateUser(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
	return a.users.UpdateUser(ctx, id, attributes, mask)
}

func (a *apart[U, S]) DeleteUser(ctx context.Context, id string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, err := a.sessions.DeleteUserSessions(ctx, id); err != nil {
		return err
	}
	return a.users.DeleteUser(context.WithoutCancel(ctx), id)
}

// CreateSession puts the session in first, which finds what is wrong with it,
// and takes it out again if its user is not there.
func (a *apart[U, S]) CreateSession(ctx context.Context, session spec.Session[S]) error {
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
			err = nil // the constraint comes after the user
		}
		return errors.Join(err, &spec.Error{Adapter: "apart", Op: spec.OpCreateSession, Class: spec.ErrUserNotFound})
	}
	return err
}

func (a *apart[U, S]) Session(ctx context.Context, id string) (spec.Session[S], error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.sessions.Session(ctx, id)
}

func (a *apart[U, S]) SessionAndUser(ctx context.Context, id string) (spec.Session[S], spec.User[U], error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	session, err := a.sessions.Session(ctx, id)
	if err != nil || session.UserID == "" {
		return session, spec.User[U]{}, err
	}
	user, err := a.users.User(context.WithoutCancel(ctx), session.UserID)
	if err != nil {
		return spec.Session[S]{}, spec.User[U]{}, &spec.Error{Adapter: "apart", Op: spec.OpSessionAndUser, Class: spec.ErrSessionNotFound}
	}
	return session, user, nil
}

func (a *apart[U, S]) UserSessions(ctx context.Context, userID string) ([]spec.Session[S], error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.sessions.UserSessions(ctx, userID)
}

func (a *apart[U, S]) UpdateSession(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
	return a.sessions.UpdateSession(ctx, id, attributes, mask)
}

func (a *apart[U, S]) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	return a.sessions.SwapLease(ctx, id, from, to)
}

func (a *apart[U, S]) DeleteSession(ctx context.Context, id string) error {
	return a.sessions.DeleteSession(ctx, id)
}

func (a *apart[U, S]) DeleteUserSessions(ctx context.Context, userID string) (int64, error) {
	return a.sessions.DeleteUserSessions(ctx, userID)
}

func (a *apart[U, S]) DeleteUserSessionsExcept(ctx context.Context, userID string, keep ...string) (int64, error) {
	return a.sessions.DeleteUserSessionsExcept(ctx, userID, keep...)
}

func (a *apart[U, S]) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	return a.sessions.DeleteExpiredSessions(ctx, sweep)
}

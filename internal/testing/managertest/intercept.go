package managertest

import (
	"context"
	"testing"

	"github.com/tenon-go/tenon/spec"
)

// Hook is called between a store and its adapter, with each operation and a function that
// performs it. The store gets the hook's result. If the hook returns an error instead of
// a success, the operation's result is lost.
type Hook func(ctx context.Context, op spec.Op, call func() error) error

// Intercept returns a store on the adapter of another store, which passes every call to
// hook. Calls that the store itself answers reach neither the adapter nor hook.
func Intercept[U, S any](t testing.TB, store *spec.Store[U, S], hook Hook) *spec.Store[U, S] {
	t.Helper()
	front, err := spec.NewStore[U, S]("test", func(spec.Columns) (spec.Adapter, error) {
		return intercepted{store.Adapter(), hook}, nil
	})
	must(t, err)
	return front
}

type intercepted struct {
	spec.Adapter
	hook Hook
}

func (i intercepted) CreateUser(ctx context.Context, user spec.UserRow) error {
	return i.hook(ctx, spec.OpCreateUser, func() error { return i.Adapter.CreateUser(ctx, user) })
}

func (i intercepted) User(ctx context.Context, id string, into *spec.UserRow) error {
	return i.hook(ctx, spec.OpUser, func() error { return i.Adapter.User(ctx, id, into) })
}

func (i intercepted) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	return i.hook(ctx, spec.OpUpdateUser, func() error { return i.Adapter.UpdateUser(ctx, id, change) })
}

func (i intercepted) DeleteUser(ctx context.Context, id string) error {
	return i.hook(ctx, spec.OpDeleteUser, func() error { return i.Adapter.DeleteUser(ctx, id) })
}

func (i intercepted) SessionAndUser(ctx context.Context, id string, session *spec.SessionRow, user *spec.UserRow) error {
	return i.hook(ctx, spec.OpSessionAndUser, func() error { return i.Adapter.SessionAndUser(ctx, id, session, user) })
}

func (i intercepted) CreateSession(ctx context.Context, session spec.SessionRow) error {
	return i.hook(ctx, spec.OpCreateSession, func() error { return i.Adapter.CreateSession(ctx, session) })
}

func (i intercepted) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	return i.hook(ctx, spec.OpSession, func() error { return i.Adapter.Session(ctx, id, into) })
}

func (i intercepted) UserSessions(ctx context.Context, userID string, next func() *spec.SessionRow) error {
	return i.hook(ctx, spec.OpUserSessions, func() error { return i.Adapter.UserSessions(ctx, userID, next) })
}

func (i intercepted) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	return i.hook(ctx, spec.OpUpdateSession, func() error { return i.Adapter.UpdateSession(ctx, id, change) })
}

func (i intercepted) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	return i.hook(ctx, spec.OpSwapLease, func() error { return i.Adapter.SwapLease(ctx, id, from, to) })
}

func (i intercepted) DeleteSession(ctx context.Context, id string) error {
	return i.hook(ctx, spec.OpDeleteSession, func() error { return i.Adapter.DeleteSession(ctx, id) })
}

func (i intercepted) DeleteUserSessions(ctx context.Context, userID string, keep []string) (n int64, err error) {
	op := spec.OpDeleteUserSessions
	if len(keep) > 0 {
		op = spec.OpDeleteUserSessionsExcept
	}
	err = i.hook(ctx, op, func() error {
		n, err = i.Adapter.DeleteUserSessions(ctx, userID, keep)
		return err
	})
	return n, err
}

func (i intercepted) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (n int64, err error) {
	err = i.hook(ctx, spec.OpDeleteExpiredSessions, func() error {
		n, err = i.Adapter.DeleteExpiredSessions(ctx, sweep)
		return err
	})
	return n, err
}

package fronts

import (
	"context"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/method"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// openHealthy opens the memory adapter, of which a mutant alters one part.
func openHealthy[U, S any](t conformance.TB, _ conformance.Store) typed.Store[U, S] {
	a, err := spec.NewStore[U, S]("memory", func(columns spec.Columns) (spec.Adapter, error) { return newMigratable(columns), nil })
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// altered is an adapter with some methods replaced. A method whose field is nil is not
// replaced.
type altered[U, S any] struct {
	typed.Store[U, S]

	createUser            func(ctx context.Context, user spec.User[U]) error
	user                  func(ctx context.Context, id string) (spec.User[U], error)
	updateUser            func(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error
	deleteUser            func(ctx context.Context, id string) error
	createSession         func(ctx context.Context, session spec.Session[S]) error
	session               func(ctx context.Context, id string) (spec.Session[S], error)
	sessionAndUser        func(ctx context.Context, id string) (spec.Session[S], spec.User[U], error)
	userSessions          func(ctx context.Context, userID string) ([]spec.Session[S], error)
	updateSession         func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error
	swapLease             func(ctx context.Context, id string, from, to spec.Lease) error
	deleteSession         func(ctx context.Context, id string) error
	deleteUserSessions    func(ctx context.Context, userID string, keep ...string) (int64, error) // and DeleteUserSessionsExcept
	deleteExpiredSessions func(ctx context.Context, sweep spec.Sweep) (int64, error)
	keepNone              func(ctx context.Context, userID string) (int64, error) // DeleteUserSessionsExcept without an id to keep

	userBy   func(ctx context.Context, field string, value any) (spec.User[U], error)
	describe func(ctx context.Context) (spec.Description, error)
	ping     func(ctx context.Context) error
	close    func() error
}

func (a *altered[U, S]) CreateUser(ctx context.Context, user spec.User[U]) error {
	return method.Or(a.createUser, a.Store.CreateUser)(ctx, user)
}

func (a *altered[U, S]) User(ctx context.Context, id string) (spec.User[U], error) {
	return method.Or(a.user, a.Store.User)(ctx, id)
}

func (a *altered[U, S]) UpdateUser(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
	return method.Or(a.updateUser, a.Store.UpdateUser)(ctx, id, attributes, mask)
}

func (a *altered[U, S]) DeleteUser(ctx context.Context, id string) error {
	return method.Or(a.deleteUser, a.Store.DeleteUser)(ctx, id)
}

func (a *altered[U, S]) CreateSession(ctx context.Context, session spec.Session[S]) error {
	return method.Or(a.createSession, a.Store.CreateSession)(ctx, session)
}

func (a *altered[U, S]) Session(ctx context.Context, id string) (spec.Session[S], error) {
	return method.Or(a.session, a.Store.Session)(ctx, id)
}

func (a *altered[U, S]) SessionAndUser(ctx context.Context, id string) (spec.Session[S], spec.User[U], error) {
	return method.Or(a.sessionAndUser, a.Store.SessionAndUser)(ctx, id)
}

func (a *altered[U, S]) UserSessions(ctx context.Context, userID string) ([]spec.Session[S], error) {
	return method.Or(a.userSessions, a.Store.UserSessions)(ctx, userID)
}

func (a *altered[U, S]) UpdateSession(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
	return method.Or(a.updateSession, a.Store.UpdateSession)(ctx, id, attributes, mask)
}

func (a *altered[U, S]) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	return method.Or(a.swapLease, a.Store.SwapLease)(ctx, id, from, to)
}

func (a *altered[U, S]) DeleteSession(ctx context.Context, id string) error {
	return method.Or(a.deleteSession, a.Store.DeleteSession)(ctx, id)
}

func (a *altered[U, S]) DeleteUserSessions(ctx context.Context, userID string) (int64, error) {
	if a.deleteUserSessions != nil {
		return a.deleteUserSessions(ctx, userID)
	}
	return a.Store.DeleteUserSessions(ctx, userID)
}

func (a *altered[U, S]) DeleteUserSessionsExcept(ctx context.Context, userID string, keep ...string) (int64, error) {
	switch {
	case len(keep) == 0 && a.keepNone != nil:
		return a.keepNone(ctx, userID)
	case len(keep) > 0 && a.deleteUserSessions != nil:
		return a.deleteUserSessions(ctx, userID, keep...)
	}
	return a.Store.DeleteUserSessionsExcept(ctx, userID, keep...)
}

// deleteBut calls DeleteUserSessions if keep is empty, and otherwise
// DeleteUserSessionsExcept.
func deleteBut[S any](ctx context.Context, a typed.SessionStore[S], userID string, keep []string) (int64, error) {
	if len(keep) == 0 {
		return a.DeleteUserSessions(ctx, userID)
	}
	return a.DeleteUserSessionsExcept(ctx, userID, keep...)
}

func (a *altered[U, S]) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	return method.Or(a.deleteExpiredSessions, a.Store.DeleteExpiredSessions)(ctx, sweep)
}

func (a *altered[U, S]) UserBy(ctx context.Context, field string, value any) (spec.User[U], error) {
	return method.Or(a.userBy, a.Store.UserBy)(ctx, field, value)
}

func (a *altered[U, S]) Describe(ctx context.Context) (spec.Description, error) {
	return method.Or(a.describe, a.Store.Describe)(ctx)
}

func (a *altered[U, S]) Ping(ctx context.Context) error {
	return method.Or(a.ping, a.Store.Ping)(ctx)
}

func (a *altered[U, S]) Close() error {
	return method.Or(a.close, a.Store.Close)()
}

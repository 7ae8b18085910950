package managertest

import (
	"context"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Hook stands between a caller and an adapter: it is given each operation, and
// call, which performs it. What the hook returns is what the caller is told; an
// error in place of a success hides the operation's result.
type Hook func(ctx context.Context, op spec.Op, call func() error) error

// Intercept returns an adapter that passes every call to hook.
func Intercept[U, S any](adapter spec.TypedAdapter[U, S], hook Hook) spec.TypedAdapter[U, S] {
	return &intercepted[U, S]{adapter, hook}
}

type intercepted[U, S any] struct {
	adapter spec.TypedAdapter[U, S]
	hook    Hook
}

// one has the hook perform a call that has a result besides its error.
func one[T any](ctx context.Context, hook Hook, op spec.Op, call func() (T, error)) (T, error) {
	var result T
	err := hook(ctx, op, func() (err error) {
		result, err = call()
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return result, nil
}

func (i *intercepted[U, S]) CreateUser(ctx context.Context, user spec.User[U]) error {
	return i.hook(ctx, spec.OpCreateUser, func() error { return i.adapter.CreateUser(ctx, user) })
}

func (i *intercepted[U, S]) User(ctx context.Context, id string) (spec.User[U], error) {
	return one(ctx, i.hook, spec.OpUser, func() (spec.User[U], error) { return i.adapter.User(ctx, id) })
}

func (i *intercepted[U, S]) UpdateUser(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
	return i.hook(ctx, spec.OpUpdateUser, func() error { return i.adapter.UpdateUser(ctx, id, attributes, mask) })
}

func (i *intercepted[U, S]) DeleteUser(ctx context.Context, id string) error {
	return i.hook(ctx, spec.OpDeleteUser, func() error { return i.adapter.DeleteUser(ctx, id) })
}

func (i *intercepted[U, S]) CreateSession(ctx context.Context, session spec.Session[S]) error {
	return i.hook(ctx, spec.OpCreateSession, func() error { return i.adapter.CreateSession(ctx, session) })
}

func (i *intercepted[U, S]) Session(ctx context.Context, id string) (spec.Session[S], error) {
	return one(ctx, i.hook, spec.OpSession, func() (spec.Session[S], error) { return i.adapter.Session(ctx, id) })
}

func (i *intercepted[U, S]) UserSessions(ctx context.Context, userID string) ([]spec.Session[S], error) {
	return one(ctx, i.hook, spec.OpUserSessions, func() ([]spec.Session[S], error) { return i.adapter.UserSessions(ctx, userID) })
}

func (i *intercepted[U, S]) UpdateSession(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
	return i.hook(ctx, spec.OpUpdateSession, func() error { return i.adapter.UpdateSession(ctx, id, attributes, mask) })
}

func (i *intercepted[U, S]) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	return i.hook(ctx, spec.OpSwapLease, func() error { return i.adapter.SwapLease(ctx, id, from, to) })
}

func (i *intercepted[U, S]) DeleteSession(ctx context.Context, id string) error {
	return i.hook(ctx, spec.OpDeleteSession, func() error { return i.adapter.DeleteSession(ctx, id) })
}

func (i *intercepted[U, S]) DeleteUserSessions(ctx context.Context, userID string) (int64, error) {
	return one(ctx, i.hook, spec.OpDeleteUserSessions, func() (int64, error) { return i.adapter.DeleteUserSessions(ctx, userID) })
}

func (i *intercepted[U, S]) DeleteUserSessionsExcept(ctx context.Context, userID string, keep ...string) (int64, error) {
	return one(ctx, i.hook, spec.OpDeleteUserSessionsExcept, func() (int64, error) {
		return i.adapter.DeleteUserSessionsExcept(ctx, userID, keep...)
	})
}

func (i *intercepted[U, S]) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	return one(ctx, i.hook, spec.OpDeleteExpiredSessions, func() (int64, error) {
		return i.adapter.DeleteExpiredSessions(ctx, sweep)
	})
}

func (i *intercepted[U, S]) SessionAndUser(ctx context.Context, id string) (spec.Session[S], spec.User[U], error) {
	type both struct {
		session spec.Session[S]
		user    spec.User[U]
	}
	b, err := one(ctx, i.hook, spec.OpSessionAndUser, func() (b both, err error) {
		b.session, b.user, err = i.adapter.SessionAndUser(ctx, id)
		return b, err
	})
	return b.session, b.user, err
}

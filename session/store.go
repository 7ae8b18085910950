package session

import (
	"context"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// store is the store that a manager calls: a [spec.Store] or a [withoutUsers].
type store[U, S any] interface {
	CreateSession(ctx context.Context, session spec.Session[S]) error
	Session(ctx context.Context, id string) (spec.Session[S], error)
	SessionAndUser(ctx context.Context, id string) (spec.Session[S], spec.User[U], error)
	UserSessions(ctx context.Context, userID string) ([]spec.Session[S], error)
	UpdateSession(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error
	SwapLease(ctx context.Context, id string, from, to spec.Lease) error
	DeleteSession(ctx context.Context, id string) error
	DeleteUserSessions(ctx context.Context, userID string) (int64, error)
	DeleteUserSessionsExcept(ctx context.Context, userID string, keep ...string) (int64, error)
	DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error)

	User(ctx context.Context, id string) (spec.User[U], error)
	UpdateUser(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error
}

// withoutUsers is a store whose users are kept elsewhere. It treats every valid id
// as the id of a user.
type withoutUsers[S any] struct{ *spec.SessionStore[S] }

func (w withoutUsers[S]) SessionAndUser(ctx context.Context, id string) (spec.Session[S], spec.User[struct{}], error) {
	session, err := w.Session(ctx, id)
	return session, spec.User[struct{}]{ID: session.UserID}, err
}

func (w withoutUsers[S]) User(_ context.Context, id string) (spec.User[struct{}], error) {
	if !spec.ValidID(id) {
		return spec.User[struct{}]{}, spec.ErrUserNotFound
	}
	return spec.User[struct{}]{ID: id}, nil
}

func (w withoutUsers[S]) UpdateUser(ctx context.Context, id string, _ struct{}, _ attr.Mask[struct{}]) error {
	_, err := w.User(ctx, id)
	return err
}

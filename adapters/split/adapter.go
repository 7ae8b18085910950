package split

import (
	"context"
	"errors"
	"io"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Adapter keeps users in one store and sessions in another. Besides
// [spec.TypedAdapter] it implements [spec.Migrator], [spec.Pinger], [spec.Describer]
// and [io.Closer]; each does to both stores what they offer. If the users'
// store is a [spec.TypedUserFinder], [spec.As] finds that.
type Adapter[U, S any] struct {
	spec.TypedSessionAdapter[S] // what concerns sessions alone
	users                       spec.UserAdapter[U]
	closed                      atomic.Bool
}

var (
	_ spec.TypedAdapter[struct{}, struct{}] = (*Adapter[struct{}, struct{}])(nil)
	_ spec.Migrator                         = (*Adapter[struct{}, struct{}])(nil)
	_ spec.Pinger                           = (*Adapter[struct{}, struct{}])(nil)
	_ spec.Describer                        = (*Adapter[struct{}, struct{}])(nil)
	_ io.Closer                             = (*Adapter[struct{}, struct{}])(nil)
)

// New returns an adapter on two others, which it takes over: closing it closes
// them. Sessions must be opened for sessions alone, since it must not look for
// users itself. Users may be a whole adapter; what it can do with sessions is
// not used.
func New[U, S any](users spec.UserAdapter[U], sessions spec.TypedSessionAdapter[S]) (*Adapter[U, S], error) {
	if users == nil || sessions == nil {
		return nil, errors.New("split: a store is missing")
	}
	// Whatever its type of users is: it need not be U.
	if _, whole := spec.As[interface {
		DeleteUser(context.Context, string) error
	}](sessions); whole {
		return nil, errors.New("split: the sessions' store keeps users too: open it for sessions alone")
	}
	return &Adapter[U, S]{TypedSessionAdapter: sessions, users: users}, nil
}

// Unwrap lets [spec.As] find the users' UserFinder.
func (a *Adapter[U, S]) Unwrap() any { return a.users }

// CreateUser creates a user in the users' store.
func (a *Adapter[U, S]) CreateUser(ctx context.Context, user spec.User[U]) error {
	return a.users.CreateUser(ctx, user)
}

// User reads a user from the users' store.
func (a *Adapter[U, S]) User(ctx context.Context, id string) (spec.User[U], error) {
	return a.users.User(ctx, id)
}

// UpdateUser updates a user in the users' store.
func (a *Adapter[U, S]) UpdateUser(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
	return a.users.UpdateUser(ctx, id, attributes, mask)
}

// SessionAndUser reads the session, and then its user.
func (a *Adapter[U, S]) SessionAndUser(ctx context.Context, sessionID string) (spec.Session[S], spec.User[U], error) {
	session, err := a.Session(ctx, sessionID)
	if err != nil || session.UserID == "" {
		return session, spec.User[U]{}, err
	}
	user, err := a.users.User(ctx, session.UserID)
	if errors.Is(err, spec.ErrUserNotFound) {
		err = fail(spec.OpSessionAndUser, spec.ErrSessionNotFound, nil)
	}
	if err != nil {
		return spec.Session[S]{}, spec.User[U]{}, err
	}
	return session, user, nil
}

// fail returns an error of a class, with the error of a store that caused it.
func fail(op spec.Op, class, cause error) error {
	return &spec.Error{Adapter: name, Op: op, Class: class, Cause: cause}
}

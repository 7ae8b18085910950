package spec

import (
	"context"

	"github.com/tenon-go/tenon/spec/attr"
)

// TypedAdapter keeps users and their sessions in one store. U and S are the
// attribute types of users and sessions (see package attr).
//
// The rules for every method are in docs/spec.md. In short: create only
// inserts, update only updates, delete is idempotent; ids are bytes; times are
// UTC to the millisecond and no clock is ever read; every failed call is
// exactly one class of error and leaves nothing behind, unless that class is
// [ErrIndeterminate].
type TypedAdapter[U, S any] interface {
	UserAdapter[U]
	TypedSessionAdapter[S]

	// SessionAndUser returns a session and its user in one read. For an
	// anonymous session the user is the zero User. If there is no such
	// session, or its user is gone, the error is ErrSessionNotFound.
	SessionAndUser(ctx context.Context, sessionID string) (Session[S], User[U], error)
}

// UserAdapter is the half of a [TypedAdapter] that keeps users.
type UserAdapter[U any] interface {
	// CreateUser inserts a user. A taken id is ErrUserExists and leaves the
	// user that has it untouched; an attribute that the store refuses is
	// a ConstraintError.
	CreateUser(ctx context.Context, user User[U]) error

	// User returns the user with this id, or ErrUserNotFound.
	User(ctx context.Context, id string) (User[U], error)

	// UpdateUser sets the masked attributes of a user and leaves the others
	// as they are. The zero mask sets nothing and only looks whether the user
	// is there. A user that is not there is ErrUserNotFound.
	UpdateUser(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error

	// DeleteUser deletes a user and all the user's sessions, at once: no call
	// sees the one without the other. Deleting an absent user succeeds.
	DeleteUser(ctx context.Context, id string) error
}

// TypedSessionAdapter is the half of a [TypedAdapter] that keeps sessions. It is also
// implemented alone, for applications that keep users elsewhere; UserID is
// then not checked.
type TypedSessionAdapter[S any] interface {
	// CreateSession inserts a session. A taken id is ErrSessionExists, a user
	// that is not there ErrUserNotFound; an empty UserID makes an anonymous
	// session.
	CreateSession(ctx context.Context, session Session[S]) error

	// Session returns the session with this id, expired or not, or
	// ErrSessionNotFound.
	Session(ctx context.Context, id string) (Session[S], error)

	// UserSessions returns all sessions of a user, expired ones included, by
	// CreatedAt and then ID, byte for byte. An unknown user, or an empty
	// user id, has none.
	UserSessions(ctx context.Context, userID string) ([]Session[S], error)

	// UpdateSession sets the masked attributes of a session, as UpdateUser
	// does for users. It never changes the lease.
	UpdateSession(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error

	// SwapLease replaces the session's lease by to if it is equal to from
	// (see Lease.Equal), in one atomic step. Another lease is ErrStale, no
	// such session ErrSessionNotFound.
	SwapLease(ctx context.Context, id string, from, to Lease) error

	// DeleteSession deletes a session. Deleting an absent one succeeds.
	DeleteSession(ctx context.Context, id string) error

	// DeleteUserSessions deletes all sessions of a user and returns how many it
	// deleted. An empty user id is no user's: nothing is deleted.
	DeleteUserSessions(ctx context.Context, userID string) (int64, error)

	// DeleteUserSessionsExcept deletes all sessions of a user but those whose
	// ids are in keep, and returns how many it deleted. An empty keep is
	// ErrInvalid: to delete all there is DeleteUserSessions. An empty user id is
	// no user's: nothing is deleted.
	DeleteUserSessionsExcept(ctx context.Context, userID string, keep ...string) (int64, error)

	// DeleteExpiredSessions deletes sessions that have expired at sweep.Now, at
	// most sweep.Limit of them, and returns how many it deleted. It deletes
	// nothing that is alive at the moment of its deletion. 0 means that it
	// found nothing it could take; fewer than the limit does not mean done
	// while others sweep.
	//
	// A sweep may be cut short, by its context or by a failure, when it has
	// deleted some. It returns the error and the number: at least so many are
	// deleted if the error is ErrIndeterminate, and exactly so many if it is
	// another. It never returns nil for less than it was asked for.
	DeleteExpiredSessions(ctx context.Context, sweep Sweep) (int64, error)
}

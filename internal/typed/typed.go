// Package typed has the interface through which the conformance suite, and other tests,
// call a store. It is internal: applications use spec.Store, and only tests put another
// type in its place.
package typed

import (
	"context"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Store has the methods that tests call. A *spec.Store implements it.
type Store[U, S any] interface {
	SessionStore[S]

	CreateUser(ctx context.Context, user spec.User[U]) error
	User(ctx context.Context, id string) (spec.User[U], error)
	UserBy(ctx context.Context, field string, value any) (spec.User[U], error)
	UpdateUser(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error
	DeleteUser(ctx context.Context, id string) error
	SessionAndUser(ctx context.Context, sessionID string) (spec.Session[S], spec.User[U], error)
}

// SessionStore has the methods of a [Store] that do not concern users. A
// *spec.SessionStore implements it.
type SessionStore[S any] interface {
	CreateSession(ctx context.Context, session spec.Session[S]) error
	Session(ctx context.Context, id string) (spec.Session[S], error)
	UserSessions(ctx context.Context, userID string) ([]spec.Session[S], error)
	UpdateSession(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error
	SwapLease(ctx context.Context, id string, from, to spec.Lease) error
	DeleteSession(ctx context.Context, id string) error
	DeleteUserSessions(ctx context.Context, userID string) (int64, error)
	DeleteUserSessionsExcept(ctx context.Context, userID string, keep ...string) (int64, error)
	DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error)

	Migrate(ctx context.Context) error
	Check(ctx context.Context) error
	Ping(ctx context.Context) error
	Describe(ctx context.Context) (spec.Description, error)
	Close() error
}

// Fronted is an adapter that comes with its own Store: a mutant of spec.Store. The suite
// calls Front with a pointer to the [Store] that it has made of the adapter. Front
// replaces that Store.
type Fronted interface{ Front(store any) }

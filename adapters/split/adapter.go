package split

import (
	"context"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// New returns a store that keeps users in one store and sessions in another. It owns
// both stores and closes them when it is closed. It uses the users' store only for
// users, so the attributes of that store's sessions can have any type X.
func New[U, S, X any](users *spec.Store[U, X], sessions *spec.SessionStore[S]) (*spec.Store[U, S], error) {
	return spec.NewStore[U, S](splitName, func(columns spec.Columns) (spec.Adapter, error) {
		if users == nil || sessions == nil {
			return nil, errMissing
		}
		a, err := NewAdapter(users.Adapter(), sessions.Adapter(), columns)
		if err != nil {
			return nil, err
		}
		a.stores[0].closer, a.stores[1].closer = users, sessions // closing these also ends calls that are made on them directly
		return a, nil
	})
}

// Adapter is the adapter behind the stores of [New]. It implements [spec.Adapter], and
// [spec.Pinger], [spec.Describer] and [io.Closer] for both stores. [spec.As] finds
// [spec.Migrator] and [spec.UserIDs] for both stores if one of them offers it, and
// [spec.UserFinder] if the users' store offers it. Call [NewAdapter] to make one.
type Adapter struct {
	spec.SessionAdapter // the methods that use only the sessions' store
	userAdapter         // the methods that use only the users' store

	stores   [2]store // the users' store and the sessions' store
	sessions []attr.Field
	ids      userIDs
	optional any // searched by [spec.As]
}

// userAdapter is the part of a [spec.Adapter] that keeps users.
type userAdapter interface {
	CreateUser(ctx context.Context, user spec.UserRow) error
	User(ctx context.Context, id string, into *spec.UserRow) error
	UpdateUser(ctx context.Context, id string, change spec.Change) error
	DeleteUser(ctx context.Context, id string) error
}

// NewAdapter returns an adapter that calls two others. It owns both and closes them when
// it is closed. Users must be opened for columns.Users and any columns of sessions.
// Sessions must be opened for columns.Sessions and without users, because it must not
// look for users itself.
func NewAdapter(users spec.Adapter, sessions spec.SessionAdapter, columns spec.Columns) (*Adapter, error) {
	if users == nil || sessions == nil {
		return nil, errMissing
	}
	a := &Adapter{SessionAdapter: sessions, userAdapter: users, sessions: columns.Sessions}
	a.stores = [2]store{newStore(usersName, users), newStore(sessionsName, sessions)}
	a.offer(users, sessions)
	return a, nil
}

var errMissing = &spec.Error{Class: spec.ErrInvalid, Detail: "a store is missing"}

// SessionAndUser reads the session and then its user.
func (a *Adapter) SessionAndUser(ctx context.Context, id string, session *spec.SessionRow, user *spec.UserRow) error {
	if err := a.Session(ctx, id, session); err != nil {
		return nameStore(sessionsName, err)
	}
	if session.UserID == "" {
		return nil
	}
	if !a.ids.ValidUserID(session.UserID) {
		return spec.ErrSessionNotFound
	}
	err := a.User(ctx, session.UserID, user)
	if spec.ClassOf(err) == spec.ErrUserNotFound {
		return spec.ErrSessionNotFound
	}
	return nameStore(usersName, err)
}

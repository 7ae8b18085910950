package split

import (
	"context"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// New returns a store on two others, which it owns: closing it closes them. It
// uses the users' store for users only, so that the attributes of sessions there
// may be of any type X.
func New[U, S, X any](users *spec.Store[U, X], sessions *spec.SessionStore[S]) (*spec.Store[U, S], error) {
	return spec.NewStore[U, S](splitName, func(columns spec.Columns) (spec.Adapter, error) {
		if users == nil || sessions == nil {
			return nil, errMissing
		}
		a, err := NewAdapter(users.Adapter(), sessions.Adapter(), columns)
		if err != nil {
			return nil, err
		}
		a.stores[0].closer, a.stores[1].closer = users, sessions // whose own calls then end, too
		return a, nil
	})
}

// Adapter is what the stores of [New] are made of. Besides [spec.Adapter] it
// implements [spec.Pinger], [spec.Describer] and [io.Closer], each for both
// stores. If one of the stores offers it, [spec.As] finds [spec.Migrator] and
// [spec.UserIDs] for both, and [spec.UserFinder] if the users' store offers that.
// An Adapter is made by [NewAdapter].
type Adapter struct {
	spec.SessionAdapter // what concerns sessions alone
	userAdapter         // what concerns users alone

	stores   [2]store // of users, of sessions
	sessions []attr.Field
	ids      userIDs
	optional any // is asked by [spec.As]
}

// userAdapter is the half of a [spec.Adapter] that keeps users.
type userAdapter interface {
	CreateUser(ctx context.Context, user spec.UserRow) error
	User(ctx context.Context, id string, into *spec.UserRow) error
	UpdateUser(ctx context.Context, id string, change spec.Change) error
	DeleteUser(ctx context.Context, id string) error
}

// NewAdapter returns an adapter on two others, which it owns: closing it closes
// them. Users was opened for columns.Users and any columns of sessions. Sessions
// was opened for columns.Sessions and for sessions alone, because it must not look
// for users itself.
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

// SessionAndUser reads the session, and then its user.
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

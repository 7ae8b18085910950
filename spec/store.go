package spec

import (
	"context"

	"github.com/tenon-go/tenon/spec/attr"
)

// Store keeps users and their sessions in one store: it is the front of an
// [Adapter], and what applications use. U and S are the attribute types of users
// and sessions (see package attr). It is made by the packages of the adapters,
// whose Open and New call [NewStore], and is safe for concurrent use.
//
// The rules for every method are in docs/spec.md. In short: create only inserts,
// update only updates, delete is idempotent; ids are bytes; times are UTC to the
// millisecond and are compared with no clock; every failed call is exactly one class
// of error and leaves nothing behind, unless that class is [ErrIndeterminate].
//
// Every method looks first whether the store is closed, which is ErrClosed; then
// whether ctx is done or its deadline has passed, which is its error; and then at
// its arguments. What no store could hold is ErrInvalid, an attribute that is
// longer than its max a *ConstraintError; elsewhere than on create, an id that
// none can have names nothing.
type Store[U, S any] struct {
	sessions[S]
	adapter Adapter
	schema  *attr.Schema[U]
	rows    rows[UserRow, U]
}

// SessionStore is the front of a [SessionAdapter], for applications that keep
// users elsewhere. It is a [Store] without the methods for users.
type SessionStore[S any] struct {
	sessions[S]
}

// NewStore compiles U and S, opens an adapter for their columns and returns its
// front. Name is what the errors of the store begin with. A type that cannot be
// kept is ErrInvalid. The packages of adapters call it, so that what they have
// besides needs no type parameters:
//
//	func Open[U, S any](ctx context.Context, dsn string) (*spec.Store[U, S], error) {
//		return spec.NewStore[U, S]("postgres", func(columns spec.Columns) (spec.Adapter, error) {
//			return OpenAdapter(ctx, dsn, columns)
//		})
//	}
func NewStore[U, S any](name string, open func(Columns) (Adapter, error)) (*Store[U, S], error) {
	s := &Store[U, S]{}
	s.name = name
	var err error
	if s.schema, err = UserSchema[U](); err != nil {
		return nil, s.classify(OpOpen, newInvalid(err.Error()))
	}
	if s.sessions.schema, err = SessionSchema[S](); err != nil {
		return nil, s.classify(OpOpen, newInvalid(err.Error()))
	}
	users := append([]attr.Field{}, s.schema.Fields()...) // not nil, which means sessions alone
	s.adapter, err = open(Columns{users, s.sessions.schema.Fields()})
	if err != nil {
		return nil, s.classify(OpOpen, err)
	}
	s.sessions.use(s.adapter)
	_, reuse := s.adapter.(RowReuser)
	s.rows = newRows(s.schema, func(row *UserRow, pointers []any) { *row = UserRow{Attributes: pointers} }, reuse)
	return s, nil
}

// NewSessionStore is [NewStore] for sessions alone.
func NewSessionStore[S any](name string, open func(Columns) (SessionAdapter, error)) (*SessionStore[S], error) {
	s := &SessionStore[S]{}
	s.name = name
	var err error
	if s.schema, err = SessionSchema[S](); err != nil {
		return nil, s.classify(OpOpen, newInvalid(err.Error()))
	}
	adapter, err := open(Columns{Sessions: s.schema.Fields()})
	if err != nil {
		return nil, s.classify(OpOpen, err)
	}
	s.use(adapter)
	return s, nil
}

func (f *sessions[S]) use(adapter SessionAdapter) {
	f.adapter = adapter
	f.userIDs, _ = As[UserIDs](adapter)
	_, reuse := adapter.(RowReuser)
	f.rows = newRows(f.schema, func(row *SessionRow, pointers []any) { *row = SessionRow{Attributes: pointers} }, reuse)
}

// Adapter returns what the store was made of, for wrappers and for [As].
func (f *Store[U, S]) Adapter() Adapter { return f.adapter }

// Adapter returns what the store was made of, for wrappers and for [As].
func (f *SessionStore[S]) Adapter() SessionAdapter { return f.adapter }

// SessionAndUser returns a session and its user in one read. For an anonymous
// session the user is the zero User. If there is no such session, or its user is
// gone, the error is ErrSessionNotFound.
func (f *Store[U, S]) SessionAndUser(ctx context.Context, sessionID string) (Session[S], User[U], error) {
	const op = OpSessionAndUser
	if err := f.begin(ctx, op); err != nil {
		return Session[S]{}, User[U]{}, err
	}
	if !ValidID(sessionID) {
		return Session[S]{}, User[U]{}, f.classify(op, ErrSessionNotFound)
	}
	session, user := f.sessions.rows.take(), f.rows.take()
	if err := f.adapter.SessionAndUser(ctx, sessionID, &session.row, &user.row); err != nil {
		f.sessions.rows.giveUnread(session, err)
		f.rows.giveUnread(user, err)
		return Session[S]{}, User[U]{}, f.end(ctx, op, err)
	}
	s, err := f.session(session)
	if err != nil {
		return Session[S]{}, User[U]{}, f.end(ctx, op, err)
	}
	u, err := f.user(user)
	if err != nil {
		return Session[S]{}, User[U]{}, f.end(ctx, op, err)
	}
	if s.UserID == "" {
		return s, User[U]{}, nil
	}
	return s, u, nil
}

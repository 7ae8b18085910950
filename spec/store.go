package spec

import (
	"context"

	"github.com/tenon-go/tenon/spec/attr"
)

// Store keeps users and their sessions. It is what applications call, and calls an
// [Adapter] in turn. U and S are the types of the attributes of users and sessions
// (see package attr). To make a Store, call Open or New of an adapter's package. A
// Store is safe for concurrent use.
//
// docs/spec.md has the rules for every method. In short:
//
//   - Create only inserts, update only updates, delete is idempotent.
//   - Ids are compared byte for byte.
//   - Times are in UTC, to the millisecond. A store never compares them with a clock.
//   - A failed call returns an error of exactly one class. It leaves nothing behind,
//     unless the class is [ErrIndeterminate].
//
// Every method first checks that the store is not closed (ErrClosed), then that ctx
// is not done and its deadline has not passed (the error of ctx), then its
// arguments. An argument that no store can hold is ErrInvalid. An attribute that is
// longer than its max is a *ConstraintError. An id that is not valid is ErrInvalid
// only on create; in every other call it names no row.
type Store[U, S any] struct {
	sessions[S]
	adapter Adapter
	schema  *attr.Schema[U]
	rows    rows[UserRow, U]
}

// SessionStore is a [Store] without the methods for users. It calls a
// [SessionAdapter], and is for applications that keep users elsewhere.
type SessionStore[S any] struct {
	sessions[S]
}

// NewStore compiles U and S, calls open with their columns and returns a Store that
// calls the adapter. The texts of the store's errors begin with name. If U or S
// cannot be stored, the error is ErrInvalid. The packages of adapters call NewStore,
// and need no type parameters elsewhere:
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
	users := append([]attr.Field{}, s.schema.Fields()...) // not nil: that would mean a store of sessions only
	s.adapter, err = open(Columns{users, s.sessions.schema.Fields()})
	if err != nil {
		return nil, s.classify(OpOpen, err)
	}
	s.sessions.use(s.adapter)
	_, reuse := s.adapter.(RowReuser)
	s.rows = newRows(s.schema, func(row *UserRow, pointers []any) { *row = UserRow{Attributes: pointers} }, reuse)
	return s, nil
}

// NewSessionStore is [NewStore] for a store that keeps only sessions.
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

// Adapter returns the adapter that the store calls, for wrappers and for [As].
func (f *Store[U, S]) Adapter() Adapter { return f.adapter }

// Adapter returns the adapter that the store calls, for wrappers and for [As].
func (f *SessionStore[S]) Adapter() SessionAdapter { return f.adapter }

// SessionAndUser returns a session and its user in one read. For an anonymous
// session it returns the zero User. If there is no such session, or its user does
// not exist, the error is ErrSessionNotFound.
func (f *Store[U, S]) SessionAndUser(ctx context.Context, sessionID string) (s Session[S], u User[U], err error) {
	const op = OpSessionAndUser
	if err := f.begin(ctx, op); err != nil {
		return s, u, err
	}
	if !ValidID(sessionID) {
		return s, u, f.classify(op, ErrSessionNotFound)
	}
	session, user := f.sessions.rows.take(), f.rows.take()
	if err := f.adapter.SessionAndUser(ctx, sessionID, &session.row, &user.row); err != nil {
		f.sessions.rows.giveUnread(session, err)
		f.rows.giveUnread(user, err)
		return s, u, f.end(ctx, op, err)
	}
	if err := f.session(session, &s); err != nil {
		return Session[S]{}, u, f.end(ctx, op, err)
	}
	if s.UserID == "" {
		f.rows.give(user)
		return s, u, nil
	}
	if err := f.user(user, &u); err != nil {
		return Session[S]{}, u, f.end(ctx, op, err)
	}
	return s, u, nil
}

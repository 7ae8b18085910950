package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"io"
	"slices"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Adapter keeps users and sessions. It implements spec.Adapter,
// spec.UserFinder, spec.Migrator, spec.Pinger, spec.Describer and io.Closer.
type Adapter[U, S any] struct {
	*sessions[S]
	userSchema     *attr.Schema[U]
	userOwn        []spec.Column[spec.UserRow]
	users          *table
	userStatements userStatements
}

// sessions gives what an Adapter embeds a name that is not exported.
type sessions[S any] = Sessions[S]

// Sessions keeps sessions, alone or as the half of an Adapter. It implements
// spec.SessionAdapter, spec.Migrator, spec.Pinger, spec.Describer and
// io.Closer.
type Sessions[S any] struct {
	*store
	schema     *attr.Schema[S]
	own, lease []spec.Column[spec.SessionRow]
	table      *table
	statements sessionStatements
}

var (
	_ spec.TypedAdapter[struct{}, struct{}] = (*Adapter[struct{}, struct{}])(nil)
	_ spec.TypedUserFinder[struct{}]        = (*Adapter[struct{}, struct{}])(nil)
	_ spec.TypedSessionAdapter[struct{}]    = (*Sessions[struct{}])(nil)
	_ interface {
		spec.Migrator
		spec.Pinger
		spec.Describer
		io.Closer
	} = (*Sessions[struct{}])(nil)
)

// New returns an adapter on a handle, which Close closes if it is owned.
func New[U, S any](d *Dialect, db *sql.DB, owned bool, names Tables) (*Adapter[U, S], error) {
	schema, err := spec.UserSchema[U]()
	if err != nil {
		return nil, d.Unusable(err.Error(), err)
	}
	if err := cmp.Or(names.check(d, false), d.checkColumns(schema.Fields())); err != nil {
		return nil, d.Unusable(err.Error(), err)
	}
	users := usersTable(d, names, schema.Fields())
	s, err := newSessions[S](d, db, owned, names, users)
	if err != nil {
		return nil, err
	}
	return &Adapter[U, S]{s, schema, spec.UserColumns(), users, newComposer(users, s.table).users(users)}, nil
}

// NewSessions returns an adapter for sessions alone on a handle, which Close
// closes if it is owned.
func NewSessions[S any](d *Dialect, db *sql.DB, owned bool, names Tables) (*Sessions[S], error) {
	if err := names.check(d, true); err != nil {
		return nil, d.Unusable(err.Error(), err)
	}
	return newSessions[S](d, db, owned, names, nil)
}

// newSessions returns the half of an adapter that keeps sessions, with a
// foreign key if there is a table of users.
func newSessions[S any](d *Dialect, db *sql.DB, owned bool, names Tables, users *table) (*Sessions[S], error) {
	schema, err := spec.SessionSchema[S]()
	if err != nil {
		return nil, d.Unusable(err.Error(), err)
	}
	if err := d.checkColumns(schema.Fields()); err != nil {
		return nil, d.Unusable(err.Error(), err)
	}
	t := sessionsTable(d, names, schema.Fields(), users)
	store := newStore(d, db, owned, t)
	if users != nil {
		store.tables = []*table{users, t}
	}
	own := spec.SessionColumns()
	lease := slices.DeleteFunc(slices.Clone(own), func(c spec.Column[spec.SessionRow]) bool { return !c.InLease })
	return &Sessions[S]{store, schema, own, lease, t, newComposer(users, t).sessions()}, nil
}

// DDL returns the statements that create the tables of an adapter.
func DDL[U, S any](d *Dialect, names Tables) ([]string, error) {
	a, err := New[U, S](d, nil, false, names)
	if err != nil {
		return nil, err
	}
	return a.ddl(), nil
}

// SessionsDDL returns the statements that create the table of an adapter for
// sessions alone.
func SessionsDDL[S any](d *Dialect, names Tables) ([]string, error) {
	s, err := NewSessions[S](d, nil, false, names)
	if err != nil {
		return nil, err
	}
	return s.ddl(), nil
}

// SessionAndUser implements spec.Adapter, in one statement.
func (a *Adapter[U, S]) SessionAndUser(ctx context.Context, sessionID string) (spec.Session[S], spec.User[U], error) {
	const op = spec.OpSessionAndUser
	var session spec.SessionRow
	var attributes S
	var user spec.UserRow
	var userAttributes U
	err := a.read(ctx, op, func(c *call) error {
		var there bool // the user
		into := append(a.into(&session, &attributes), a.joinedInto(&user, &userAttributes, &there)...)
		found, err := c.row(ctx, a.table, a.userStatements.sessionAndUser, sessionID, into...)
		if err == nil && (!found || session.UserID != "" && !there) {
			err = c.error(op, spec.ErrSessionNotFound, "", nil)
		}
		return err
	})
	if err != nil {
		return spec.Session[S]{}, spec.User[U]{}, err
	}
	return spec.SessionWith(session, attributes), spec.UserWith(user, userAttributes), nil
}

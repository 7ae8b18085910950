package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"github.com/tenon-go/tenon/adapters/internal/deadline"
	"github.com/tenon-go/tenon/spec"
)

// New returns an adapter on a handle. If owned, Close closes the handle.
func New(d *Dialect, db *sql.DB, owned bool, columns spec.Columns, names Tables) (*Adapter, error) {
	alone := columns.Users == nil
	if err := cmp.Or(names.check(d, alone), d.checkColumns(columns.Users), d.checkColumns(columns.Sessions)); err != nil {
		return nil, d.Unusable(err.Error(), err)
	}
	a := &Adapter{ofUser: spec.UserColumns(), ofSession: spec.SessionColumns()}
	a.ofLease = slices.DeleteFunc(spec.SessionColumns(), func(c spec.Column[spec.SessionRow]) bool { return !c.InLease })
	var tables []*table
	if !alone {
		a.users = usersTable(d, names, columns.Users)
		tables = append(tables, a.users)
	}
	a.sessions = sessionsTable(d, names, columns.Sessions, a.users)
	a.store = newStore(d, db, owned, append(tables, a.sessions)...)
	a.statements = newStatements(a.users, a.sessions)
	return a, nil
}

// Open returns an adapter on a handle that was opened for it, and checks that the server
// answers. If that fails, it closes the handle.
func Open(ctx context.Context, d *Dialect, db *sql.DB, columns spec.Columns, names Tables) (*Adapter, error) {
	a, err := New(d, db, true, columns, names)
	if err == nil {
		err = d.Reach(ctx, db)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return a, nil
}

// Reach checks that the server behind a handle answers, and that its sessions can be used.
func (d *Dialect) Reach(ctx context.Context, db *sql.DB) error {
	if db == nil {
		return d.Unusable("the handle is nil", nil)
	}
	s := newStore(d, db, false)
	if d.CheckSettings != nil {
		if err := s.readOrLeave(ctx, func() error { return d.CheckSettings(ctx, db) }); err != nil {
			return d.opening(ctx, err)
		}
	}
	return d.opening(ctx, s.Ping(ctx))
}

// Unreached returns the error of a constructor that could not query the server, with its
// class.
func (d *Dialect) Unreached(ctx context.Context, err error) error {
	s := newStore(d, nil, false)
	return d.opening(ctx, s.conclude(s.classify(err, pending)))
}

// opening completes an error of a constructor, when there is no Store yet that would do so.
func (d *Dialect) opening(ctx context.Context, err error) error {
	e, ok := err.(*spec.Error)
	if !ok {
		return err
	}
	e.Adapter, e.Op = d.Name, spec.OpOpen
	if e.Class == spec.ErrUnavailable || e.Class == spec.ErrFailed {
		e.Class = cmp.Or(deadline.Err(ctx), e.Class)
	}
	return e
}

// Unusable returns the error of a constructor for invalid arguments, such as attribute
// types, names or settings.
func (d *Dialect) Unusable(detail string, cause error) error {
	return &spec.Error{Adapter: d.Name, Op: spec.OpOpen, Class: spec.ErrInvalid, Detail: detail, Cause: cause}
}

// DDL returns the statements that create the tables in an empty database, for users with
// attributes of type U and sessions with attributes of type S. The adapters' packages derive
// d and names from their options.
func DDL[U, S any](d *Dialect, names Tables) (statements []string, err error) {
	_, err = spec.NewStore[U, S](d.Name, func(columns spec.Columns) (spec.Adapter, error) {
		a, err := New(d, nil, false, columns, names)
		if err == nil {
			statements = a.ddl()
		}
		return a, err
	})
	return statements, err
}

// SessionsDDL is [DDL] for a store that keeps only sessions.
func SessionsDDL[S any](d *Dialect, names Tables) (statements []string, err error) {
	_, err = spec.NewSessionStore[S](d.Name, func(columns spec.Columns) (spec.SessionAdapter, error) {
		a, err := New(d, nil, false, columns, names)
		if err == nil {
			statements = a.ddl()
		}
		return a, err
	})
	return statements, err
}

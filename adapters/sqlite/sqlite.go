package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Adapter keeps users and sessions. Its methods are those of [spec.TypedAdapter],
// [spec.TypedUserFinder], [spec.Migrator], [spec.Pinger], [spec.Describer] and
// [io.Closer].
type Adapter[U, S any] struct{ *adapter[U, S] }

// Sessions keeps sessions alone, for applications that keep users elsewhere:
// UserID is not checked. Its methods are those of [spec.TypedSessionAdapter],
// [spec.Migrator], [spec.Pinger], [spec.Describer] and [io.Closer].
type Sessions[S any] struct{ *sessions[S] }

type (
	adapter[U, S any] = sqlstore.Adapter[U, S]
	sessions[S any]   = sqlstore.Sessions[S]
)

var _ spec.TypedAdapter[struct{}, struct{}] = Adapter[struct{}, struct{}]{}

// Option changes how an adapter is made.
type Option func(*options)

type options struct{ sqlstore.Tables }

// WithTables sets the names of the tables, which are otherwise "users" and
// "sessions". Any name that SQLite can hold will do; it is quoted. For sessions
// alone the first name is not used.
func WithTables(users, sessions string) Option {
	return func(o *options) { o.Users, o.Sessions = users, sessions }
}

// UserIDs is what the ids of users are, if they are not any text.
type UserIDs int

// The kinds of ids that a table of users may have. Package documentation, "Ids of
// users", says what they change.
const (
	IntegerIDs UserIDs = iota + 1 // INTEGER, as in INTEGER PRIMARY KEY
	UUIDs                         // TEXT of 36 characters, with lower-case digits
)

func (kind UserIDs) stored() *sqlstore.IDs {
	switch kind {
	case IntegerIDs:
		return sqlstore.IntegerIDs
	case UUIDs:
		return sqlstore.UUIDs(attr.String)
	}
	return sqlstore.UnknownIDs
}

// WithUserIDs is for tables of users whose ids are not any text.
func WithUserIDs(kind UserIDs) Option {
	return func(o *options) { o.UserIDs = kind.stored() }
}

func tables(list []Option) sqlstore.Tables {
	o := options{sqlstore.Tables{Users: "users", Sessions: "sessions"}}
	for _, set := range list {
		set(&o)
	}
	return o.Tables
}

// Open opens the database file that dsn names, as a path or as a URI with
// modernc.org/sqlite's parameters, and creates it if it is not there. It does
// not create tables: see Migrate. The caller closes the adapter.
//
// A database in memory is refused: it is not durable, and each connection
// would have its own. Package memory is made for that.
func Open[U, S any](ctx context.Context, dsn string, options ...Option) (*Adapter[U, S], error) {
	d := patient()
	return open(ctx, d, dsn, func(db *sql.DB) (*Adapter[U, S], error) {
		a, err := sqlstore.New[U, S](d, db, true, tables(options))
		return &Adapter[U, S]{a}, err
	})
}

// OpenSessions is [Open] for sessions alone.
func OpenSessions[S any](ctx context.Context, dsn string, options ...Option) (*Sessions[S], error) {
	d := patient()
	return open(ctx, d, dsn, func(db *sql.DB) (*Sessions[S], error) {
		s, err := sqlstore.NewSessions[S](d, db, true, tables(options))
		return &Sessions[S]{s}, err
	})
}

// New returns an adapter on a handle of modernc.org/sqlite, or of
// github.com/ncruces/go-sqlite3, github.com/mattn/go-sqlite3 or another driver
// for SQLite whose errors can be read; one whose errors cannot is refused. The
// caller keeps the handle and closes it after the adapter. Every connection of the
// handle must have a busy timeout, and see the same database: New refuses one in
// memory that each connection has for itself, which takes SetMaxOpenConns(1).
func New[U, S any](ctx context.Context, db *sql.DB, options ...Option) (*Adapter[U, S], error) {
	d := dialect()
	if err := usable(ctx, d, db); err != nil {
		return nil, err
	}
	a, err := sqlstore.New[U, S](d, db, false, tables(options))
	if err != nil {
		return nil, err
	}
	return &Adapter[U, S]{a}, nil
}

// NewSessions is [New] for sessions alone.
func NewSessions[S any](ctx context.Context, db *sql.DB, options ...Option) (*Sessions[S], error) {
	d := dialect()
	if err := usable(ctx, d, db); err != nil {
		return nil, err
	}
	s, err := sqlstore.NewSessions[S](d, db, false, tables(options))
	if err != nil {
		return nil, err
	}
	return &Sessions[S]{s}, nil
}

// DDL returns the statements that Migrate runs on an empty database,
// for those who run their own migrations.
func DDL[U, S any](options ...Option) ([]string, error) {
	return sqlstore.DDL[U, S](dialect(), tables(options))
}

// SessionsDDL is [DDL] for sessions alone.
func SessionsDDL[S any](options ...Option) ([]string, error) {
	return sqlstore.SessionsDDL[S](dialect(), tables(options))
}

// open opens a handle and makes an adapter that owns it.
func open[A any](ctx context.Context, d *sqlstore.Dialect, dsn string, make func(*sql.DB) (*A, error)) (*A, error) {
	c, err := newConnector(dsn)
	if err != nil {
		return nil, d.Unusable(err.Error(), err)
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(maxConns)
	db.SetMaxIdleConns(maxConns)
	a, err := sqlstore.Owning(ctx, d, db, make)
	var unfit *settingError
	if errors.As(err, &unfit) {
		err = d.Unusable(unfit.reason, unfit)
	}
	return a, err
}

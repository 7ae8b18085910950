package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"

	"github.com/tenon-go/tenon/adapters/internal/pool"
	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Adapter is what the stores of [Open], [New] and their like are made of. Its
// methods are those of [spec.Adapter], [spec.UserFinder], [spec.UserIDs],
// [spec.Migrator], [spec.Pinger], [spec.Describer], [spec.RowReuser] and
// [io.Closer]. It is made by [OpenAdapter] and [NewAdapter].
type Adapter struct{ *adapter }

type adapter = sqlstore.Adapter

// ReusesRows implements [spec.RowReuser]: rows are scanned by the goroutine that
// calls, before the method returns.
func (*Adapter) ReusesRows() {}

// name is the name of the adapter in errors.
const name = "sqlite"

// Option changes how an adapter is made.
type Option func(*options)

type options struct {
	sqlstore.Tables
	conns pool.Size
}

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

// WithMaxConns sets how many connections [Open] may have at once, otherwise 16: as
// many calls read at a time, and one writes. Calls that find all of them in use wait,
// for as long as their contexts let them. With [New] it is spec.ErrInvalid: the limit
// is that of the handle.
func WithMaxConns(n int) Option {
	return func(o *options) { o.conns = pool.Of(n) }
}

func collect(list []Option) options {
	o := options{Tables: sqlstore.Tables{Users: "users", Sessions: "sessions"}}
	for _, set := range list {
		set(&o)
	}
	return o
}

// Open opens the database file that dsn names, as a path or as a URI with
// modernc.org/sqlite's parameters, and creates it if it is not there. It does
// not create tables: see Migrate. The caller closes the store.
//
// A database in memory is refused: it is not durable, and each connection
// would have its own. Package memory is made for that.
func Open[U, S any](ctx context.Context, dsn string, options ...Option) (*spec.Store[U, S], error) {
	return spec.NewStore[U, S](name, func(columns spec.Columns) (spec.Adapter, error) {
		return OpenAdapter(ctx, dsn, columns, options...)
	})
}

// OpenSessions is [Open] for sessions alone, of users that are kept elsewhere:
// UserID is not checked.
func OpenSessions[S any](ctx context.Context, dsn string, options ...Option) (*spec.SessionStore[S], error) {
	return spec.NewSessionStore[S](name, func(columns spec.Columns) (spec.SessionAdapter, error) {
		return OpenAdapter(ctx, dsn, columns, options...)
	})
}

// OpenSweeper is [OpenSessions] for programs that delete expired sessions and know
// nothing of the application: of the store that it returns only
// DeleteExpiredSessions, for everyone, Describe, Ping and Close are to be used. The
// table may have any attributes; one that is not of sessions is refused. It neither
// creates a file nor turns WAL on.
func OpenSweeper(ctx context.Context, path string, options ...Option) (*spec.SessionStore[struct{}], error) {
	return sqlstore.Sweeper(ctx, name, func(columns spec.Columns) (*adapter, error) {
		d, o := patient(), collect(options)
		if err := o.conns.CheckOwn(); err != nil {
			return nil, d.Unusable(err.Error(), err)
		}
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			return nil, d.Unusable("there is no such file", err)
		}
		db, err := sql.Open("sqlite", uriScheme+(&url.URL{Path: path}).EscapedPath()+"?mode=rw&_busy_timeout="+settings[0].value)
		if err != nil {
			return nil, d.Unusable("the path cannot be used", err)
		}
		db.SetMaxOpenConns(o.conns.Or(maxConns))
		return sqlstore.Open(ctx, d, db, columns, o.Tables)
	})
}

// OpenAdapter is what [Open] and [OpenSessions] put a front on. It needs no types
// in Go; if columns.Users is nil it is for sessions alone. The caller closes the
// adapter.
func OpenAdapter(ctx context.Context, dsn string, columns spec.Columns, options ...Option) (*Adapter, error) {
	d, o := patient(), collect(options)
	if err := o.conns.CheckOwn(); err != nil {
		return nil, d.Unusable(err.Error(), err)
	}
	c, err := newConnector(dsn)
	if err != nil {
		return nil, d.Unusable(err.Error(), err)
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(o.conns.Or(maxConns))
	db.SetMaxIdleConns(o.conns.Or(maxConns))
	a, err := sqlstore.Open(ctx, d, db, columns, o.Tables)
	if unfit, ok := errors.AsType[*settingError](err); ok {
		err = d.Unusable(unfit.reason, unfit)
	}
	if err != nil {
		return nil, err
	}
	return &Adapter{a}, nil
}

// New returns a store on a handle of modernc.org/sqlite, or of
// github.com/ncruces/go-sqlite3, github.com/mattn/go-sqlite3 or another driver
// for SQLite whose errors can be read; one whose errors cannot is refused. The
// caller keeps the handle and closes it after the store. Every connection of the
// handle must have a busy timeout, and see the same database: New refuses one in
// memory that each connection has for itself, which takes SetMaxOpenConns(1).
func New[U, S any](ctx context.Context, db *sql.DB, options ...Option) (*spec.Store[U, S], error) {
	return spec.NewStore[U, S](name, func(columns spec.Columns) (spec.Adapter, error) {
		return NewAdapter(ctx, db, columns, options...)
	})
}

// NewSessions is [New] for sessions alone, of users that are kept elsewhere:
// UserID is not checked.
func NewSessions[S any](ctx context.Context, db *sql.DB, options ...Option) (*spec.SessionStore[S], error) {
	return spec.NewSessionStore[S](name, func(columns spec.Columns) (spec.SessionAdapter, error) {
		return NewAdapter(ctx, db, columns, options...)
	})
}

// NewAdapter is to [New] what [OpenAdapter] is to [Open].
func NewAdapter(ctx context.Context, db *sql.DB, columns spec.Columns, options ...Option) (*Adapter, error) {
	d, o := dialect(), collect(options)
	if err := o.conns.CheckGiven(); err != nil {
		return nil, d.Unusable(err.Error(), err)
	}
	if err := usable(ctx, d, db); err != nil {
		return nil, err
	}
	a, err := sqlstore.New(d, db, false, columns, o.Tables)
	if err != nil {
		return nil, err
	}
	return &Adapter{a}, nil
}

// DDL returns the statements that Migrate runs on an empty database,
// for those who run their own migrations.
func DDL[U, S any](options ...Option) ([]string, error) {
	return sqlstore.DDL[U, S](dialect(), collect(options).Tables)
}

// SessionsDDL is [DDL] for sessions alone.
func SessionsDDL[S any](options ...Option) ([]string, error) {
	return sqlstore.SessionsDDL[S](dialect(), collect(options).Tables)
}

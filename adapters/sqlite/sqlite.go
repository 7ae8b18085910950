package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"

	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/adapters/internal/pool"
	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Adapter is the adapter behind the stores of this package. It implements
// [spec.Adapter], [spec.UserFinder], [spec.UserIDs], [spec.Migrator], [spec.Pinger],
// [spec.Describer], [spec.RowReuser] and [io.Closer]. Call [OpenAdapter] or [NewAdapter]
// to make one.
type Adapter struct{ adapter }

type adapter = sqlstore.Calls

// ReusesRows implements [spec.RowReuser]. Every method scans rows in the caller's
// goroutine before it returns.
func (*Adapter) ReusesRows() {}

// name is the name of the adapter in errors.
const name = "sqlite"

// Option is an option of the functions that open a store or an adapter.
type Option func(*options)

type options struct {
	sqlstore.Tables
	conns pool.Size
}

// WithTables sets the names of the tables. The defaults are "users" and "sessions". Every
// name that SQLite accepts is valid; names are quoted. A store that keeps only sessions
// ignores the first name.
func WithTables(users, sessions string) Option {
	return func(o *options) { o.Users, o.Sessions = users, sessions }
}

// UserIDs is a kind of ids of users that are not arbitrary text.
type UserIDs int

// The kinds of ids that a table of users can have. See "Ids of users" in the package
// documentation.
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

// WithUserIDs sets the kind of the ids of users. By default they are arbitrary text.
func WithUserIDs(kind UserIDs) Option {
	return func(o *options) { o.UserIDs = kind.stored() }
}

// WithMaxConns sets the maximum number of connections of [Open]. The default is 16. One
// connection at a time writes, the others can read. If all are in use, a call waits until
// one is free or its context ends. With [New] the option is spec.ErrInvalid: set the limit
// on the handle.
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

// Open opens a database file and returns a store on it. The dsn is a path, or a URI with
// the parameters of modernc.org/sqlite. Open creates the file if it does not exist, but
// not the tables: see Migrate. The caller closes the store.
//
// Open refuses a database in memory, because it is not durable and each connection would
// have its own. Use package memory instead.
func Open[U, S any](ctx context.Context, dsn string, options ...Option) (*spec.Store[U, S], error) {
	return spec.NewStore[U, S](name, func(columns spec.Columns) (spec.Adapter, error) {
		return OpenAdapter(ctx, dsn, columns, options...)
	})
}

// OpenSessions is [Open] for a store that keeps only sessions. Their users are kept
// elsewhere, so it does not check UserID.
func OpenSessions[S any](ctx context.Context, dsn string, options ...Option) (*spec.SessionStore[S], error) {
	return spec.NewSessionStore[S](name, func(columns spec.Columns) (spec.SessionAdapter, error) {
		return OpenAdapter(ctx, dsn, columns, options...)
	})
}

// OpenSweeper is [OpenSessions] for programs that delete expired sessions without knowing
// the application's types. Call only DeleteExpiredSessions with Everyone set, Describe,
// Ping and Close on the returned store. The table can have any attributes. OpenSweeper
// returns an error if the table is not one of sessions. It does not create a file or turn
// on WAL.
func OpenSweeper(ctx context.Context, path string, options ...Option) (*spec.SessionStore[struct{}], error) {
	return sqlstore.Sweeper(ctx, name, func(columns spec.Columns) (*sqlstore.Adapter, error) {
		d, o := patientDialect(), collect(options)
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

// OpenAdapter opens the adapter behind the stores of [Open] and [OpenSessions]. It takes
// columns instead of Go types. If columns.Users is nil, the adapter keeps only sessions.
// The caller closes the adapter.
func OpenAdapter(ctx context.Context, dsn string, columns spec.Columns, options ...Option) (*Adapter, error) {
	d, o := patientDialect(), collect(options)
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
	if setting, ok := errors.AsType[*settingError](err); ok {
		err = d.Unusable(setting.reason, setting)
	}
	if err != nil {
		return nil, err
	}
	return &Adapter{a}, nil
}

// New returns a store that uses an existing handle. Its driver can be modernc.org/sqlite,
// github.com/ncruces/go-sqlite3, github.com/mattn/go-sqlite3 or another driver for SQLite.
// New refuses a driver whose errors contain no result code. The caller keeps the handle
// and closes it after the store.
//
// Every connection of the handle must have a busy timeout, and all must use the same
// database. New refuses a database in memory of which each connection has its own, unless
// SetMaxOpenConns(1) limits the handle to one connection.
func New[U, S any](ctx context.Context, db *sql.DB, options ...Option) (*spec.Store[U, S], error) {
	return spec.NewStore[U, S](name, func(columns spec.Columns) (spec.Adapter, error) {
		return NewAdapter(ctx, db, columns, options...)
	})
}

// NewSessions is [New] for a store that keeps only sessions. Their users are kept
// elsewhere, so it does not check UserID.
func NewSessions[S any](ctx context.Context, db *sql.DB, options ...Option) (*spec.SessionStore[S], error) {
	return spec.NewSessionStore[S](name, func(columns spec.Columns) (spec.SessionAdapter, error) {
		return NewAdapter(ctx, db, columns, options...)
	})
}

// NewAdapter returns the adapter behind the stores of [New] and [NewSessions]. If
// columns.Users is nil, the adapter keeps only sessions. The caller closes the adapter
// and then the handle.
func NewAdapter(ctx context.Context, db *sql.DB, columns spec.Columns, options ...Option) (*Adapter, error) {
	d, o := dialect(), collect(options)
	if err := o.conns.CheckGiven(); err != nil {
		return nil, d.Unusable(err.Error(), err)
	}
	err := linger.AwaitError(ctx, func() error { return usable(ctx, d, db) })
	if errors.Is(err, linger.ErrUnanswered) { // the file is locked
		return nil, d.Unreached(ctx, err)
	}
	if err != nil {
		return nil, err
	}
	a, err := sqlstore.New(d, db, false, columns, o.Tables)
	if err != nil {
		return nil, err
	}
	return &Adapter{a.OrLeave()}, nil
}

// DDL returns the statements that Migrate runs in an empty database, for applications
// that run their own migrations.
func DDL[U, S any](options ...Option) ([]string, error) {
	return sqlstore.DDL[U, S](dialect(), collect(options).Tables)
}

// SessionsDDL is [DDL] for a store that keeps only sessions.
func SessionsDDL[S any](options ...Option) ([]string, error) {
	return sqlstore.SessionsDDL[S](dialect(), collect(options).Tables)
}

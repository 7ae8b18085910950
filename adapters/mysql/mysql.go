package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/adapters/internal/pool"
	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec"
)

// Adapter is the adapter behind the stores of this package. It implements
// [spec.Adapter], [spec.UserFinder], [spec.UserIDs], [spec.Migrator], [spec.Pinger],
// [spec.Describer] and [io.Closer]. Call [OpenAdapter] or [NewAdapter] to make one.
type Adapter struct{ *adapter }

type adapter = sqlstore.Adapter

// name is the name of the adapter in errors.
const name = "mysql"

// Option is an option of the functions that open a store or an adapter.
type Option func(*options)

type options struct {
	sqlstore.Tables
	conns        pool.Size
	unreferenced bool
	stale        bool
}

// WithTables sets the names of the tables. The defaults are "users" and "sessions". Every
// name of up to 64 bytes that MySQL accepts is valid; names are quoted. A store that keeps
// only sessions ignores the first name.
func WithTables(users, sessions string) Option {
	return func(o *options) { o.Users, o.Sessions = users, sessions }
}

// WithDatabase sets the database of the tables. The default is the database of the
// connection.
func WithDatabase(name string) Option {
	return func(o *options) { o.Schema = name }
}

// UserIDs is a kind of ids of users that are not arbitrary text.
type UserIDs int

// The kinds of ids that a table of users can have. See "Ids of users" in the package
// documentation.
const (
	// IntegerIDs are stored as BIGINT or, in an existing table, as any integer type.
	IntegerIDs UserIDs = iota + 1

	// UUIDs have lower-case digits and are stored as CHAR(36) or, in an existing table,
	// as VARCHAR or MariaDB's type UUID.
	UUIDs

	// BinaryUUIDs are UUIDs that are stored as BINARY(16), in the order of their digits,
	// which is the order of UUID_TO_BIN without its second argument.
	BinaryUUIDs
)

func (kind UserIDs) stored() *sqlstore.IDs {
	switch kind {
	case IntegerIDs:
		return sqlstore.IntegerIDs
	case UUIDs:
		return sqlstore.UUIDs(sqlstore.UUID)
	case BinaryUUIDs:
		return binaryUUIDs
	}
	return sqlstore.UnknownIDs
}

// WithUserIDs sets the kind of the ids of users. By default they are arbitrary text.
func WithUserIDs(kind UserIDs) Option {
	return func(o *options) { o.UserIDs = kind.stored() }
}

// WithoutForeignKeys makes the adapter work without a foreign key from the sessions to
// the users: Migrate does not create one and Check does not require one. It is for sharded
// databases without foreign keys between shards, such as Vitess and PlanetScale. The
// statement that creates a session then also reads the user, and the transaction that
// deletes a user also deletes the sessions. If users and sessions are in different
// shards, a session that is created while its user is deleted can outlive the user. The
// adapter therefore declares the weakness Orphans of [spec.Weaknesses]. An existing
// foreign key must have ON DELETE CASCADE.
//
// This option was tested only on plain servers, not on Vitess. Updates contain
// LAST_INSERT_ID(…) in their WHERE, which some versions of Vitess reject (vitessio/vitess
// issue 13020, pull request 17295): try an update first.
func WithoutForeignKeys() Option {
	return func(o *options) { o.unreferenced = true }
}

// WithStaleReads lets reads on a node of a Galera cluster return at once. Without it,
// each statement waits until its node has applied all writes that any node has
// acknowledged before (wsrep_sync_wait). With it, only writes wait. (A write that did not
// wait could miss a row of another node, be acknowledged, and have no effect.) A read can
// then miss a write that another node has acknowledged, so the adapter declares the
// weakness StaleReads of [spec.Weaknesses], unless the node itself makes its sessions
// wait. On any other server the option has no effect.
func WithStaleReads() Option {
	return func(o *options) { o.stale = true }
}

// WithMaxConns sets the maximum number of connections of [Open], not including the one on
// which it ends statements. The default is 32. If all are in use, a call waits until one
// is free or its context ends. With [New] the option is spec.ErrInvalid: set the limit on
// the handle.
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

// Open connects to a server and returns a store on it. The dsn has the form of
// go-sql-driver: "user:password@tcp(host:3306)/database". Open does not create tables: see
// Migrate. The caller closes the store.
//
// The store uses up to as many connections as [WithMaxConns] permits. It uses one more to
// end (KILL QUERY) the statements of calls whose context has ended. To open connections in
// another way, open a handle and use [New].
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
// returns an error if the table is not one of sessions.
func OpenSweeper(ctx context.Context, dsn string, options ...Option) (*spec.SessionStore[struct{}], error) {
	return sqlstore.Sweeper(ctx, name, func(columns spec.Columns) (*adapter, error) {
		a, err := OpenAdapter(ctx, dsn, columns, options...)
		if err != nil {
			return nil, err
		}
		return a.adapter, nil
	})
}

// OpenAdapter opens the adapter behind the stores of [Open] and [OpenSessions]. It takes
// columns instead of Go types. If columns.Users is nil, the adapter keeps only sessions.
// The caller closes the adapter.
func OpenAdapter(ctx context.Context, dsn string, columns spec.Columns, options ...Option) (*Adapter, error) {
	o := collect(options)
	unusable := dialect(settings{}, o).Unusable
	if err := o.conns.CheckOwn(); err != nil {
		return nil, unusable(err.Error(), err)
	}
	config, err := parseDSN(dsn)
	if err != nil {
		return nil, unusable("the data source name cannot be parsed", err)
	}
	config.Logger = &mysql.NopLogger{} // the errors contain what it would log
	connector, err := newConnector(config)
	if err != nil {
		return nil, unusable("the data source name cannot be used", err)
	}
	db := sql.OpenDB(connector)
	sqlstore.Pool(db, o.conns.Or(sqlstore.MaxConns))
	a, err := newAdapter(ctx, db, true, columns, o)
	if err != nil {
		db.Close()
		return nil, err
	}
	return a, nil
}

// New returns a store that uses an existing handle of go-sql-driver/mysql. It asks the
// server for its version and settings. The caller keeps the handle and closes it after
// the store.
//
// Set innodb_lock_wait_timeout in the handle's data source name to a few seconds. If the
// context of a call ends while it waits for a row lock, the server keeps the connection
// for that time, which is 50 s by default.
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
	o := collect(options)
	if err := o.conns.CheckGiven(); err != nil {
		return nil, dialect(settings{}, o).Unusable(err.Error(), err)
	}
	return newAdapter(ctx, db, false, columns, o)
}

// DDL returns the statements that Migrate runs on a server without these tables, for
// applications that run their own migrations.
func DDL[U, S any](options ...Option) ([]string, error) {
	return sqlstore.DDL[U, S](dialect(settings{}, collect(options)), collect(options).Tables)
}

// SessionsDDL is [DDL] for a store that keeps only sessions.
func SessionsDDL[S any](options ...Option) ([]string, error) {
	return sqlstore.SessionsDDL[S](dialect(settings{}, collect(options)), collect(options).Tables)
}

// parseDSN parses a data source name. The driver panics if it contains strict, a parameter
// that it no longer has.
func parseDSN(dsn string) (config *mysql.Config, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the driver panicked: %v", r)
		}
	}()
	return mysql.ParseDSN(dsn)
}

// syntaxError is ER_PARSE_ERROR, MySQL's answer to any statement in swe7.
const syntaxError = 1064

// newAdapter returns an adapter on a handle. If owned, Close closes the handle.
func newAdapter(ctx context.Context, db *sql.DB, owned bool, columns spec.Columns, o options) (*Adapter, error) {
	if db == nil {
		return nil, dialect(settings{}, o).Unusable("the handle is nil", nil)
	}
	server, err := ask(ctx, db)
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok && e.Number == syntaxError {
		return nil, dialect(settings{}, o).Unusable("the session's character set is one in which the server does not understand ASCII: it must be utf8mb4", err)
	}
	if err != nil {
		return nil, dialect(settings{}, o).Unreached(ctx, err)
	}
	server.ours = owned
	d := dialect(server, o)
	if owned { // the connector's connections write values and read text correctly
		d.Literals, d.Selected, d.Native = nil, nil, native
	}
	if server.problem != "" {
		return nil, d.Unusable(server.problem, nil)
	}
	a, err := sqlstore.New(d, db, owned, columns, o.Tables)
	if err != nil {
		return nil, err
	}
	return &Adapter{a}, nil
}

package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec"
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

type options struct {
	sqlstore.Tables
	unreferenced bool
	stale        bool
}

// WithTables sets the names of the tables, which are otherwise "users" and
// "sessions". Any name that MySQL can hold will do, up to 64 bytes; it is quoted.
// For sessions alone the first name is not used.
func WithTables(users, sessions string) Option {
	return func(o *options) { o.Users, o.Sessions = users, sessions }
}

// WithDatabase sets the database of the tables. Without it, they are in the
// one that the connection uses.
func WithDatabase(name string) Option {
	return func(o *options) { o.Schema = name }
}

// UserIDs is what the ids of users are, if they are not any text.
type UserIDs int

// The kinds of ids that a table of users may have. Package documentation, "Ids of
// users", says what they change.
const (
	// IntegerIDs are BIGINT, or any type of integers in an existing table.
	IntegerIDs UserIDs = iota + 1

	// UUIDs are CHAR(36), or VARCHAR or MariaDB's type UUID in an existing
	// table, with lower-case digits.
	UUIDs

	// BinaryUUIDs are UUIDs as BINARY(16), in the order of their digits, as
	// UUID_TO_BIN gives them without its second argument.
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

// WithUserIDs is for tables of users whose ids are not any text.
func WithUserIDs(kind UserIDs) Option {
	return func(o *options) { o.UserIDs = kind.stored() }
}

// WithoutForeignKeys makes and wants no foreign key from the sessions to the
// users, for databases that have none across their parts, such as Vitess and
// PlanetScale. Creating a session then looks for the user in the same
// statement, and deleting a user deletes the sessions in the same transaction.
// Where users and sessions are not in one part, a session that is created while
// its user is deleted may outlive the user, so the adapter declares
// [spec.Weaknesses] with Orphans. An existing foreign key must say ON
// DELETE CASCADE.
//
// It was tried on plain servers only, not on Vitess. Updates have
// LAST_INSERT_ID(…) in their WHERE, which some versions of Vitess rejected
// (vitessio/vitess issue 13020, pull request 17295): try an update first.
func WithoutForeignKeys() Option {
	return func(o *options) { o.unreferenced = true }
}

// WithStaleReads lets reads on a node of a Galera cluster answer at once. Without
// it, each statement waits until its node has applied what any node has
// acknowledged before (wsrep_sync_wait). With it, writes still do, since one that
// finds nothing where another node has something would be acknowledged and never
// happen; a read may miss what another node has acknowledged, and the adapter
// declares [spec.Weaknesses] with StaleReads, unless the node makes its
// sessions wait. On a server that is no such node it does nothing.
func WithStaleReads() Option {
	return func(o *options) { o.stale = true }
}

func collect(list []Option) options {
	o := options{Tables: sqlstore.Tables{Users: "users", Sessions: "sessions"}}
	for _, set := range list {
		set(&o)
	}
	return o
}

// Open connects to the server that dsn names, in go-sql-driver's form:
// "user:password@tcp(host:3306)/database". It does not create tables: see
// Migrate. The caller closes the adapter.
//
// It keeps at most 32 connections, and one on which it ends (KILL QUERY) the
// statements of calls whose context has ended; for others, open a handle and use
// [New].
func Open[U, S any](ctx context.Context, dsn string, list ...Option) (*Adapter[U, S], error) {
	return open(ctx, dsn, list, newAdapter[U, S])
}

// OpenSessions is [Open] for sessions alone.
func OpenSessions[S any](ctx context.Context, dsn string, list ...Option) (*Sessions[S], error) {
	return open(ctx, dsn, list, newSessions[S])
}

// New returns an adapter on a handle of go-sql-driver/mysql, after asking the
// server what it is. The caller keeps the handle and closes it after the
// adapter. Set innodb_lock_wait_timeout in its data source name to some seconds:
// a call that gives up while it waits for a row lock leaves a connection at the
// server for as long as that, 50 s by default.
func New[U, S any](ctx context.Context, db *sql.DB, list ...Option) (*Adapter[U, S], error) {
	return on(ctx, db, false, list, newAdapter[U, S])
}

// NewSessions is [New] for sessions alone.
func NewSessions[S any](ctx context.Context, db *sql.DB, list ...Option) (*Sessions[S], error) {
	return on(ctx, db, false, list, newSessions[S])
}

// DDL returns the statements that Migrate runs on a server without these
// tables, for those who run their own migrations.
func DDL[U, S any](list ...Option) ([]string, error) {
	o := collect(list)
	return sqlstore.DDL[U, S](dialect(settings{}, o), o.Tables)
}

// SessionsDDL is [DDL] for sessions alone.
func SessionsDDL[S any](list ...Option) ([]string, error) {
	o := collect(list)
	return sqlstore.SessionsDDL[S](dialect(settings{}, o), o.Tables)
}

// maker makes an adapter on a handle, which Close closes if it is owned.
type maker[A any] func(d *sqlstore.Dialect, db *sql.DB, owned bool, names sqlstore.Tables) (*A, error)

func newAdapter[U, S any](d *sqlstore.Dialect, db *sql.DB, owned bool, names sqlstore.Tables) (*Adapter[U, S], error) {
	a, err := sqlstore.New[U, S](d, db, owned, names)
	return &Adapter[U, S]{a}, err
}

func newSessions[S any](d *sqlstore.Dialect, db *sql.DB, owned bool, names sqlstore.Tables) (*Sessions[S], error) {
	s, err := sqlstore.NewSessions[S](d, db, owned, names)
	return &Sessions[S]{s}, err
}

// open opens a handle and makes an adapter that owns it.
func open[A any](ctx context.Context, dsn string, list []Option, make maker[A]) (*A, error) {
	unusable := dialect(settings{}, options{}).Unusable
	config, err := parseDSN(dsn)
	if err != nil {
		return nil, unusable("the data source name cannot be parsed", err)
	}
	config.Logger = &mysql.NopLogger{} // what it would write is in the errors
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, unusable("the data source name cannot be used", err)
	}
	db := sql.OpenDB(newConnector(connector))
	sqlstore.Pool(db)
	a, err := on(ctx, db, true, list, make)
	if err != nil {
		db.Close()
		return nil, err
	}
	return a, nil
}

// parseDSN parses a data source name. The driver panics at a parameter that it no
// longer has: strict.
func parseDSN(dsn string) (config *mysql.Config, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the driver panicked: %v", r)
		}
	}()
	return mysql.ParseDSN(dsn)
}

// syntaxError is ER_PARSE_ERROR: MySQL's answer to any statement in swe7.
const syntaxError = 1064

// on makes an adapter on a handle.
func on[A any](ctx context.Context, db *sql.DB, owned bool, list []Option, make maker[A]) (*A, error) {
	o := collect(list)
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
	d := dialect(server, o)
	if server.unfit != "" {
		return nil, d.Unusable(server.unfit, nil)
	}
	a, err := make(d, db, owned, o.Tables)
	if err != nil {
		return nil, err
	}
	return a, nil
}

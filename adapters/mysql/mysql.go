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

// Adapter is what the stores of [Open], [New] and their like are made of. Its
// methods are those of [spec.Adapter], [spec.UserFinder], [spec.UserIDs],
// [spec.Migrator], [spec.Pinger], [spec.Describer] and [io.Closer]. It is made by
// [OpenAdapter] and [NewAdapter].
type Adapter struct{ *adapter }

type adapter = sqlstore.Adapter

// name is the name of the adapter in errors.
const name = "mysql"

// Option changes how an adapter is made.
type Option func(*options)

type options struct {
	sqlstore.Tables
	conns        pool.Size
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

// WithMaxConns sets how many connections [Open] may have at once, otherwise 32,
// beside the one on which it ends statements. Calls that find all of them in use
// wait, for as long as their contexts let them. With [New] it is spec.ErrInvalid: the
// limit is that of the handle.
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

// Open connects to the server that dsn names, in go-sql-driver's form:
// "user:password@tcp(host:3306)/database". It does not create tables: see
// Migrate. The caller closes the store.
//
// It has at most as many connections as [WithMaxConns] says, and one on which it
// ends (KILL QUERY) the statements of calls whose context has ended. For connections
// that are made in another way, open a handle and use [New].
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
// table may have any attributes; one that is not of sessions is refused.
func OpenSweeper(ctx context.Context, dsn string, options ...Option) (*spec.SessionStore[struct{}], error) {
	return sqlstore.Sweeper(ctx, name, func(columns spec.Columns) (*adapter, error) {
		a, err := OpenAdapter(ctx, dsn, columns, options...)
		if err != nil {
			return nil, err
		}
		return a.adapter, nil
	})
}

// OpenAdapter is what [Open] and [OpenSessions] put a front on. It needs no types
// in Go; if columns.Users is nil it is for sessions alone. The caller closes the
// adapter.
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
	config.Logger = &mysql.NopLogger{} // what it would write is in the errors
	connector, err := newConnector(config)
	if err != nil {
		return nil, unusable("the data source name cannot be used", err)
	}
	db := sql.OpenDB(connector)
	sqlstore.Pool(db, o.conns.Or(sqlstore.MaxConns))
	a, err := on(ctx, db, true, columns, o)
	if err != nil {
		db.Close()
		return nil, err
	}
	return a, nil
}

// New returns a store on a handle of go-sql-driver/mysql, after asking the
// server what it is. The caller keeps the handle and closes it after the
// store. Set innodb_lock_wait_timeout in its data source name to some seconds:
// a call that gives up while it waits for a row lock leaves a connection at the
// server for as long as that, 50 s by default.
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
	o := collect(options)
	if err := o.conns.CheckGiven(); err != nil {
		return nil, dialect(settings{}, o).Unusable(err.Error(), err)
	}
	return on(ctx, db, false, columns, o)
}

// DDL returns the statements that Migrate runs on a server without these
// tables, for those who run their own migrations.
func DDL[U, S any](options ...Option) ([]string, error) {
	return sqlstore.DDL[U, S](dialect(settings{}, collect(options)), collect(options).Tables)
}

// SessionsDDL is [DDL] for sessions alone.
func SessionsDDL[S any](options ...Option) ([]string, error) {
	return sqlstore.SessionsDDL[S](dialect(settings{}, collect(options)), collect(options).Tables)
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

// on makes an adapter on a handle, which Close closes if it is owned.
func on(ctx context.Context, db *sql.DB, owned bool, columns spec.Columns, o options) (*Adapter, error) {
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
	if owned { // its connections see to the values, and to the text that comes back
		d.Literals, d.Selected, d.Native = nil, nil, native
	}
	if server.unfit != "" {
		return nil, d.Unusable(server.unfit, nil)
	}
	a, err := sqlstore.New(d, db, owned, columns, o.Tables)
	if err != nil {
		return nil, err
	}
	return &Adapter{a}, nil
}

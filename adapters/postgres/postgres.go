package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/tenon-go/tenon/adapters/internal/pool"
	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec"
)

// Adapter is the adapter behind the stores of this package. It implements
// [spec.Adapter], [spec.UserFinder], [spec.UserIDs], [spec.Migrator], [spec.Pinger],
// [spec.Describer] and [io.Closer]. Call [OpenAdapter] or [NewAdapter] to make one.
type Adapter struct{ adapter }

type adapter = sqlstore.Calls

// name is the name of the adapter in errors.
const name = "postgres"

// Option is an option of the functions that open a store or an adapter.
type Option func(*options)

type options struct {
	sqlstore.Tables
	conns pool.Size
}

// WithTables sets the names of the tables. The defaults are "users" and "sessions". Every
// name that PostgreSQL accepts is valid; names are quoted. A store that keeps only
// sessions ignores the first name.
func WithTables(users, sessions string) Option {
	return func(o *options) { o.Users, o.Sessions = users, sessions }
}

// WithSchema sets the schema of the tables. By default the search_path of the connection
// determines the schema.
func WithSchema(name string) Option {
	return func(o *options) { o.Schema = name }
}

// UserIDs is a kind of ids of users that are not arbitrary text.
type UserIDs int

// The kinds of ids that a table of users can have. See "Ids of users" in the package
// documentation.
const (
	IntegerIDs UserIDs = iota + 1 // bigint, or integer or smallint in an existing table
	UUIDs                         // the type uuid
)

func (kind UserIDs) stored() *sqlstore.IDs {
	switch kind {
	case IntegerIDs:
		return sqlstore.IntegerIDs
	case UUIDs:
		return sqlstore.UUIDs(sqlstore.UUID)
	}
	return sqlstore.UnknownIDs
}

// WithUserIDs sets the kind of the ids of users. By default they are arbitrary text.
func WithUserIDs(kind UserIDs) Option {
	return func(o *options) { o.UserIDs = kind.stored() }
}

// WithMaxConns sets the maximum number of connections of [Open]. The default is 32. If all
// are in use, a call waits until one is free or its context ends. With [New] the option
// is spec.ErrInvalid: set the limit on the handle.
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

// Open connects to a server and returns a store on it. The dsn is a URL or a list of
// key=value pairs, with the parameters of pgx. Open does not create tables: see Migrate.
// The caller closes the store.
//
// Open sets client_encoding, DateStyle and standard_conforming_strings on each connection,
// and so overrides the data source name, the role and the database. It never connects to
// a standby: if dsn names several servers, it uses the first that is not a standby. Other
// settings that make results wrong are spec.ErrInvalid, as with [New].
//
// Unlike pgx by default, a store of Open does not ping an idle connection before it uses
// it, which would cost a second round trip. Instead it checks without a round trip whether
// the server has closed the socket. To open connections in another way, open a handle and
// use [New].
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
	return sqlstore.Sweeper(ctx, name, func(columns spec.Columns) (*sqlstore.Adapter, error) {
		return open(ctx, dsn, columns, options)
	})
}

// OpenAdapter opens the adapter behind the stores of [Open] and [OpenSessions]. It takes
// columns instead of Go types. If columns.Users is nil, the adapter keeps only sessions.
// The caller closes the adapter.
func OpenAdapter(ctx context.Context, dsn string, columns spec.Columns, options ...Option) (*Adapter, error) {
	a, err := open(ctx, dsn, columns, options)
	if err != nil {
		return nil, err
	}
	return &Adapter{a}, nil
}

func open(ctx context.Context, dsn string, columns spec.Columns, options []Option) (*sqlstore.Adapter, error) {
	o := collect(options)
	if err := o.conns.CheckOwn(); err != nil {
		return nil, dialect().Unusable(err.Error(), err)
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, dialect().Unusable("the data source name cannot be parsed", err)
	}
	start(config.RuntimeParams)
	config.ValidateConnect = refuseStandby(config.ValidateConnect)
	db := stdlib.OpenDB(*config,
		stdlib.OptionShouldPing(func(context.Context, stdlib.ShouldPingParams) bool { return false }),
		stdlib.OptionResetSession(func(_ context.Context, conn *pgx.Conn) error {
			if !knownOf(conn).socket.quiet() {
				return driver.ErrBadConn
			}
			return nil
		}))
	sqlstore.Pool(db, o.conns.Or(sqlstore.MaxConns))
	return sqlstore.Open(ctx, dialect(), db, columns, o.Tables)
}

// New returns a store that uses an existing handle, of pgx's stdlib or of lib/pq. The
// caller keeps the handle and closes it after the store. With lib/pq a statement can
// outlive the context of its call while the server stalls, since lib/pq waits for the
// answer. The call ends all the same, and the statement keeps its connection.
//
// New checks the settings of a connection. If they would make results wrong, the error is
// spec.ErrInvalid and says what to do. If the server is a standby, the error is
// spec.ErrUnavailable. New checks only one connection, once. It does not detect settings
// that change later, or later connections to another server.
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
		return nil, dialect().Unusable(err.Error(), err)
	}
	d := dialect()
	outlive := db != nil && !isPgx(db.Driver())
	d.WritesOutlive, d.QueriesOutlive = outlive, outlive
	a, err := sqlstore.New(d, db, false, columns, o.Tables)
	if err != nil {
		return nil, err
	}
	if err := d.Reach(ctx, db); err != nil {
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

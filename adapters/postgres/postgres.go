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

// Adapter is what the stores of [Open], [New] and their like are made of. Its
// methods are those of [spec.Adapter], [spec.UserFinder], [spec.UserIDs],
// [spec.Migrator], [spec.Pinger], [spec.Describer] and [io.Closer]. It is made by
// [OpenAdapter] and [NewAdapter].
type Adapter struct{ *adapter }

type adapter = sqlstore.Adapter

// name is the name of the adapter in errors.
const name = "postgres"

// Option changes how an adapter is made.
type Option func(*options)

type options struct {
	sqlstore.Tables
	conns pool.Size
}

// WithTables sets the names of the tables, which are otherwise "users" and
// "sessions". Any name that PostgreSQL can hold will do; it is quoted. For
// sessions alone the first name is not used.
func WithTables(users, sessions string) Option {
	return func(o *options) { o.Users, o.Sessions = users, sessions }
}

// WithSchema sets the schema of the tables. Without it, they are where the
// connection's search_path finds them.
func WithSchema(name string) Option {
	return func(o *options) { o.Schema = name }
}

// UserIDs is what the ids of users are, if they are not any text.
type UserIDs int

// The kinds of ids that a table of users may have. Package documentation, "Ids of
// users", says what they change.
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

// WithUserIDs is for tables of users whose ids are not text.
func WithUserIDs(kind UserIDs) Option {
	return func(o *options) { o.UserIDs = kind.stored() }
}

// WithMaxConns sets how many connections [Open] may have at once, otherwise 32.
// Calls that find all of them in use wait, for as long as their contexts let them.
// With [New] it is spec.ErrInvalid: the limit is that of the handle.
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

// Open connects to the server that dsn names, as a URL or as key=value pairs
// with pgx's parameters. It does not create tables: see Migrate. The
// caller closes the store.
//
// It sets client_encoding, DateStyle and standard_conforming_strings in each
// connection, whatever the data source name, the role or the database say, and
// never connects to a standby: of several servers it uses the first that is not
// one. Other settings that make answers wrong are spec.ErrInvalid, as for [New].
//
// A connection that was idle is not pinged before it is used, as pgx does by
// itself: that would be a second round trip. The socket tells, without one,
// whether the server has closed it. For connections that are made in another way,
// open a handle and use [New].
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
	a, err := sqlstore.Open(ctx, dialect(), db, columns, o.Tables)
	if err != nil {
		return nil, err
	}
	return &Adapter{a}, nil
}

// New returns a store on a handle of pgx's stdlib or of lib/pq, after asking
// the server for the settings of a session and whether it is a standby. Settings
// with which answers would be wrong are spec.ErrInvalid, with what to do about
// them; a standby is spec.ErrUnavailable. It asks one session, once: it does not
// see what changes in a session later, or where a later connection leads. The
// caller keeps the handle and closes it after the store.
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
		return nil, dialect().Unusable(err.Error(), err)
	}
	a, err := sqlstore.New(dialect(), db, false, columns, o.Tables)
	if err != nil {
		return nil, err
	}
	if err := dialect().Reach(ctx, db); err != nil {
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

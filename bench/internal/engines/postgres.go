package engines

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"time"

	"github.com/alexedwards/scs/pgxstore"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver of database/sql
	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers"
)

var postgresDialect = dialect{driver: "pgx", bind: sqlx.DOLLAR}

// bareTable has the sessions without an index of when they expire.
const bareTable = "bench_bare_sessions"

// Postgres is PostgreSQL with pgx.
var Postgres = &Engine{
	Name: "postgres", Title: "PostgreSQL", Base: "pgxpool", Slice: 25,
	Calls:  storeCalls,
	start:  startPostgres,
	fill:   postgresDialect.fill(openPostgres),
	growth: postgresGrowth(),
	Competitors: []Competitor{
		tenon(openPostgres),
		{Name: "pgxpool", About: "pgx without `database/sql`, on Tenon's tables", open: pgxNative(postgresDialect, sessionsTable)},
		kept(postgresDialect),
		sqlxGet(postgresDialect, itself),
		{
			Name: "scs pgxstore", About: "alexedwards/scs in a table of its own, with its codec",
			open: func(ctx context.Context, at *place) (*Client, error) {
				pool, err := pgxpool.New(ctx, at.dsn)
				if err != nil {
					return nil, err
				}
				return scsClient(pgxstore.NewWithCleanupInterval(pool, 0), func() error { pool.Close(); return nil }), nil
			},
			own: "scs",
			load: postgresDialect.loadSCS("CREATE TABLE sessions (token TEXT PRIMARY KEY, data BYTEA NOT NULL, expiry TIMESTAMPTZ NOT NULL)",
				func(t time.Time) any { return t }),
		},
		{
			Name: "pgxpool, no expiry index", About: "pgx on a table without an index of `expires_at`, in which expired sessions cannot be found",
			open: pgxNative(postgresDialect, bareTable),
			own:  "bare", load: loadBare, only: "SwapLease",
		},
	},
}

func openPostgres(ctx context.Context, dsn string) (*store, error) {
	return postgres.Open[User, Device](ctx, dsn, postgres.WithTables(usersTable, sessionsTable))
}

// loadBare makes a table like Tenon's but for the index.
func loadBare(ctx context.Context, at *place) error {
	return postgresDialect.run(at.dsn, func(db *sql.DB) error {
		for _, statement := range []string{
			"CREATE TABLE " + bareTable + " (LIKE " + sessionsTable + ", PRIMARY KEY (id), FOREIGN KEY (user_id) REFERENCES " + usersTable + " ON DELETE CASCADE)",
			"CREATE INDEX ON " + bareTable + " (user_id)",
			"INSERT INTO " + bareTable + " SELECT * FROM " + sessionsTable,
			"VACUUM ANALYZE",
		} {
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// startPostgres starts a server, or takes the one that is given, and makes a
// schema.
func startPostgres(ctx context.Context) (*server, error) {
	s, err := containers.Postgres(ctx, containers.PostgresOptions{})
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(s.DSN)
	if err != nil || u.Host == "" {
		return nil, errors.Join(errors.New(containers.PostgresDSN+" must be a URL: postgres://user:password@host:port/database"), s.Close())
	}
	query := u.Query()
	query.Set("search_path", ownName)
	u.RawQuery = query.Encode()
	return inPlace(ctx, postgresDialect, s, s.DSN, "SCHEMA", " CASCADE", &server{
		dsn:     u.String(),
		address: u.Host,
		through: func(address string) string {
			at := *u
			at.Host = address
			return at.String()
		},
	})
}

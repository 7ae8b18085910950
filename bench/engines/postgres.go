package engines

import (
	"context"
	"database/sql"
	"errors"
	"net/url"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of database/sql
	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers"
)

// PostgresDialect is the SQL of PostgreSQL.
var PostgresDialect = Dialect{driver: "pgx", bind: sqlx.DOLLAR}

// bareTable has the sessions without an index of when they expire.
const bareTable = "bench_bare_sessions"

// Postgres is PostgreSQL with pgx.
var Postgres = &Engine{
	Name: "postgres", Title: "PostgreSQL", Base: "pgxpool", Slice: 25,
	Calls:  storeCalls,
	start:  startPostgres,
	fill:   PostgresDialect.fill(openPostgres),
	growth: postgresGrowth(),
	Competitors: []Competitor{
		tenon(openPostgres),
		{Name: "pgxpool", About: "pgx without `database/sql`, on Tenon's tables", Open: pgxNative(PostgresDialect, sessionsTable)},
		kept(PostgresDialect),
		sqlxGet(PostgresDialect, itself),
		{
			Name: "pgxpool, no expiry index", About: "pgx on a table without an index of `expires_at`, in which expired sessions cannot be found",
			Open: pgxNative(PostgresDialect, bareTable),
			Own:  "bare", Load: loadBare, only: "SwapLease",
		},
	},
}

func openPostgres(ctx context.Context, dsn string) (*store, error) {
	return postgres.Open[User, Device](ctx, dsn, postgres.WithTables(usersTable, sessionsTable))
}

// loadBare makes a table like Tenon's but for the index.
func loadBare(ctx context.Context, at *Place) error {
	return PostgresDialect.Run(at.DSN, func(db *sql.DB) error {
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
	return inPlace(ctx, PostgresDialect, s, s.DSN, "SCHEMA", " CASCADE", &server{
		dsn:     u.String(),
		address: u.Host,
		through: func(address string) string {
			at := *u
			at.Host = address
			return at.String()
		},
	})
}

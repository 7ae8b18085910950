package engines

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver of database/sql
	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers"
)

// PostgresDialect is the SQL of PostgreSQL.
var PostgresDialect = Dialect{driver: "pgx", bind: sqlx.DOLLAR}

// bareTable is a table of the sessions without an index of expires_at.
const bareTable = "bench_bare_sessions"

// Postgres is PostgreSQL with pgx.
var Postgres = &Engine{
	Name: "postgres", Title: "PostgreSQL", Base: "pgxpool", Slice: 25,
	Calls:    StoreCalls,
	variable: containers.PostgresDSN,
	start:    startPostgres,
	fill:     PostgresDialect.fill(openPostgres),
	growth:   postgresGrowth(),
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

// loadBare creates a table like Tenon's, without that index.
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

// startPostgres starts a server, or uses the running one at dsn, and creates a schema.
func startPostgres(ctx context.Context, dsn string) (*server, error) {
	s, err := containers.Postgres(ctx, containers.PostgresOptions{DSN: dsn})
	if err != nil {
		return nil, err
	}
	config, err := pgx.ParseConfig(s.DSN)
	if err != nil { // its text contains parts of the DSN
		return nil, errors.Join(errors.New("the DSN of PostgreSQL cannot be parsed"), s.Close())
	}
	in := &server{dsn: withParameters(s.DSN, "search_path", ownName)}
	elsewhere := func(f *pgconn.FallbackConfig) bool { return f.Host != config.Host || f.Port != config.Port }
	if !strings.HasPrefix(config.Host, "/") && !slices.ContainsFunc(config.Fallbacks, elsewhere) {
		in.address = net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port)))
		in.through = func(address string) string {
			host, port, _ := net.SplitHostPort(address)
			return withParameters(in.dsn, "host", host, "port", port)
		}
	}
	return inPlace(ctx, PostgresDialect, s, s.DSN, "SCHEMA", " CASCADE", in)
}

// withParameters adds parameters, as names and values, to a DSN. They take precedence
// over those that the DSN has. The DSN can be a URL or keywords and values.
func withParameters(dsn string, parameters ...string) string {
	u, err := url.Parse(dsn)
	isURL := err == nil && strings.HasPrefix(u.Scheme, "postgres")
	for pair := range slices.Chunk(parameters, 2) {
		if isURL {
			query := u.Query()
			query.Set(pair[0], pair[1])
			u.RawQuery = query.Encode()
			dsn = u.String()
		} else {
			dsn += " " + pair[0] + "=" + pair[1]
		}
	}
	return dsn
}

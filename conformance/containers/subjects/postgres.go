package subjects

import (
	"database/sql"
	"errors"
	"net/url"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib" // has the handle "pgx" too
	"github.com/lib/pq"              // the handle "postgres"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/internal/testing/translate"
	"github.com/tenon-go/tenon/spec"
)

// PostgresVariation is one way to use adapters/postgres. The zero value is
// postgres.Open, and so pgx in its default mode.
type PostgresVariation struct {
	Name string // of the subtest

	// Handle is the name of the database/sql driver whose handle is passed to
	// postgres.New, or "pgxpool" for a handle on a pgx pool. If it is empty,
	// postgres.Open creates its own handle.
	Handle string

	// Parameters are added to the DSN.
	Parameters url.Values

	// UserIDs is the type of users' ids: "integer" or "uuid". The suite's ids are
	// then translated. If it is empty, ids are text.
	UserIDs string

	// Unpooled says why the variation cannot work behind PgBouncer in transaction
	// mode. It is empty if it can.
	Unpooled string
}

// PostgresModes returns the ways in which drivers send statements, pgx's default
// first. The adapter must work with each.
func PostgresModes() []PostgresVariation {
	const twice = "it prepares in one round trip and runs in another, which may reach another connection to the server"
	pgx := func(mode string) PostgresVariation {
		return PostgresVariation{Name: mode, Parameters: url.Values{"default_query_exec_mode": {mode}}}
	}
	describeExec := pgx("describe_exec")
	describeExec.Unpooled = twice
	return []PostgresVariation{
		pgx("cache_statement"), pgx("cache_describe"), describeExec, pgx("exec"), pgx("simple_protocol"),
		{Name: "pq", Handle: "postgres", Unpooled: twice},
		{Name: "pq_binary_parameters", Handle: "postgres", Parameters: url.Values{"binary_parameters": {"yes"}}},
	}
}

// Postgres returns the subject, and options, with which the suite judges
// adapters/postgres on a server.
func Postgres(server *containers.Server, v PostgresVariation) (conformance.Subject, conformance.Options) {
	return conformance.NewSubject(OpenPostgres), v.suiteOptions(server)
}

// PostgresSessions is [Postgres] for stores that keep only sessions.
func PostgresSessions(server *containers.Server, v PostgresVariation) (conformance.Subject, conformance.Options) {
	return conformance.NewSessionSubject(sessionsOnly(OpenPostgres)), v.suiteOptions(server)
}

// postgresUserIDs are the values of PostgresVariation.UserIDs.
var postgresUserIDs = map[string]struct {
	option    postgres.Option
	translate func(id string) string
}{
	"integer": {postgres.WithUserIDs(postgres.IntegerIDs), translate.Integer},
	"uuid":    {postgres.WithUserIDs(postgres.UUIDs), translate.UUID},
}

// postgresTarget is the suite's target, which the open functions use.
type postgresTarget struct {
	*containers.Target
	PostgresVariation
	ids *translate.IDs // nil: the ids of users are text
}

func (v PostgresVariation) suiteOptions(server *containers.Server) conformance.Options {
	target := server.Target(v.Parameters)
	options := target.Options()
	var ids *translate.IDs
	if v.UserIDs != "" {
		ids = translate.New(postgresUserIDs[v.UserIDs].translate)
	}
	options.Target = postgresTarget{target, v, ids}
	options.DriverError = isPostgresError
	return options
}

// isPostgresError reports whether err comes from the server, as pgx or lib/pq
// returns it, or from the network.
func isPostgresError(err error) bool {
	_, isPgx := errors.AsType[*pgconn.PgError](err)
	_, isPQ := errors.AsType[*pq.Error](err)
	return isPgx || isPQ || isNetworkError(err)
}

// postgresStore says how to reach one store.
type postgresStore struct {
	dsn     string
	db      *sql.DB // nil: Open creates its own
	options []postgres.Option
	ids     *translate.IDs
}

// OpenPostgres opens an adapter for these columns on the target in the options that
// Postgres returned. The caller creates its tables and closes it. The store is removed
// when t ends.
func OpenPostgres(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	t.Helper()
	store := postgresStoreOf(t, s)
	if store.db != nil {
		a, err := postgres.NewAdapter(t.Context(), store.db, columns, store.options...)
		return checkOpened(t, s, a, err, store.ids, sqlInUse)
	}
	a, err := postgres.OpenAdapter(t.Context(), store.dsn, columns, store.options...)
	return checkOpened(t, s, a, err, store.ids, sqlInUse)
}

// postgresStoreOf prepares a store. Open has no option for the number of connections, so
// a store with a limit gets its own handle.
func postgresStoreOf(t conformance.TB, s conformance.Store) postgresStore {
	t.Helper()
	target := s.Target.(postgresTarget)
	place := target.Open(t, s)
	store := postgresStore{dsn: place.DSN, options: []postgres.Option{postgres.WithSchema(place.Name)}, ids: target.ids}
	if target.UserIDs != "" {
		store.options = append(store.options, postgresUserIDs[target.UserIDs].option)
	}
	handle := target.Handle
	if s.MaxConns > 0 && handle == "" {
		handle = "pgx"
	}
	if handle != "" {
		store.db = openPostgresHandle(t, handle, place.DSN, s.MaxConns)
	}
	return store
}

// openPostgresHandle opens a handle with at most maxConns connections. 0 means no limit.
func openPostgresHandle(t conformance.TB, handle, dsn string, maxConns int) *sql.DB {
	t.Helper()
	if handle == "pgxpool" {
		return openPool(t, dsn, maxConns)
	}
	db, err := sql.Open(handle, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeOrFail(t, db) })
	db.SetMaxOpenConns(maxConns)
	db.SetMaxIdleConns(idleConns) // with the default, two, most connections would be opened again and again
	return db
}

// openPool is openPostgresHandle for a handle on a pgx pool, which has the connections.
func openPool(t conformance.TB, dsn string, maxConns int) *sql.DB {
	t.Helper()
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	if config.MaxConns = idleConns; maxConns > 0 {
		config.MaxConns = int32(maxConns)
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	db := stdlib.OpenDBFromPool(pool)
	t.Cleanup(func() { closeOrFail(t, db) })
	return db
}

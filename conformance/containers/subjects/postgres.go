package subjects

import (
	"database/sql"
	"errors"
	"net/url"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the handle "pgx"
	"github.com/lib/pq"                // the handle "postgres"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/internal/testing/translate"
	"github.com/tenon-go/tenon/spec"
)

// PostgresVariation is one way to use adapters/postgres. The zero value is
// postgres.Open, and so pgx in its default mode.
type PostgresVariation struct {
	Name string // fit for the name of a subtest

	// Handle is the name of the database/sql driver whose handle postgres.New
	// gets; if it is empty, postgres.Open makes its own.
	Handle string

	// Parameters are added to the DSN.
	Parameters url.Values

	// UserIDs is what the ids of users are, "integer" or "uuid"; if it is empty,
	// text. The suite's ids are then translated.
	UserIDs string

	// Unpooled says why it cannot work behind PgBouncer in transaction mode;
	// it is empty if it can.
	Unpooled string
}

// PostgresModes returns the ways in which drivers send statements, pgx's
// default first. Each has to work.
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

// Postgres returns adapters/postgres on a server, as the suite takes it.
func Postgres(server *containers.Server, v PostgresVariation) (conformance.Subject, conformance.Options) {
	return conformance.NewSubject(OpenPostgres), v.suiteOptions(server)
}

// PostgresSessions is [Postgres] for sessions alone.
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

// postgresTarget is what the suite hands to the open functions.
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

// postgresStore is how to reach one store.
type postgresStore struct {
	dsn     string
	db      *sql.DB // nil: Open makes its own
	options []postgres.Option
	ids     *translate.IDs
}

// OpenPostgres opens an adapter for these columns on the target that Postgres has put into
// the options. The caller makes its tables and closes it; the store is removed
// when t ends.
func OpenPostgres(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	t.Helper()
	store := postgresStoreOf(t, s)
	if store.db != nil {
		a, err := postgres.NewAdapter(t.Context(), store.db, columns, store.options...)
		return checkOpened(t, a, err, store.ids)
	}
	a, err := postgres.OpenAdapter(t.Context(), store.dsn, columns, store.options...)
	return checkOpened(t, a, err, store.ids)
}

// postgresStoreOf prepares a store. Open takes no limit of connections, so one
// is set on a handle.
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
		db, err := sql.Open(handle, place.DSN)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { closeOrFail(t, db) })
		db.SetMaxOpenConns(s.MaxConns)
		db.SetMaxIdleConns(idleConns) // two, unless told otherwise: most would be opened again and again
		store.db = db
		target.CountInUse(s, db)
	}
	return store
}

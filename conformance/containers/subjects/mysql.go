package subjects

import (
	"database/sql"
	"errors"
	"net/url"

	mysqldriver "github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/internal/testing/translate"
	"github.com/tenon-go/tenon/spec"
)

// MySQLVariation is one way to use adapters/mysql. The zero value is mysql.Open.
type MySQLVariation struct {
	Name string // of the subtest

	// Handle says that a handle is passed to mysql.New. Otherwise mysql.Open
	// creates its own.
	Handle bool

	// Parameters are added to the DSN.
	Parameters url.Values

	// UserIDs is the type of users' ids: "integer", "uuid" or "binary_uuid". The
	// suite's ids are then translated. If it is empty, ids are text.
	UserIDs string

	// Options are for the adapter.
	Options []mysql.Option
}

// MySQL returns the subject, and options, with which the suite judges adapters/mysql on a
// server.
func MySQL(server *containers.Server, v MySQLVariation) (conformance.Subject, conformance.Options) {
	return conformance.NewSubject(OpenMySQL), v.suiteOptions(server)
}

// MySQLSessions is [MySQL] for stores that keep only sessions.
func MySQLSessions(server *containers.Server, v MySQLVariation) (conformance.Subject, conformance.Options) {
	return conformance.NewSessionSubject(sessionsOnly(OpenMySQL)), v.suiteOptions(server)
}

// mysqlUserIDs are the values of MySQLVariation.UserIDs.
var mysqlUserIDs = map[string]struct {
	option    mysql.Option
	translate func(id string) string
}{
	"integer":     {mysql.WithUserIDs(mysql.IntegerIDs), translate.Integer},
	"uuid":        {mysql.WithUserIDs(mysql.UUIDs), translate.UUID},
	"binary_uuid": {mysql.WithUserIDs(mysql.BinaryUUIDs), translate.UUID},
}

// mysqlTarget is the suite's target, which the open functions use.
type mysqlTarget struct {
	*containers.Target
	variation MySQLVariation
	ids       *translate.IDs // nil: the ids of users are text
}

func (v MySQLVariation) suiteOptions(server *containers.Server) conformance.Options {
	target := server.Target(v.Parameters)
	options := target.Options()
	var ids *translate.IDs
	if v.UserIDs != "" {
		ids = translate.New(mysqlUserIDs[v.UserIDs].translate)
	}
	options.Target = mysqlTarget{target, v, ids}
	options.DriverError = isMySQLError
	return options
}

// isMySQLError reports whether err comes from the server or the network.
func isMySQLError(err error) bool {
	_, ok := errors.AsType[*mysqldriver.MySQLError](err)
	return ok || isNetworkError(err) || errors.Is(err, mysqldriver.ErrInvalidConn)
}

// mysqlStore says how to reach one store.
type mysqlStore struct {
	dsn     string
	db      *sql.DB // nil: Open creates its own
	options []mysql.Option
	ids     *translate.IDs
}

// OpenMySQL opens an adapter for these columns on the target in the options that MySQL
// returned. The caller creates its tables and closes it. The store is removed when t ends.
func OpenMySQL(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	t.Helper()
	store := mysqlStoreOf(t, s)
	if store.db != nil {
		a, err := mysql.NewAdapter(t.Context(), store.db, columns, store.options...)
		return checkOpened(t, s, a, err, store.ids, sqlInUse)
	}
	a, err := mysql.OpenAdapter(t.Context(), store.dsn, columns, store.options...)
	return checkOpened(t, s, a, err, store.ids, sqlInUse)
}

// mysqlStoreOf prepares a store. Open has no option for the number of connections, so a
// store with a limit gets its own handle.
func mysqlStoreOf(t conformance.TB, s conformance.Store) mysqlStore {
	t.Helper()
	target := s.Target.(mysqlTarget)
	place := target.Open(t, s)
	store := mysqlStore{
		dsn: place.DSN, ids: target.ids,
		options: append([]mysql.Option{mysql.WithDatabase(place.Name)}, target.variation.Options...),
	}
	if kind := target.variation.UserIDs; kind != "" {
		store.options = append(store.options, mysqlUserIDs[kind].option)
	}
	if target.variation.Handle || s.MaxConns > 0 {
		config, err := mysqldriver.ParseDSN(place.DSN)
		if err != nil {
			t.Fatal(err)
		}
		config.Logger = &mysqldriver.NopLogger{} // connections are cut off on purpose
		connector, err := mysqldriver.NewConnector(config)
		if err != nil {
			t.Fatal(err)
		}
		db := sql.OpenDB(connector)
		t.Cleanup(func() { closeOrFail(t, db) })
		db.SetMaxOpenConns(s.MaxConns)
		db.SetMaxIdleConns(idleConns)
		store.db = db
	}
	return store
}

// Package peers measures other libraries: competitors for package engines that keep
// their own rows. They are a separate package because tenon bench measures only Tenon
// and the drivers, and must not link the libraries.
package peers

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/alexedwards/scs/mysqlstore"
	"github.com/alexedwards/scs/pgxstore"
	"github.com/alexedwards/scs/sqlite3store"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenon-go/tenon/bench/engines"
	"github.com/tenon-go/tenon/spec"
)

type (
	session = spec.Session[engines.Device]
	user    = spec.User[engines.User]
)

// of maps the name of an engine to its peers.
var of = map[string][]engines.Competitor{
	engines.Memory.Name: {
		{Name: "xsync", About: "two maps of puzpuzpuz/xsync", Open: openXsync, Own: "xsync"},
		{Name: "scs memstore", About: "alexedwards/scs in memory, with its codec", Open: openMemstore, Own: "scs"},
	},
	engines.HTTP.Name: {
		{Name: "scs", About: "`LoadAndSave` of alexedwards/scs and one `GetString`, on its memstore; it does not look up a user", Open: admitSCS, Own: "scs"},
		{Name: "gorilla", About: "`CookieStore.Get` of gorilla/sessions, which keeps the session in the cookie and has no store", Open: admitGorilla, Own: "gorilla"},
	},
	engines.SQLite.Name: {{
		Name: "scs sqlite3store", About: "alexedwards/scs in a table of its own, with its codec",
		Open: func(_ context.Context, at *engines.Place) (*engines.Client, error) {
			db, err := sql.Open("sqlite", at.DSN)
			if err != nil {
				return nil, err
			}
			return scsClient(sqlite3store.NewWithCleanupInterval(db, 0), db.Close), nil
		},
		Own: "scs",
		Load: loadSCS(engines.SQLiteDialect, "CREATE TABLE sessions (token TEXT PRIMARY KEY, data BLOB NOT NULL, expiry REAL NOT NULL)",
			func(t time.Time) any { return float64(t.UnixMilli())/86_400_000 + 2440587.5 }), // a Julian day
	}},
	engines.Postgres.Name: {{
		Name: "scs pgxstore", About: "alexedwards/scs in a table of its own, with its codec",
		Open: func(ctx context.Context, at *engines.Place) (*engines.Client, error) {
			pool, err := pgxpool.New(ctx, at.DSN)
			if err != nil {
				return nil, err
			}
			return scsClient(pgxstore.NewWithCleanupInterval(pool, 0), func() error { pool.Close(); return nil }), nil
		},
		Own: "scs",
		Load: loadSCS(engines.PostgresDialect, "CREATE TABLE sessions (token TEXT PRIMARY KEY, data BYTEA NOT NULL, expiry TIMESTAMPTZ NOT NULL)",
			func(t time.Time) any { return t }),
	}},
	engines.MySQL.Name:   {scsOnMySQL},
	engines.MariaDB.Name: {scsOnMySQL},
}

var scsOnMySQL = engines.Competitor{
	Name: "scs mysqlstore", About: "alexedwards/scs in a table of its own, with its codec",
	Open: func(_ context.Context, at *engines.Place) (*engines.Client, error) {
		db, err := sql.Open("mysql", at.DSN)
		if err != nil {
			return nil, err
		}
		return scsClient(mysqlstore.NewWithCleanupInterval(db, 0), db.Close), nil
	},
	Own: "scs",
	Load: loadSCS(engines.MySQLDialect, "CREATE TABLE sessions (token CHAR(43) COLLATE utf8mb4_bin PRIMARY KEY, data BLOB NOT NULL, expiry TIMESTAMP(6) NOT NULL)",
		func(t time.Time) any { return t }),
}

// Engines returns all engines with the peers of each.
func Engines() []*engines.Engine {
	var list []*engines.Engine
	for _, e := range engines.All {
		with := *e
		with.Competitors = slices.Concat(e.Competitors, of[e.Name])
		list = append(list, &with)
	}
	return list
}

package engines

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/alexedwards/scs/sqlite3store"
	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite" // the driver of database/sql

	"github.com/tenon-go/tenon/adapters/sqlite"
)

var sqliteDialect = dialect{driver: "sqlite", bind: sqlx.QUESTION, millis: true}

// SQLite is a file in a folder of its own, written durably by all.
var SQLite = &Engine{
	Name: "sqlite", Title: "SQLite", Base: "database/sql", Slice: 25,
	Calls:  storeCalls,
	start:  startSQLite,
	fill:   sqliteDialect.fill(openSQLite),
	growth: sqliteGrowth(),
	Competitors: []Competitor{
		tenon(openSQLite),
		kept(sqliteDialect),
		sqlxGet(sqliteDialect, time.UnixMilli),
		{
			Name: "scs sqlite3store", About: "alexedwards/scs in a table of its own, with its codec",
			open: func(_ context.Context, at *place) (*Client, error) {
				db, err := sql.Open("sqlite", at.dsn)
				if err != nil {
					return nil, err
				}
				return scsClient(sqlite3store.NewWithCleanupInterval(db, 0), db.Close), nil
			},
			own: "scs",
			load: sqliteDialect.loadSCS("CREATE TABLE sessions (token TEXT PRIMARY KEY, data BLOB NOT NULL, expiry REAL NOT NULL)",
				func(t time.Time) any { return float64(t.UnixMilli())/86_400_000 + 2440587.5 }), // a Julian day
		},
	},
}

func openSQLite(ctx context.Context, dsn string) (*store, error) {
	return sqlite.Open[User, Device](ctx, dsn, sqlite.WithTables(usersTable, sessionsTable))
}

// startSQLite makes a folder for the file. All competitors connect as Tenon does,
// and wait as long for one another.
func startSQLite(ctx context.Context) (_ *server, err error) {
	folder, err := os.MkdirTemp("", "tenon-bench-")
	if err != nil {
		return nil, err
	}
	s := &server{
		dsn: "file:" + filepath.Join(folder, "bench.db") +
			"?_pragma=busy_timeout(30000)&_pragma=journal_mode(wal)&_pragma=synchronous(2)&_pragma=foreign_keys(1)",
		close: func() error { return os.RemoveAll(folder) },
	}
	err = sqliteDialect.run(s.dsn, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&s.version)
	})
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

package engines

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite" // the driver of database/sql

	"github.com/tenon-go/tenon/adapters/sqlite"
)

// SQLiteDialect is the SQL of SQLite.
var SQLiteDialect = Dialect{driver: "sqlite", bind: sqlx.QUESTION, millis: true}

// SQLite is a file in its own folder. All competitors write it durably.
var SQLite = &Engine{
	Name: "sqlite", Title: "SQLite", Base: "database/sql", Slice: 25,
	Calls:  StoreCalls,
	start:  startSQLite,
	fill:   SQLiteDialect.fill(openSQLite),
	growth: sqliteGrowth(),
	Competitors: []Competitor{
		tenon(openSQLite),
		kept(SQLiteDialect),
		sqlxGet(SQLiteDialect, time.UnixMilli),
	},
}

func openSQLite(ctx context.Context, dsn string) (*store, error) {
	return sqlite.Open[User, Device](ctx, dsn, sqlite.WithTables(usersTable, sessionsTable))
}

// startSQLite creates a folder for the file. All competitors connect as Tenon does, and
// wait equally long for locks. modernc.org/sqlite keeps the pages of all connections of a
// process in one cache. If that were full, the connection that happens to have most pages
// would keep them, and the other competitors would read each page from the file again.
func startSQLite(ctx context.Context, _ string) (_ *server, err error) {
	folder, err := os.MkdirTemp("", "tenon-bench-")
	if err != nil {
		return nil, err
	}
	s := &server{
		dsn: "file:" + filepath.Join(folder, "bench.db") +
			"?_pragma=busy_timeout(30000)&_pragma=journal_mode(wal)&_pragma=synchronous(2)&_pragma=foreign_keys(1)&_pragma=cache_size(-262144)",
		close: func() error { return os.RemoveAll(folder) },
	}
	err = SQLiteDialect.Run(s.dsn, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&s.version)
	})
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

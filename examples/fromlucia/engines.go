package main

import (
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"

	_ "github.com/go-sql-driver/mysql" // the driver "mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/adapters/sqlite"
)

// source is a table of sessions that Lucia wrote.
type source interface {
	// all yields the rows of the table. It stops after an error.
	all(ctx context.Context) iter.Seq2[luciaSession, error]
	io.Closer
}

// userIDs is a type of users' ids: its name, and how to open a target for it.
type userIDs struct {
	are  string
	open func(ctx context.Context, dsn, users, sessions string) (*target, error)
}

// engine is a kind of database. The last engine accepts all remaining DSNs.
type engine struct {
	prefixes []string                                           // of its DSNs
	targets  []userIDs                                          // text first
	exists   func(ctx context.Context, dsn, table string) error // returns an error if the table does not exist
	source   func(ctx context.Context, dsn, table string) (source, error)
}

const mysqlPrefix = "mysql="

var engines = []engine{
	{
		prefixes: []string{"postgres://", "postgresql://"},
		targets: []userIDs{
			{"text", openPostgres()},
			{"integers", openPostgres(postgres.WithUserIDs(postgres.IntegerIDs))},
			{"UUIDs", openPostgres(postgres.WithUserIDs(postgres.UUIDs))},
		},
		exists: func(ctx context.Context, dsn, table string) error {
			return checkTable(ctx, "pgx", dsn, quote(table, `"`))
		},
		source: func(ctx context.Context, dsn, table string) (source, error) {
			return openTable(ctx, "pgx", dsn, quote(table, `"`))
		},
	},
	{
		prefixes: []string{mysqlPrefix}, // go-sql-driver's DSNs have no scheme
		targets: []userIDs{
			{"text", openMySQL()},
			{"integers", openMySQL(mysql.WithUserIDs(mysql.IntegerIDs))},
			{"UUIDs", openMySQL(mysql.WithUserIDs(mysql.UUIDs))},
			{"UUIDs of 16 bytes", openMySQL(mysql.WithUserIDs(mysql.BinaryUUIDs))},
		},
		exists: func(ctx context.Context, dsn, table string) error {
			return checkTable(ctx, "mysql", strings.TrimPrefix(dsn, mysqlPrefix), quote(table, "`"))
		},
		source: func(ctx context.Context, dsn, table string) (source, error) {
			return openTable(ctx, "mysql", strings.TrimPrefix(dsn, mysqlPrefix), quote(table, "`"))
		},
	},
	{
		prefixes: []string{"mongodb://", "mongodb+srv://"},
		targets: []userIDs{
			{"text", openMongo()},
			{"integers", openMongo(mongo.WithUserIDs(mongo.IntegerIDs))},
			{"ObjectIDs", openMongo(mongo.WithUserIDs(mongo.ObjectIDs))},
		},
		exists: func(ctx context.Context, dsn, collection string) error {
			db, err := openDatabase(dsn)
			if err != nil {
				return err
			}
			defer db.Client().Disconnect(context.WithoutCancel(ctx))
			return checkCollection(ctx, db, collection)
		},
		source: openCollection,
	},
	{
		targets: []userIDs{
			{"text", openSQLite()}, // UUIDs, too
			{"integers", openSQLite(sqlite.WithUserIDs(sqlite.IntegerIDs))},
		},
		exists: func(ctx context.Context, dsn, table string) error {
			return checkTable(ctx, "sqlite", dsn, quote(table, `"`))
		},
		source: func(ctx context.Context, dsn, table string) (source, error) {
			return openTable(ctx, "sqlite", dsn, quote(table, `"`))
		},
	},
}

// engineOf returns the engine that a DSN is for.
func engineOf(dsn string) (engine, error) {
	for _, e := range engines {
		if slices.ContainsFunc(e.prefixes, func(p string) bool { return strings.HasPrefix(dsn, p) }) {
			return e, nil
		}
	}
	if strings.Contains(dsn, "://") { // not the path of a file
		return engine{}, errors.New("the DSN has none of the forms " + forms())
	}
	return engines[len(engines)-1], nil
}

// forms describes the DSNs that the program accepts.
func forms() string {
	var list []string
	for _, e := range engines {
		for _, prefix := range e.prefixes {
			list = append(list, prefix+"…")
		}
	}
	return strings.Join(list, ", ") + " or the path of a SQLite file"
}

// hasOnlyParameters reports whether the text after a question mark in the DSN of a SQLite
// file is parameters, and not the rest of a path.
func hasOnlyParameters(dsn string) bool {
	_, query, found := strings.Cut(dsn, "?")
	if !found {
		return true
	}
	for pair := range strings.SplitSeq(query, "&") {
		key, _, assigned := strings.Cut(pair, "=")
		known := strings.HasPrefix(key, "_") || slices.Contains([]string{"cache", "immutable", "mode", "vfs"}, key)
		if !assigned || !known {
			return false
		}
	}
	return true
}

// quote returns the name of a table as a quoted identifier.
func quote(table, mark string) string {
	return mark + strings.ReplaceAll(table, mark, mark+mark) + mark
}

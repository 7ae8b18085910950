package main

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/environment"
	aroundsqlite "github.com/tenon-go/tenon/internal/environment/sqlite"
	"github.com/tenon-go/tenon/internal/testing/scratch"
	"github.com/tenon-go/tenon/spec"
)

func sqliteAdapter() adapter {
	return adapter{
		name:    "sqlite",
		summary: "files in a temporary directory",
		local:   true,
		modules: []string{"modernc.org/sqlite"},
		subject: conformance.NewSubject(openSQLite),
		start:   startSQLite,

		surroundings: aroundSQLite(),
		sweeper:      sweepsSQLite(),
	}
}

// startSQLite creates the directory of all files, which is the target.
func startSQLite(ctx context.Context, _ string) (*engine, error) {
	dir, err := scratch.MkdirTemp()
	if err != nil {
		return nil, err
	}
	remove := func() error { return os.RemoveAll(dir) }
	about, err := describeSQLite(ctx, filepath.Join(dir, "describe.db"))
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	return &engine{
		name: about.Engine, version: about.Version, deployment: "files in a temporary directory",
		options: conformance.Options{
			Target: dir,
			Damage: dropSQLiteTable,
			Waivers: []conformance.Waiver{
				{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: "an open file cannot be cut off"},
				{Clause: "ERR-05", Reason: "an open file cannot be cut off"},
				{Clause: "ERR-06", Reason: "there is no connection on which an answer could be lost"},
			},
		},
		stop: remove,
		settings: func(ctx context.Context) ([]environment.Case, error) {
			return surveySQL(ctx, "sqlite", filepath.Join(dir, "describe.db"), aroundsqlite.Survey)
		},
	}, nil
}

func describeSQLite(ctx context.Context, path string) (about spec.Description, err error) {
	a, err := sqlite.Open[struct{}, struct{}](ctx, path)
	if err != nil {
		return about, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return a.Describe(ctx)
}

// openSQLite opens a store: two tables in the file of its check. The stores of one
// check share a database. Those of different checks do not wait for each other.
func openSQLite(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	dir := sqliteDir(t, s)
	switch err := os.Mkdir(dir, 0o700); {
	case err == nil:
		t.Cleanup(func() {
			if err := os.RemoveAll(dir); err != nil {
				t.Error(err)
			}
		})
	case !errors.Is(err, fs.ErrExist):
		t.Fatal(err)
	}
	return openSQLiteFile(t, s, columns, filepath.Join(dir, sqliteFile))
}

// sqliteDir returns the directory of a check, which contains the file sqliteFile.
func sqliteDir(t conformance.TB, s conformance.Store) string {
	return filepath.Join(s.Target.(string), strings.ReplaceAll(t.Name(), "/", "."))
}

const sqliteFile = "check.db"

// dropSQLiteTable drops a table of a store while handles on it are open.
func dropSQLiteTable(t conformance.TB, s conformance.Store) {
	db, err := sql.Open("sqlite", filepath.Join(sqliteDir(t, s), sqliteFile)+"?_pragma=busy_timeout(10000)")
	if err == nil {
		_, err = db.ExecContext(t.Context(), "DROP TABLE "+s.Name+"_sessions")
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// openSQLiteFile opens a store in a file. Open has no option for the number of
// connections, so a store with a limit gets its own *sql.DB.
func openSQLiteFile(t conformance.TB, s conformance.Store, columns spec.Columns, path string) spec.Adapter {
	tables := sqlite.WithTables(s.Name+"_users", s.Name+"_sessions")
	open := func() (*sqlite.Adapter, error) { return sqlite.OpenAdapter(t.Context(), path, columns, tables) }
	if s.MaxConns > 0 {
		db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		db.SetMaxOpenConns(s.MaxConns)
		open = func() (*sqlite.Adapter, error) { return sqlite.NewAdapter(t.Context(), db, columns, tables) }
	}
	a, err := open()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

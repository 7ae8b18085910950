package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	mongoadapter "github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/spec"
)

type person struct {
	Email string `db:"email,unique,max=254"`
}

// migrated creates an application's tables.
func migrated[A interface {
	spec.Migrator
	Close() error
}](t *testing.T, a A, err error) {
	t.Helper()
	if err == nil {
		err = a.Migrate(t.Context())
		a.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func execute(t *testing.T, driver, dsn string, statements ...string) {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestEnvironmentOfSQLite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.db")
	a, err := sqlite.Open[person, struct{}](t.Context(), path)
	migrated(t, a, err)
	execute(t, "sqlite", path, "PRAGMA user_version = 7", "CREATE TABLE audit (what TEXT)",
		"CREATE TRIGGER noted AFTER DELETE ON sessions BEGIN INSERT INTO audit VALUES (old.id); END",
		"CREATE VIEW sessions_view AS SELECT id FROM sessions")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := runTool(t.Context(), allAdapters(), "verify", "--environment", "--dsn", "sqlite="+path)
	got.wantStatus(t, 0)
	wantIn(t, got.stdout, "sqlite: SQLite 3.", "holds: every call was right", "user_version = 7", "journal_mode = wal", "trigger")
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file has changed, %v", err)
	}

	got = runTool(t.Context(), allAdapters(), "verify", "sqlite", "--environment", "--format", "json", "--dsn", "sqlite="+path)
	got.wantStatus(t, 0)
	var r struct{ Servers []judged }
	if err := json.Unmarshal([]byte(got.stdout), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Servers) != 1 || r.Servers[0].Outcome != environment.Holds || r.Servers[0].Engine != "SQLite" || len(r.Servers[0].Found) < 3 {
		t.Errorf("the report has %+v", r)
	}
}

// A file that does not exist is not created.
func TestEnvironmentOfNoFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.db")
	got := runTool(t.Context(), allAdapters(), "verify", "--environment", "--dsn", "sqlite="+path)
	got.wantStatus(t, exitFailed)
	wantIn(t, got.stderr, "tenon: sqlite: there is no such file")
	if _, err := os.Stat(path); err == nil {
		t.Error("the file has been created")
	}
}

// A data source name is split as Open splits it.
func TestEnvironmentOfQuestionMark(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "what?", "app.db")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	uri := "file:" + strings.Replace(path, "?", "%3F", 1)
	a, err := sqlite.Open[person, struct{}](t.Context(), uri)
	migrated(t, a, err)
	refused := func() {
		t.Helper()
		got := runTool(t.Context(), allAdapters(), "verify", "--environment", "--dsn", "sqlite="+path)
		got.wantStatus(t, exitFailed)
		wantIn(t, got.stderr, "a path with a question mark is written as a URI, file:…, with %3F")
		if got.stdout != "" {
			t.Errorf("standard output has %q", got.stdout)
		}
	}
	refused()
	if err := os.WriteFile(filepath.Join(dir, "what"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused()
	for _, dsn := range []string{uri, uri + "?mode=rw", strings.Replace(uri, "file:", "file://localhost", 1)} {
		got := runTool(t.Context(), allAdapters(), "verify", "--environment", "--dsn", "sqlite="+dsn)
		got.wantStatus(t, 0)
		wantIn(t, got.stdout, "holds: every call was right")
	}
}

// The password of a DSN that does not parse is not shown.
func TestEnvironmentOfBadDSN(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{
		"postgres://me:hunter2@[::1/app", "postgres=host=x password = hunter2 port=none", "mysql=me:hunter2@tcp(x/app", "mongodb://me:hunter2@",
	} {
		got := runTool(t.Context(), allAdapters(), "verify", "--environment", "--dsn", dsn)
		got.wantStatus(t, exitFailed)
		if text := got.stdout + got.stderr; strings.Contains(text, "hunter2") || !strings.Contains(text, "tenon: ") {
			t.Errorf("%s: %s", dsn, text)
		}
	}
}

// The program leaves nothing behind on a user's server.
func TestEnvironmentOfServers(t *testing.T) {
	t.Parallel()
	const database = "tenon_test_environment"
	tables := func(t *testing.T, driver, dsn string) (names string) {
		t.Helper()
		db, err := sql.Open(driver, dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		list := map[string]string{
			"pgx":   `SELECT coalesce(string_agg(nspname, ' '), '') FROM pg_namespace WHERE nspname LIKE 'tenon_verify%'`,
			"mysql": `SELECT coalesce(group_concat(table_name), '') FROM information_schema.tables WHERE table_name LIKE 'tenon_verify%'`,
		}[driver]
		if err := db.QueryRowContext(t.Context(), list).Scan(&names); err != nil {
			t.Fatal(err)
		}
		return names
	}
	look := func(t *testing.T, variable, driver, dsn string, want ...string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		tool := newTool(allAdapters())
		tool.stdout, tool.stderr = &stdout, &stderr
		tool.getenv = func(name string) string {
			if name == variable {
				return dsn
			}
			return ""
		}
		o := outcome{tool.run(t.Context(), []string{"verify", driver, "--environment"}), "", ""}
		o.stdout, o.stderr = stdout.String(), stderr.String()
		o.wantStatus(t, 0)
		wantIn(t, o.stdout, append(want, "holds: every call was right")...)
	}
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		server := servers.Postgres(t, containers.PostgresOptions{})
		execute(t, "pgx", server.DSN, "CREATE DATABASE "+database)
		defer execute(t, "pgx", server.DSN, "DROP DATABASE "+database+" WITH (FORCE)")
		dsn := strings.Replace(server.DSN, "/tenon_test?", "/"+database+"?", 1)
		a, err := postgres.Open[person, struct{}](t.Context(), dsn)
		migrated(t, a, err)
		execute(t, "pgx", dsn, "ALTER DATABASE "+database+" SET work_mem = '3MB'", "ALTER TABLE users ADD CHECK (email <> '')")
		look(t, containers.PostgresDSN, "postgres", dsn, "postgres: PostgreSQL 1", "work_mem = ")
		if left := tables(t, "pgx", dsn); left != "" {
			t.Errorf("left behind: %s", left)
		}
	})
	t.Run("mysql", func(t *testing.T) {
		t.Parallel()
		server := servers.MySQL(t, containers.MySQLOptions{})
		execute(t, "mysql", server.DSN, "CREATE DATABASE "+database)
		defer execute(t, "mysql", server.DSN, "DROP DATABASE "+database)
		dsn := strings.Replace(server.DSN, "/tenon_test", "/"+database, 1)
		a, err := mysql.Open[person, struct{}](t.Context(), dsn)
		migrated(t, a, err)
		execute(t, "mysql", dsn, "CREATE TRIGGER noted BEFORE UPDATE ON users FOR EACH ROW SET @noted = 1")
		look(t, containers.MySQLDSN, "mysql", dsn, "mysql: MySQL ", "trigger")
		if left := tables(t, "mysql", dsn); left != "" {
			t.Errorf("left behind: %s", left)
		}
	})
	t.Run("mongo", func(t *testing.T) {
		t.Parallel()
		server := servers.Mongo(t, containers.MongoOptions{Members: 1})
		uri := strings.Replace(server.DSN, "/tenon_test?", "/"+database+"?", 1)
		a, err := mongoadapter.Open[person, struct{}](t.Context(), uri)
		migrated(t, a, err)
		client, err := mongo.Connect(options.Client().ApplyURI(uri))
		if err != nil {
			t.Fatal(err)
		}
		defer client.Disconnect(context.WithoutCancel(t.Context()))
		db := client.Database(database)
		defer db.Drop(context.WithoutCancel(t.Context()))
		look(t, containers.MongoURI, "mongo", uri, "mongo: MongoDB 6")
		left, err := db.ListCollectionNames(t.Context(), bson.D{})
		if err != nil || strings.Contains(strings.Join(left, " "), "tenon_verify") {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
}

// Faults and unknown settings are reported, and a server's text cannot move the cursor.
func TestEnvironmentReport(t *testing.T) {
	t.Parallel()
	d := missingAdapter("postgres")
	for name, test := range map[string]struct {
		verdict environment.Verdict
		status  exitStatus
		want    string
	}{
		"fault":   {environment.Verdict{Outcome: environment.Fault, Detail: "call 3, User(\"ann\")\n  got: \x1b[2J"}, exitFailed, "fault: some calls were wrong; please report this\n    call 3, User(\"ann\")\n"},
		"refused": {environment.Verdict{Outcome: environment.Refused, Detail: "DateStyle"}, exitFailed, "refused: Open, Migrate or Check failed, so no call was made\n    DateStyle\n"},
		"limited": {environment.Verdict{Outcome: environment.Limited, Detail: "create user: store unavailable"}, exitFailed, "limited: "},
		"holds":   {environment.Verdict{Outcome: environment.Holds}, 0, "holds: every call was right\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d.surroundings = &surroundings{results: "sqlite", look: func(context.Context, string) (*sight, error) {
				return &sight{spec.Description{Engine: "PostgreSQL", Version: "99"}, test.verdict, []environment.Case{
					{Server: "PostgreSQL 99", Kind: "role", Name: "no\x1bsuch", Value: strings.Repeat("x", 99)},
					{Server: "PostgreSQL 99", Kind: "role", Name: "no such object", Object: true},
				}}, nil
			}}
			got := runTool(t.Context(), []adapter{d}, "verify", "--environment", "--dsn", "postgres://x")
			got.wantStatus(t, test.status)
			wantIn(t, got.stdout, "postgres: PostgreSQL 99\n", test.want, "default: 1, of which 1 not judged here\n", "sessions: 1, of which 1 not judged here\n", "…  not judged here\n")
			if strings.Contains(got.stdout, "\x1b") {
				t.Errorf("the report has an escape sequence: %q", got.stdout)
			}
		})
	}
}

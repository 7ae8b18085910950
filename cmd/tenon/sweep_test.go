package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/adapters/redis"
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/spec"
)

// device is an application's session attributes, which tenon sweep does not know.
type device struct {
	Browser string
	Ticket  *string `db:"ticket,unique,max=40"`
	Visits  []int
}

// application is what the tests use of a store.
type application interface {
	Migrate(context.Context) error
	CreateSession(context.Context, spec.Session[device]) error
	Session(context.Context, string) (spec.Session[device], error)
	Close() error
}

// testSweep sweeps an application's sessions, three of which have expired by the tool's
// clock.
func testSweep(t *testing.T, app application, err error, user string, args ...string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	if err := app.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := newTool(nil).now()
	ticket := "one"
	session := func(id string, expires time.Time, ticket *string) spec.Session[device] {
		s := spec.Session[device]{ID: id, UserID: user, CreatedAt: now.Add(-time.Hour), Attributes: device{Browser: "Firefox", Ticket: ticket}}
		s.ActiveUntil, s.ExpiresAt = now, expires
		return s
	}
	for _, s := range []spec.Session[device]{
		session("old", now.AddDate(-1, 0, 0), &ticket), session("older", now.AddDate(-2, 0, 0), nil), session("just", now, nil),
		session("alive", now.Add(time.Millisecond), nil),
	} {
		if err := app.CreateSession(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	args = append([]string{"sweep"}, args...)
	got := runTool(t.Context(), allAdapters(), args...)
	got.wantStatus(t, 0)
	if want := "3 sessions deleted that had expired by 2026-11-22 11:03:00 UTC\n"; got.stdout != want || got.stderr != "" {
		t.Errorf("got:\n%s%s\nwant:\n%s", got.stdout, got.stderr, want)
	}
	if _, err := app.Session(t.Context(), "alive"); err != nil {
		t.Errorf("the session that is alive: %v", err)
	}
	if _, err := app.Session(t.Context(), "just"); spec.ClassOf(err) != spec.ErrSessionNotFound {
		t.Errorf("the session that has just expired: %v", err)
	}
	if err := app.CreateSession(t.Context(), session("new", now.Add(time.Hour), &ticket)); err != nil {
		t.Errorf("the unique value of a swept session is not free: %v", err)
	}
	got = runTool(t.Context(), allAdapters(), args...)
	got.wantStatus(t, 0)
	wantIn(t, got.stdout, "0 sessions deleted")
}

// newUser creates a user in the application's store, to whom the sessions belong.
func newUser[S any](t *testing.T, store *spec.Store[person, S], err error) (*spec.Store[person, S], error) {
	t.Helper()
	if err != nil {
		return nil, err
	}
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.CreateUser(t.Context(), spec.User[person]{ID: "ann", Attributes: person{Email: "ann@example.com"}}); err != nil {
		t.Fatal(err)
	}
	return store, nil
}

// wantRefused runs tenon sweep, which must fail with all of these texts and no password.
func wantRefused(t *testing.T, args []string, want ...string) {
	t.Helper()
	got := runTool(t.Context(), allAdapters(), append([]string{"sweep"}, args...)...)
	got.wantStatus(t, exitFailed)
	wantIn(t, got.stderr, append(want, "; nothing was deleted\n")...)
	if got.stdout != "" || strings.Contains(got.stderr, "hunter2") {
		t.Errorf("got:\n%s%s", got.stdout, got.stderr)
	}
}

func TestSweepSQLite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a pp%20.db")
	store, err := sqlite.Open[person, device](t.Context(), path, sqlite.WithTables("people", "user sessions"))
	store, err = newUser(t, store, err)
	testSweep(t, store, err, "ann", "--dsn", "sqlite="+path, "--sessions-table", "user sessions")
	wantRefused(t, []string{"--dsn", "sqlite=" + path}, `table "sessions": is missing`)
}

// A file with other tables stays as it is, and a missing file is not created.
func TestSweepRefusesFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.db")
	wantRefused(t, []string{"--dsn", "sqlite=" + path}, "sqlite: open: ", "there is no such file")
	execute(t, "sqlite", path, "CREATE TABLE sessions (id TEXT PRIMARY KEY, user_id TEXT, created_at INTEGER, expires_at INTEGER NOT NULL)",
		"CREATE VIEW viewed AS SELECT 1", "INSERT INTO sessions VALUES ('x', 'y', 1, 1)")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wantRefused(t, []string{"--dsn", "sqlite=" + path}, `column "active_until" is missing`, `column "credential" is missing`)
	wantRefused(t, []string{"--dsn", "sqlite=" + path, "--sessions-table", "viewed"}, "is not a table but a view")
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file has changed, %v", err)
	}
	execute(t, "sqlite", path, "ALTER TABLE sessions ADD active_until", "ALTER TABLE sessions ADD credential", "ALTER TABLE sessions DROP expires_at",
		"ALTER TABLE sessions ADD expires_at TEXT NOT NULL DEFAULT ''")
	wantRefused(t, []string{"--dsn", "sqlite=" + path}, `column "expires_at" is TEXT`)
	if err := os.WriteFile(path+".txt", []byte("no database, no database, no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, []string{"--dsn", "sqlite=" + path + ".txt"}, "sqlite: open: ")
}

func TestSweepUsage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ args, want string }{
		{"", "nothing to sweep: give --dsn, or set TENON_SWEEP_DSN"},
		{"--dsn nosuch://me:hunter2@host/app", "no adapter accepts this DSN; accepted are: sqlite=FILE, postgres://…"},
		{"--dsn memory=hunter2", "no adapter accepts this DSN"},
		{"--dsn redis://:hunter2@host/0 --sessions-table x", "--sessions-table does not apply to redis"},
		{"--dsn postgres://me:hunter2@host/app --prefix x", "--prefix does not apply to postgres"},
		{"--dsn sqlite=app.db --schema x", "--schema does not apply to sqlite"},
		{"postgres://me:hunter2@host/app", "unknown command"},
	} {
		got := runTool(t.Context(), allAdapters(), append([]string{"sweep"}, strings.Fields(test.args)...)...)
		got.wantStatus(t, exitUsage)
		wantIn(t, got.stderr, test.want)
		if got.stdout != "" || strings.Count(got.stderr, "\n") != 1 || strings.Contains(got.stderr, "hunter2") {
			t.Errorf("%s: got:\n%s%s", test.args, got.stdout, got.stderr)
		}
	}
}

// No password is shown for an address where no server answers, or a DSN that does not
// parse.
func TestSweepOfNothing(t *testing.T) {
	t.Parallel()
	const wrong = "127.0.0.1:1"
	for _, dsn := range []string{
		"postgres://me:hunter2@" + wrong + "/app", "postgres://me:hunter2@[::1/app", "mysql=me:hunter2@tcp(" + wrong + ")/app", "mariadb=me:hunter2@tcp(x/app",
		"mongodb://me:hunter2@" + wrong + "/app?serverSelectionTimeoutMS=1", "mongodb://me:hunter2@", "redis://:hunter2@" + wrong + "/0", "redis://:hunter2@[::1",
	} {
		t.Run(dsn, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, []string{"--dsn", dsn}, "open: ")
		})
	}
}

// ended is a store that interrupts a sweep after its first call.
type ended struct {
	spec.SessionAdapter
	end func()
}

func (e ended) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	sweep.Limit = 2
	n, err := e.SessionAdapter.DeleteExpiredSessions(ctx, sweep)
	e.end()
	return n, err
}

// An interrupted sweep says how many sessions it has deleted.
func TestSweepInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	store, err := spec.NewSessionStore[struct{}]("ended", func(columns spec.Columns) (spec.SessionAdapter, error) {
		return ended{memory.NewAdapter(columns), cancel}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	a := memoryAdapter()
	a.schemes = []string{"ended"}
	a.sweeper = &sweeper{open: func(context.Context, string, place) (swept, error) {
		for _, id := range []string{"a", "b", "c"} {
			if err := store.CreateSession(t.Context(), spec.Session[struct{}]{ID: id}); err != nil {
				return nil, err
			}
		}
		return store, nil
	}}
	got := runTool(ctx, []adapter{a}, "sweep", "--dsn", "ended://x")
	got.wantStatus(t, exitInterrupted)
	if want := "tenon: sweep: interrupted; 2 sessions deleted before that\n"; got.stderr != want || got.stdout != "" {
		t.Errorf("got:\n%s%s\nwant:\n%s", got.stdout, got.stderr, want)
	}
}

func TestSweepServers(t *testing.T) {
	t.Parallel()
	const database = "tenon_test_sweep"
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		server := servers.Postgres(t, containers.PostgresOptions{})
		execute(t, "pgx", server.DSN, "CREATE SCHEMA "+database)
		defer execute(t, "pgx", server.DSN, "DROP SCHEMA "+database+" CASCADE")
		store, err := postgres.Open[person, device](t.Context(), server.DSN, postgres.WithTables("people", "logins"), postgres.WithSchema(database))
		store, err = newUser(t, store, err)
		testSweep(t, store, err, "ann", "--dsn", server.DSN, "--sessions-table", "logins", "--schema", database)
		execute(t, "pgx", server.DSN, "CREATE TABLE "+database+".sessions (id text PRIMARY KEY, user_id text, expires_at timestamptz)")
		wantRefused(t, []string{"--dsn", server.DSN, "--schema", database}, `sessions": column "created_at" is missing`)
	})
	t.Run("mysql", func(t *testing.T) {
		t.Parallel()
		server := servers.MySQL(t, containers.MySQLOptions{})
		execute(t, "mysql", server.DSN, "CREATE DATABASE "+database)
		defer execute(t, "mysql", server.DSN, "DROP DATABASE "+database)
		store, err := mysql.Open[person, device](t.Context(), server.DSN, mysql.WithTables("people", "logins"), mysql.WithDatabase(database))
		store, err = newUser(t, store, err)
		testSweep(t, store, err, "ann", "--dsn", "mysql="+server.DSN, "--sessions-table", "logins", "--schema", database)
		execute(t, "mysql", server.DSN, "CREATE TABLE "+database+".sessions (id varchar(99) PRIMARY KEY, user_id varchar(99), expires_at datetime)")
		wantRefused(t, []string{"--dsn", "mysql=" + server.DSN, "--schema", database}, "column `created_at` is missing")
	})
	t.Run("mongo", func(t *testing.T) {
		t.Parallel()
		server := servers.Mongo(t, containers.MongoOptions{Members: 1})
		uri := strings.Replace(server.DSN, "/tenon_test?", "/"+database+"?", 1)
		client, err := driver.Connect(options.Client().ApplyURI(uri))
		if err != nil {
			t.Fatal(err)
		}
		defer client.Disconnect(context.WithoutCancel(t.Context()))
		db := client.Database(database)
		defer db.Drop(context.WithoutCancel(t.Context()))
		store, err := mongo.Open[person, device](t.Context(), uri, mongo.WithCollections("people", "logins"))
		store, err = newUser(t, store, err)
		testSweep(t, store, err, "ann", "--dsn", uri, "--sessions-table", "logins")
		wantRefused(t, []string{"--dsn", uri}, "collection sessions: is missing")
		now := bson.NewDateTimeFromTime(time.Now())
		for want, doc := range map[string]bson.D{
			"a document has none of the fields that only sessions have": {{Key: "user_id", Value: "x"}, {Key: "created_at", Value: now}, {Key: "expires_at", Value: now}},
			"a document has no created_at":                              {{Key: "expires_at", Value: now}, {Key: "credential", Value: "x"}},
			"a document's expires_at is not a date":                     {{Key: "expires_at", Value: 1}, {Key: "credential", Value: "x"}, {Key: "created_at", Value: now}},
		} {
			other := strings.ReplaceAll(want, " ", "_")
			if _, err := db.Collection(other).InsertOne(t.Context(), doc); err != nil {
				t.Fatal(err)
			}
			wantRefused(t, []string{"--dsn", uri, "--sessions-table", other}, want)
		}
	})
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		server := servers.Redis(t, containers.RedisOptions{})
		store, err := redis.OpenSessions[device](t.Context(), server.DSN, redis.WithPrefix("sweep*[x]"))
		testSweep(t, store, err, "ann", "--dsn", server.DSN, "--prefix", "sweep*[x]")
		wantRefused(t, []string{"--dsn", server.DSN, "--prefix", "no such"}, "the store is not made yet")
	})
}

// The DSN can come from the environment. Only the command writes to standard error: the
// drivers do not.
func TestSweepWritesOneLine(t *testing.T) {
	t.Parallel()
	got := start(t, []string{sweepDSN + "=redis://:hunter2@127.0.0.1:1/0"}, "sweep").end(t)
	got.wantStatus(t, exitFailed)
	if want := "tenon: sweep: redis: open: store unavailable; nothing was deleted\n"; got.stderr != want || got.stdout != "" {
		t.Errorf("got:\n%s%s\nwant:\n%s", got.stdout, got.stderr, want)
	}
}

// The DSN can come from the environment.
func TestSweepOfEnvironment(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.db")
	store, err := sqlite.OpenSessions[device](t.Context(), path)
	migrated(t, store, err)
	var stdout, stderr bytes.Buffer
	tool := newTool(allAdapters())
	tool.stdout, tool.stderr = &stdout, &stderr
	tool.getenv = func(name string) string { return map[string]string{sweepDSN: "sqlite=" + path}[name] }
	if status := tool.run(t.Context(), []string{"sweep"}); status != 0 || !strings.Contains(stdout.String(), "0 sessions deleted") {
		t.Errorf("exit status %d:\n%s%s", status, stdout.String(), stderr.String())
	}
}

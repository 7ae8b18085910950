package containers_test

import (
	"crypto/rand"
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

func TestCheckName(t *testing.T) {
	t.Setenv("TENON_ANY_DATABASE", "")
	for _, name := range []string{"test", "TEST", "tests", "app_test", "test_app", "test2", "my-testing-db", "a test b", "größe_test", "test-прод", "load-test-prod"} {
		if err := containers.CheckName(name, false); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", "app", "postgres", "latest", "contest_2024", "attestations", "testament",
		"détest", "de\u0301test", "größtest", "продtest", "testé", "teste\u0301", "test\u0301", "тestтest"} {
		if err := containers.CheckName(name, false); err == nil {
			t.Errorf("%q is taken for a test's", name)
		}
		if err := containers.CheckName(name, true); err != nil {
			t.Errorf("%q, which is allowed: %v", name, err)
		}
	}
	t.Setenv("TENON_ANY_DATABASE", "1")
	if err := containers.CheckName("app", false); err != nil {
		t.Error(err)
	}
}

// A database that is not marked as a test's is refused, and nothing is created in it.
func TestPostgresRefusesDatabase(t *testing.T) {
	server := servers.Postgres(t, containers.PostgresOptions{})
	u, err := url.Parse(server.DSN)
	if err != nil || u.Scheme == "" {
		t.Skip("NOT RUN: needs a DSN that is a URL")
	}
	u.Path = "/postgres"
	t.Setenv("TENON_ANY_DATABASE", "")
	_, err = containers.Postgres(t.Context(), containers.PostgresOptions{DSN: u.String()})
	if err == nil || !strings.Contains(err.Error(), `"postgres"`) || !strings.Contains(err.Error(), "TENON_ANY_DATABASE") {
		t.Errorf("got %v, want an error that names the database and what to do", err)
	}
	allowed, err := containers.Postgres(t.Context(), containers.PostgresOptions{DSN: u.String(), AnyDatabase: true})
	servertest.OK(t, err)
	if allowed.Version != server.Version || allowed.Engine != "PostgreSQL" {
		t.Errorf("got %s %s, want PostgreSQL %s", allowed.Engine, allowed.Version, server.Version)
	}
	if os.Getenv(containers.PostgresDSN) == "" && server.Deployment != "one server in a container" || allowed.Deployment != "a server that ran already" {
		t.Errorf("the deployments are %q and %q", server.Deployment, allowed.Deployment)
	}
	servertest.OK(t, allowed.Close())
	servertest.OK(t, allowed.Close())
	servertest.OK(t, servertest.OpenDB(t, "pgx", server.DSN).PingContext(t.Context())) // closing has ended nothing that ran already
}

func TestPostgresBadDSN(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"postgres://ann:hunter2@127.0.0.1:1/app_test", "postgres://ann:hunter2@%zz/app_test", "password=hunter2 port=x",
		"host=127.0.0.1 port=x password = hunter2 dbname=app_test", "password\t=\n'hunter2' host",
		"postgres://ann@localhost/app_test?sslmode=never&password=hunter2"} {
		_, err := containers.Postgres(t.Context(), containers.PostgresOptions{DSN: dsn})
		var missing *containers.MissingError
		if err == nil || errors.As(err, &missing) {
			t.Errorf("got %v, want an error, and none for which the tests are skipped", err)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error has the password: %v", err)
		}
	}
}

// The driver's panic at a parameter that it no longer supports becomes an error.
func TestMySQLBadDSN(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	_, err := containers.MySQL(t.Context(), containers.MySQLOptions{DSN: "ann:" + secret + "@tcp(localhost)/app_test?strict=true"})
	if err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("got the error %v, want one without the password", err)
	}
}

// A missing image gives a MissingError at once, unlike a server that fails to start.
// Without Docker, the error is about Docker.
func TestPostgresMissingImage(t *testing.T) {
	t.Setenv("TENON_POSTGRES_DSN", "")
	t.Setenv("TENON_POSTGRES_99_IMAGE", "registry.invalid/no-such-image:99")
	_, err := containers.Postgres(t.Context(), containers.PostgresOptions{Version: "99"})
	var missing *containers.MissingError
	if !errors.As(err, &missing) {
		t.Fatalf("got %v, want a MissingError", err)
	}
	if missing.Server != "registry.invalid/no-such-image:99" || missing.Cause == nil || missing.Running != "TENON_POSTGRES_DSN" {
		t.Errorf("got %+v", missing)
	}
}

// Stores have their own places, which are removed completely.
func TestTarget(t *testing.T) {
	t.Parallel()
	server := servers.Postgres(t, containers.PostgresOptions{})
	admin := servertest.OpenDB(t, "pgx", server.DSN)
	exists := func(name string) (there bool) {
		t.Helper()
		servertest.OK(t, admin.QueryRowContext(t.Context(), "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)", name).Scan(&there))
		return there
	}
	target := server.Target(url.Values{"application_name": {"a name, & more"}})
	run := strings.ToLower(rand.Text()[:10])
	a, b := conformance.Store{Name: "a" + run, Cut: true}, conformance.Store{Name: "b" + run, LoseAnswer: true}
	plain := conformance.Store{Name: "c" + run}
	t.Run("check", func(t *testing.T) {
		place := target.Open(t, a)
		if again := target.Open(t, a); again != place {
			t.Errorf("the same store again: %+v, not %+v", again, place)
		}
		if other := target.Open(t, b); other.Name == place.Name || other.DSN == place.DSN {
			t.Errorf("another store has the same place: %+v", other)
		}
		if straight := target.Open(t, plain); !sameHost(t, straight.DSN, server.DSN) || sameHost(t, place.DSN, server.DSN) {
			t.Errorf("a store that nothing happens to is reached at %s, and one that is cut off at %s; the server is at %s", straight.DSN, place.DSN, server.DSN)
		}
		db := servertest.OpenDB(t, "pgx", place.DSN)
		var name string
		servertest.OK(t, db.QueryRowContext(t.Context(), "SELECT current_setting('application_name')").Scan(&name))
		if name != "a name, & more" {
			t.Errorf("application_name is %q", name)
		}
		_, err := db.ExecContext(t.Context(), "CREATE TABLE "+place.Name+".t (n int)")
		servertest.OK(t, err)

		options := target.Options()
		restore := options.Cut(t, a)
		if err := db.PingContext(t.Context()); err == nil {
			t.Error("a store that is cut off answers")
		}
		servertest.OK(t, servertest.OpenDB(t, "pgx", target.Open(t, b).DSN).PingContext(t.Context())) // and another is not cut off
		restore()
		servertest.OK(t, db.PingContext(t.Context()))

		options.LoseAnswer(t, a)
		if _, err := db.ExecContext(t.Context(), "INSERT INTO "+place.Name+".t VALUES ($1)", 1); err == nil {
			t.Error("an answer that was to be lost came")
		}
		var n int
		servertest.OK(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+place.Name+".t").Scan(&n))
		if n != 1 {
			t.Errorf("a write whose answer was lost is there %d times", n)
		}
	})
	if exists(a.Name) || exists(b.Name) || exists(plain.Name) {
		t.Error("a store is still there when the check has ended")
	}
}

// sameHost reports whether two DSNs lead to the same host and port.
func sameHost(t *testing.T, a, b string) bool {
	t.Helper()
	x, err := url.Parse(a)
	servertest.OK(t, err)
	y, err := url.Parse(b)
	servertest.OK(t, err)
	return x.Host == y.Host
}

package postgres_test

import (
	"context"
	"net/url"
	"testing"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
)

// PgBouncer gives up on clients that wait for a server to which it cannot log in. It has not
// forwarded their statements. Here the server accepts no client.
func TestPgBouncerWithoutItsServer(t *testing.T) { // 08P01
	t.Parallel()
	server, bouncer := postgresServer(t, ""), servers.PgBouncer(t, containers.PostgresOptions{})
	admin := servertest.OpenDB(t, "pgx", server.DSN)
	exec := func(statement string) {
		t.Helper()
		_, err := admin.ExecContext(context.WithoutCancel(t.Context()), statement)
		servertest.OK(t, err)
	}
	for _, mode := range []string{"cache_statement", "simple_protocol"} { // lib/pq keeps what PgBouncer says to itself
		// PgBouncer remembers for a while that it could not log in to a database.
		name := "tenon_test_" + mode
		exec("CREATE DATABASE " + name)
		t.Cleanup(func() { exec("DROP DATABASE " + name + " WITH (FORCE)") })
		dsn := func(s *containers.Server) string {
			u, err := url.Parse(s.DSN)
			servertest.OK(t, err)
			u.Path, u.RawQuery = "/"+name, "sslmode=disable&default_query_exec_mode="+mode
			return u.String()
		}
		a, err := postgres.New[Person, Device](t.Context(), servertest.OpenDB(t, "pgx", dsn(bouncer)))
		servertest.OK(t, err)
		servertest.Ready(t, a, ann, phone)
		exec("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false")
		exec("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = '" + name + "'")

		// The first call gets the server's error: 55000, "not accepting".
		if err := a.DeleteUser(t.Context(), ann.ID); err == nil {
			t.Error("DeleteUser without a server succeeded")
		}
		for range 3 {
			err := a.DeleteUser(t.Context(), ann.ID)
			servertest.WantClass(t, err, spec.ErrUnavailable, "DeleteUser")
		}
		if err, want := a.DeleteUser(t.Context(), ann.ID), "postgres: delete user: store unavailable (08P01/waited)"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		exec("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true")
		direct, err := postgres.New[Person, Device](t.Context(), servertest.OpenDB(t, "pgx", dsn(server)))
		servertest.OK(t, err)
		if got, err := direct.User(t.Context(), ann.ID); err != nil || got != ann {
			t.Errorf("after writes that were not sent: %+v, %v", got, err)
		}
	}
}

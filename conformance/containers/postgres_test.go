package containers_test

import (
	"os"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/drivers"
)

var servers containers.Shared

// TestMain puts the process into a far zone, so that the clause about it is
// judged here rather than in a process, and a container, of its own.
func TestMain(m *testing.M) {
	time.Local = time.FixedZone("far", 12*60*60+45*60)
	os.Exit(servers.Run(m))
}

// versions are the PostgreSQLs to run on: all, or the one that runs already.
func versions() []string {
	if os.Getenv(containers.PostgresDSN) != "" {
		return []string{""}
	}
	return []string{"15", "17", "18"}
}

// TestPostgres judges adapters/postgres as Open makes it, on every version.
func TestPostgres(t *testing.T) {
	for _, version := range versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			judge(t, postgresServer(t, version), drivers.PostgresVariation{})
		})
	}
}

// TestPostgresVariations varies one setting of the client at a time.
func TestPostgresVariations(t *testing.T) {
	for _, v := range drivers.PostgresVariations() {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			judge(t, postgresServer(t, ""), v)
		})
	}
}

// TestPostgresFarServer has a server in another zone than the process, and than
// UTC.
func TestPostgresFarServer(t *testing.T) {
	t.Parallel()
	server := servers.PostgresDatabase(t, containers.PostgresOptions{}, "Pacific/Marquesas")
	judge(t, server, drivers.PostgresVariation{})
}

// TestPgBouncer runs what can work behind PgBouncer in transaction mode. What
// cannot is left out by name: see PostgresVariation.Pooled.
func TestPgBouncer(t *testing.T) {
	for _, v := range drivers.PostgresVariations() {
		t.Run(v.Name, func(t *testing.T) {
			if !v.Pooled {
				t.Skipf("%s cannot work behind PgBouncer in transaction mode: it prepares in one round trip and runs in another", v.Name)
			}
			t.Parallel()
			judge(t, servers.PgBouncer(t, containers.PostgresOptions{}), v)
		})
	}
}

// TestPostgresSessions judges the adapters for sessions alone.
func TestPostgresSessions(t *testing.T) {
	for _, v := range []drivers.PostgresVariation{{Name: "open"}, {Name: "handle", Handle: "pgx"}} {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			subject, options := drivers.PostgresSessions(postgresServer(t, ""), v)
			conformance.Run(t, subject, options)
		})
	}
}

func postgresServer(t *testing.T, version string) *containers.Server {
	t.Helper()
	return servers.Postgres(t, containers.PostgresOptions{Version: version})
}

func judge(t *testing.T, server *containers.Server, v drivers.PostgresVariation) {
	t.Helper()
	subject, options := drivers.Postgres(server, v)
	conformance.Run(t, subject, options)
}

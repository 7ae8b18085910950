package containers_test

import (
	"net/url"
	"os"
	"strings"
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

// TestPostgres judges adapters/postgres as Open makes it, on every version, or
// on the server that runs already.
func TestPostgres(t *testing.T) {
	versions := []string{"15", "17", "18"}
	if os.Getenv(containers.PostgresDSN) != "" {
		versions = []string{"dsn"}
	}
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			subject, options := drivers.Postgres(postgresServer(t, version), drivers.PostgresVariation{})
			conformance.Run(t, subject, options)
		})
	}
}

// TestPostgresVariations varies one setting of the client at a time. The first
// mode is the default, which TestPostgres has.
func TestPostgresVariations(t *testing.T) {
	for _, v := range append(drivers.PostgresModes()[1:],
		drivers.PostgresVariation{Name: "handle", Handle: "pgx"},
		drivers.PostgresVariation{Name: "far_connection", Parameters: url.Values{"timezone": {"America/St_Johns"}}},
	) {
		t.Run(v.Name, func(t *testing.T) {
			judge(t, postgresServer(t, ""), v)
		})
	}
}

// TestPostgresFarServer has a server in another zone than the process, and than
// UTC.
func TestPostgresFarServer(t *testing.T) {
	server := servers.PostgresDatabase(t, containers.PostgresOptions{}, "Pacific/Marquesas")
	judge(t, server, drivers.PostgresVariation{})
}

// TestPostgresPgBouncer has PgBouncer in transaction mode before the server.
func TestPostgresPgBouncer(t *testing.T) {
	for _, v := range drivers.PostgresModes() {
		t.Run(v.Name, func(t *testing.T) {
			if v.Unpooled != "" {
				t.Skipf("%s cannot work behind PgBouncer in transaction mode: %s", v.Name, v.Unpooled)
			}
			judge(t, servers.PgBouncer(t, containers.PostgresOptions{}), v)
		})
	}
}

// TestPostgresSessions judges the adapter for sessions alone.
func TestPostgresSessions(t *testing.T) {
	t.Parallel()
	subject, options := drivers.PostgresSessions(postgresServer(t, ""), drivers.PostgresVariation{})
	conformance.Run(t, subject, options)
}

func postgresServer(t *testing.T, version string) *containers.Server {
	t.Helper()
	return servers.Postgres(t, containers.PostgresOptions{Version: version})
}

// judge runs the suite on one variation, with the rich attribute types only:
// those exercise every kind of column, and the other types went over the same
// adapter in TestPostgres.
// judge runs the suite with one of its three pairs of attribute types, the one
// that has every kind: what a setting changes is how values and errors travel,
// and all three on all settings would take a quarter of an hour. Several checks
// run at a time, so settings take turns.
func judge(t *testing.T, server *containers.Server, v drivers.PostgresVariation) {
	t.Helper()
	subject, options := drivers.Postgres(server, v)
	options.Match = func(name string) bool { return strings.HasSuffix(name, "/rich") }
	options.Again = func(string) string { return "go test -run '^" + strings.ReplaceAll(t.Name(), "/", "$/^") + "$'" }
	results, err := conformance.Judge(t.Context(), subject, options)
	ok(t, err)
	passed := 0
	for r := range results {
		switch {
		case r.Outcome == conformance.LeftOut:
		case r.Outcome == conformance.Passed:
			passed++
		case r.Bad():
			t.Errorf("%s %s\n%s", r.Name(), r.Outcome, r.Output)
		default:
			t.Logf("%s %s: %s", r.Name(), r.Outcome, r.Output)
		}
	}
	t.Logf("%d checks passed", passed)
}

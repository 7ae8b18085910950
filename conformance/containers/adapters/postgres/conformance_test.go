package postgres_test

import (
	"net/url"
	"os"
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/drivers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

var servers containers.Shared

func TestMain(m *testing.M) { os.Exit(servertest.Main(m, &servers)) }

// TestConformance judges adapters/postgres as Open makes it, on every version, or
// on the server that runs already: with all types, but on the version between
// the others, where only the rich ones could differ.
func TestConformance(t *testing.T) {
	versions := []string{"15", "17", "18"}
	if os.Getenv(containers.PostgresDSN) != "" {
		versions = []string{"dsn"}
	}
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			subject, options := drivers.Postgres(postgresServer(t, version), drivers.PostgresVariation{})
			if version == "17" {
				servertest.JudgeRich(t, subject, options)
			} else {
				conformance.Run(t, subject, options)
			}
		})
	}
}

// TestVariations varies one setting of the client at a time. The first
// mode is the default, which TestConformance has.
func TestVariations(t *testing.T) {
	for _, v := range append(drivers.PostgresModes()[1:],
		drivers.PostgresVariation{Name: "handle", Handle: "pgx"},
		drivers.PostgresVariation{Name: "integer_user_ids", UserIDs: "integer"},
		drivers.PostgresVariation{Name: "uuid_user_ids", UserIDs: "uuid"},
		drivers.PostgresVariation{Name: "far_connection", Parameters: url.Values{"timezone": {"America/St_Johns"}}},
	) {
		t.Run(v.Name, func(t *testing.T) {
			judge(t, postgresServer(t, ""), v)
		})
	}
}

// TestFarServer has a server in another zone than the process, and than
// UTC.
func TestFarServer(t *testing.T) {
	server := servers.PostgresDatabase(t, containers.PostgresOptions{}, "Pacific/Marquesas")
	judge(t, server, drivers.PostgresVariation{})
}

// TestPgBouncer has PgBouncer in transaction mode before the server.
func TestPgBouncer(t *testing.T) {
	for _, v := range drivers.PostgresModes() {
		t.Run(v.Name, func(t *testing.T) {
			if v.Unpooled != "" {
				t.Skipf("%s cannot work behind PgBouncer in transaction mode: %s", v.Name, v.Unpooled)
			}
			judge(t, servers.PgBouncer(t, containers.PostgresOptions{}), v)
		})
	}
}

// TestSessions judges the adapter for sessions alone.
func TestSessions(t *testing.T) {
	t.Parallel()
	subject, options := drivers.PostgresSessions(postgresServer(t, ""), drivers.PostgresVariation{})
	servertest.JudgeRich(t, subject, options)
}

func postgresServer(t *testing.T, version string) *containers.Server {
	t.Helper()
	return servers.Postgres(t, containers.PostgresOptions{Version: version})
}

// TestSessionsWithUserIDs judges it with ids of users that are not text.
func TestSessionsWithUserIDs(t *testing.T) {
	for _, ids := range []string{"integer", "uuid"} {
		t.Run(ids, func(t *testing.T) {
			subject, options := drivers.PostgresSessions(postgresServer(t, ""), drivers.PostgresVariation{UserIDs: ids})
			servertest.JudgeRich(t, subject, options)
		})
	}
}

// judge runs the suite on one variation.
func judge(t *testing.T, server *containers.Server, v drivers.PostgresVariation) {
	t.Helper()
	subject, options := drivers.Postgres(server, v)
	servertest.JudgeRich(t, subject, options)
}

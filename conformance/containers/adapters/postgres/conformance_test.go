package postgres_test

import (
	"os"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
)

var servers containers.Shared

func TestMain(m *testing.M) { os.Exit(servertest.Main(m, &servers)) }

// TestConformance judges adapters/postgres as Open makes it, on the newest and
// the oldest version, or on the server that runs already. The newest is judged
// with all types; on the oldest the program runs, and the clauses that depend on the
// version. The version between them has PgBouncer and all that varies.
func TestConformance(t *testing.T) {
	versions := []string{"15", "18"}
	if os.Getenv(containers.PostgresDSN) != "" {
		versions = []string{"dsn"}
	}
	for i, version := range versions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			server := postgresServer(t, version)
			if i < len(versions)-1 {
				vary(t, server, subjects.PostgresVariation{}, servertest.Version()...)
				return
			}
			subject, options := subjects.Postgres(server, subjects.PostgresVariation{})
			servertest.Judge(t, subject, options)
		})
	}
}

// TestVariations varies one setting of the client at a time. The first
// mode is the default, which TestConformance has. How a call is interrupted
// depends on the round trips of its mode: cache_describe asks for a description
// as describe_exec does, and then sends what exec does. What else a call leaves of
// its connection is the driver's, and so is judged once for each driver.
func TestVariations(t *testing.T) {
	t.Parallel()
	server := postgresServer(t, "")
	for _, v := range subjects.PostgresModes()[1:] {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			clauses := []string{"STO-03/no_failure"}
			switch v.Name {
			case "cache_describe":
			case "simple_protocol":
				v.Handle = "pgx" // one of the application's, which TestConformance cuts off but does not interrupt
				clauses = append(clauses, servertest.Sent()...)
			case "pq": // another driver
				clauses = append(servertest.Interrupted(), "STO-03")
			default:
				clauses = append(clauses, servertest.Sent()...)
			}
			vary(t, server, v, clauses...)
		})
	}
	for _, c := range []struct {
		subjects.PostgresVariation
		clauses []string
	}{
		{subjects.PostgresVariation{Name: "pgxpool", Handle: "pgxpool"}, append(servertest.Sent(), "ERR-05/an_outage")}, // TestPool has many callers
		{subjects.PostgresVariation{Name: "integer_user_ids", UserIDs: "integer"}, servertest.UserIDs()},
		{subjects.PostgresVariation{Name: "uuid_user_ids", UserIDs: "uuid"}, servertest.UserIDs()},
	} {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			vary(t, server, c.PostgresVariation, c.clauses...)
		})
	}
}

// TestFarServer uses a server whose time zone is neither that of the process nor UTC.
// TestEnvironment sets the time zone of sessions in every other way.
func TestFarServer(t *testing.T) {
	t.Parallel()
	server := servers.PostgresDatabase(t, containers.PostgresOptions{}, "Pacific/Marquesas")
	vary(t, server, subjects.PostgresVariation{}, "TIM")
}

// TestPgBouncer has PgBouncer in transaction mode before the server, where each
// transaction may reach another connection: with the default mode what calls do to
// each other, and how they are interrupted, and with the others many callers at once. With
// cache_describe, the other mode that keeps something for a statement, calls also fail and
// race, which would meet what it kept for another connection.
// TestVariations has each mode's interrupted calls. What single statements keep and
// change is the server's, and TestConformance has it.
func TestPgBouncer(t *testing.T) {
	t.Parallel()
	bouncer := servers.PgBouncer(t, containers.PostgresOptions{})
	for i, v := range subjects.PostgresModes() {
		t.Run(v.Name, func(t *testing.T) {
			if v.Unpooled != "" {
				t.Skipf("%s cannot work behind PgBouncer in transaction mode: %s", v.Name, v.Unpooled)
			}
			t.Parallel()
			clauses := []string{"STO-03/sixteen"}
			switch {
			case i == 0:
				clauses = []string{"ERR-05/an_outage", "ERR-06", "CTX-02", "REF", "CON", "STO-03", "STO-04"}
			case v.Name == "cache_describe":
				clauses = append(clauses, "STO-03/no_failure", "CON-04/calls")
			}
			vary(t, bouncer, v, clauses...)
		})
	}
}

// TestSessions judges the adapter for stores that keep only sessions.
func TestSessions(t *testing.T) {
	t.Parallel()
	subject, options := subjects.PostgresSessions(postgresServer(t, ""), subjects.PostgresVariation{})
	servertest.SessionsProgram(t, options, subjects.OpenPostgres)
	servertest.JudgeClauses(t, subject, options, servertest.SessionsAlone()...)
}

func postgresServer(t *testing.T, version string) *containers.Server {
	t.Helper()
	return servers.Postgres(t, containers.PostgresOptions{Version: version})
}

// TestSessionsWithUserIDs varies the ids of users that it does not keep.
func TestSessionsWithUserIDs(t *testing.T) {
	t.Parallel()
	for _, ids := range []string{"integer", "uuid"} {
		t.Run(ids, func(t *testing.T) {
			t.Parallel()
			subject, options := subjects.PostgresSessions(postgresServer(t, ""), subjects.PostgresVariation{UserIDs: ids})
			servertest.SessionsProgram(t, options, subjects.OpenPostgres)
			servertest.JudgeClauses(t, subject, options, servertest.UserIDs()...)
		})
	}
}

// vary runs the program on one variation, and the checks of some clauses.
func vary(t *testing.T, server *containers.Server, v subjects.PostgresVariation, clauses ...string) {
	t.Helper()
	subject, options := subjects.Postgres(server, v)
	servertest.Program(t, options, subjects.OpenPostgres)
	servertest.JudgeClauses(t, subject, options, clauses...)
}

// Package split_test judges adapters/split on two servers of different kinds.
package split_test

import (
	"os"
	"testing"

	"github.com/tenon-go/tenon/adapters/split"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
	"github.com/tenon-go/tenon/spec"
)

var servers containers.Shared

func TestMain(m *testing.M) { os.Exit(servertest.Main(m, &servers)) }

// targets are the targets of the two subjects.
type targets struct{ users, sessions any }

// TestServers keeps users in PostgreSQL and sessions in MongoDB. It runs the program, and
// the checks that depend on two servers and on how their drivers end calls and release
// connections. The tests of adapters/split run the whole suite, with outages of both
// stores, and each server's adapter is judged in that server's package.
func TestServers(t *testing.T) {
	t.Parallel()
	_, users := subjects.Postgres(servers.Postgres(t, containers.PostgresOptions{}), subjects.PostgresVariation{})
	_, sessions := subjects.Mongo(servers.Mongo(t, containers.MongoOptions{Members: 1}), subjects.MongoVariation{})
	options := conformance.Options{
		Target:      targets{users.Target, sessions.Target},
		Watchdog:    sessions.Watchdog,
		DriverError: func(err error) bool { return users.DriverError(err) || sessions.DriverError(err) },
		Cut: func(t conformance.TB, s conformance.Store) func() {
			restoreUsers, restoreSessions := users.Cut(t, s), sessions.Cut(t, s)
			return func() { restoreUsers(); restoreSessions() }
		},
		InUse: func(t conformance.TB, s conformance.Store) int { return users.InUse(t, s) + sessions.InUse(t, s) },
	}
	servertest.Program(t, options, open)
	servertest.JudgeClauses(t, conformance.NewSubject(open), options, "REF", "CTX-02/a_context", "ERR-03", "ERR-05/a_context", "STO-03", "STO-04")
}

func open(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	both := s.Target.(targets)
	s.Target = both.users
	users := subjects.OpenPostgres(t, s, spec.Columns{Users: columns.Users})
	s.Target = both.sessions
	sessions := subjects.OpenMongo(t, s, spec.Columns{Sessions: columns.Sessions})
	a, err := split.NewAdapter(users, sessions, columns)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

package split_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/split"
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
	"github.com/tenon-go/tenon/internal/testing/faultdriver"
	"github.com/tenon-go/tenon/spec"
)

// TestRedis keeps users in SQLite and sessions in Redis, which is a common combination. It
// runs the program, and the clauses that concern both.
func TestRedis(t *testing.T) {
	t.Parallel()
	_, sessions := subjects.Redis(servers.Redis(t, containers.RedisOptions{}))
	files := new(faultdriver.Files)
	options := conformance.Options{
		Target:   targets{files, sessions.Target},
		Watchdog: sessions.Watchdog,
		InUse: func(t conformance.TB, s conformance.Store) int {
			return files.Of(t).InUse() + sessions.InUse(t, s)
		},
	}
	servertest.Program(t, options, openRedis)
	servertest.JudgeClauses(t, conformance.NewSubject(openRedis), options, "USR", "SES-03", "SES-12", "REF", "OPT-04")
}

func openRedis(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	both := s.Target.(targets)
	db := both.users.(*faultdriver.Files).Of(t).Handle(t, s.MaxConns, faultdriver.Connector{})
	users, err := sqlite.NewAdapter(t.Context(), db, spec.Columns{Users: columns.Users}, sqlite.WithTables(s.Name+"_users", s.Name+"_unused"))
	if err != nil {
		t.Fatal(err)
	}
	s.Target = both.sessions
	a, err := split.NewAdapter(users, subjects.OpenRedis(t, s, spec.Columns{Sessions: columns.Sessions}), columns)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

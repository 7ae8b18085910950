package split_test

import (
	"path/filepath"
	"testing"

	"github.com/tenon-go/tenon/adapters/split"
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
	"github.com/tenon-go/tenon/spec"
)

// TestRedis keeps users in SQLite and sessions in Redis, which is a common combination. It
// runs the program, and the clauses that concern both.
func TestRedis(t *testing.T) {
	t.Parallel()
	_, sessions := subjects.Redis(servers.Redis(t, containers.RedisOptions{}))
	options := conformance.Options{Target: targets{t.TempDir(), sessions.Target}, Watchdog: sessions.Watchdog}
	servertest.Program(t, options, openRedis)
	servertest.JudgeClauses(t, conformance.NewSubject(openRedis), options, "USR", "SES-03", "SES-12", "REF", "OPT-04")
}

func openRedis(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	both := s.Target.(targets)
	users, err := sqlite.OpenAdapter(t.Context(), filepath.Join(both.users.(string), s.Name+".db"), spec.Columns{Users: columns.Users})
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

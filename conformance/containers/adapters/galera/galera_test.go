package galera_test

import (
	"os"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
)

var servers containers.Shared

func TestMain(m *testing.M) { os.Exit(servertest.Main(m, &servers)) }

// TestConformance judges adapters/mysql on three nodes. The connections of every handle
// are spread over them. It runs the program, in which each call must find the effects of
// earlier calls on other nodes. It also runs the clauses about concurrent callers on
// several nodes, about the visibility of writes, and about calls that are cut off. The
// other clauses depend only on the node of the call, and are judged on a single server.
func TestConformance(t *testing.T) {
	t.Parallel()
	subject, options := subjects.MySQL(servers.Galera(t, containers.GaleraOptions{}), subjects.MySQLVariation{})
	servertest.Program(t, options, subjects.OpenMySQL)
	servertest.JudgeClauses(t, subject, options, "USR-04", "USR-06", "SES-01", "SES-05", "SES-11", "LEA-06", "LEA-07", "SWP-05",
		"REF", "CON", "ERR-06", "CTX", "STO-01")
}

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

// TestConformance judges adapters/mysql on three nodes, over which the
// connections of every handle are spread: the program, in which each call finds what
// those before it did on other nodes, and the clauses about what callers on several
// nodes do to each other, what they see of a write, and what becomes of a call that is
// cut off. All else depends on no node but the one that is asked, and is judged on one.
func TestConformance(t *testing.T) {
	t.Parallel()
	subject, options := subjects.MySQL(servers.Galera(t, containers.GaleraOptions{}), subjects.MySQLVariation{})
	servertest.Program(t, options, subjects.OpenMySQL)
	servertest.JudgeClauses(t, subject, options, "USR-04", "USR-06", "SES-01", "SES-05", "SES-11", "LEA-06", "LEA-07", "SWP-05",
		"REF", "CON", "ERR-06", "CTX", "STO-01")
}

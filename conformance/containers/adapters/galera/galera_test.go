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
// connections of every handle are spread: all but what values come back, which of
// two conditions decides, and the texts of errors. These depend on no node but the
// one that is asked.
func TestConformance(t *testing.T) {
	t.Parallel()
	subject, options := subjects.MySQL(servers.Galera(t, containers.GaleraOptions{}), subjects.MySQLVariation{})
	servertest.Program(t, options, subjects.OpenMySQL)
	servertest.JudgeClauses(t, subject, options, "USR", "SES", "LEA", "SWP", "REF", "CON", "ERR-01", "ERR-03", "ERR-05", "ERR-06", "CTX", "STO")
}

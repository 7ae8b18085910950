package galera_test

import (
	"os"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/drivers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

var servers containers.Shared

func TestMain(m *testing.M) { os.Exit(servertest.Main(m, &servers)) }

// TestConformance judges adapters/mysql on three nodes, over which the
// connections of every handle are spread.
func TestConformance(t *testing.T) {
	subject, options := drivers.MySQL(servers.Galera(t, containers.GaleraOptions{}), drivers.MySQLVariation{})
	servertest.JudgeRich(t, subject, options)
}

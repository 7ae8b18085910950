package mysql_test

import (
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
)

// TestGalera runs on one cluster, one after the other: some hold up a node, or look at
// what its status counts. It runs beside TestGaleraNodesKilled, which waits for the most part.
func TestGalera(t *testing.T) {
	t.Parallel()
	server := servers.Galera(t, containers.GaleraOptions{})
	for _, test := range []struct {
		name string
		run  func(*testing.T, *containers.Server)
	}{
		{"are private", arePrivate},
		{"declare stale reads", declareStaleReads},
		{"causal reads", readCausally},
		{"certification", certify},
		{"overtaken", overtake},
		{"writes wait", waitToWrite},
		{"conformance", judgeNodes},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, server) })
	}
}

// judgeNodes judges adapters/mysql on three nodes. The connections of every handle
// are spread over them. It runs the program, in which each call must find the effects of
// earlier calls on other nodes. It also runs the clauses about concurrent callers on
// several nodes, about the visibility of writes, and about calls that are cut off. The
// other clauses depend only on the node of the call, and are judged on a single server.
func judgeNodes(t *testing.T, server *containers.Server) {
	subject, options := subjects.MySQL(server, subjects.MySQLVariation{})
	servertest.Program(t, options, subjects.OpenMySQL)
	servertest.JudgeClauses(t, subject, options, "USR-04", "USR-06", "SES-01", "SES-05", "SES-11", "LEA-06", "LEA-07", "SWP-05",
		"REF", "CON", "ERR-06", "CTX-02/a_context_that_another", "CTX-02/a_context_that_ends_during_a_delete", "STO-01")
}

func arePrivate(t *testing.T, server *containers.Server) {
	for _, node := range containers.GaleraNodes(server) {
		servertest.NeedsPassword(t, "", "mysql", node)
	}
}

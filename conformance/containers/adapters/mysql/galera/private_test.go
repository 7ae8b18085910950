package galera_test

import (
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

func arePrivate(t *testing.T, server *containers.Server) {
	for _, node := range containers.GaleraNodes(server) {
		servertest.NeedsPassword(t, "", "mysql", node)
	}
}

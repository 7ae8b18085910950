package galera_test

import (
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

func TestNodesArePrivate(t *testing.T) {
	t.Parallel()
	for _, node := range containers.GaleraNodes(servers.Galera(t, containers.GaleraOptions{})) {
		servertest.NeedsPassword(t, "", "mysql", node)
	}
}

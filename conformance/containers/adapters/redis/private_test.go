package redis_test

import (
	"testing"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

// The servers have no passwords, so no other machine must reach them.
func TestServersArePrivate(t *testing.T) {
	t.Parallel()
	const nodes = 3
	for name, c := range map[string]struct {
		server   *containers.Server
		variable string
		ports    int
	}{
		"Redis":            {servers.Redis(t, containers.RedisOptions{}), containers.RedisURL, 1},
		"Valkey":           {servers.Valkey(t, containers.RedisOptions{}), containers.ValkeyURL, 1},
		"Cluster of Redis": {servers.Redis(t, containers.RedisOptions{Nodes: nodes}), containers.RedisURL, nodes},
	} {
		t.Run(name, func(t *testing.T) {
			settings, err := driver.ParseClusterURL(c.server.DSN)
			servertest.OK(t, err)
			servertest.OnThisMachineAlone(t, c.variable, settings.Addrs[0], c.ports)
		})
	}
}

package redis_test

import (
	"testing"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

// No other machine reaches the servers, and no other user of this one without their
// passwords.
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
			for _, address := range settings.Addrs {
				bare := driver.NewClient(&driver.Options{Addr: address})
				defer bare.Close()
				if err := bare.Get(t.Context(), "a").Err(); !driver.HasErrorPrefix(err, "NOAUTH") {
					t.Errorf("a call without a password, of %s: got the error %v, want NOAUTH", address, err)
				}
			}
		})
	}
}

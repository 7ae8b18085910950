package containers_test

import (
	"net"
	"strconv"
	"testing"

	"github.com/testcontainers/testcontainers-go"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

// An outgoing connection could now and then take a port from the range that the system
// uses for them.
func TestFreePorts(t *testing.T) {
	t.Parallel()
	ports, err := containers.FreePorts(200)
	servertest.OK(t, err)
	seen := map[string]bool{}
	for _, port := range ports {
		// The bus of a Redis Cluster has the port that is higher by 10,000.
		if n, err := strconv.Atoi(port); err != nil || n < 1024 || n+10_000 >= 32768 || seen[port] {
			t.Errorf("port %s is taken, or one of those for outgoing connections", port)
		}
		seen[port] = true
	}
	if len(ports) != 200 {
		t.Errorf("got %d ports, want 200", len(ports))
	}
}

// A port that another process takes before Docker does is not an error.
func TestTakenPort(t *testing.T) {
	t.Parallel()
	host, err := servers.MongoHost(t, 1).Container().Inspect(t.Context())
	servertest.OK(t, err)
	tries := 0
	c, _, err := containers.OnFreePorts(1, func(ports []string) (testcontainers.Container, error) {
		if tries++; tries == 1 {
			taken, err := net.Listen("tcp", "127.0.0.1:"+ports[0])
			servertest.OK(t, err)
			t.Cleanup(func() { taken.Close() })
		}
		return containers.RunMongoHost(t.Context(), host.Config.Image, ports, "")
	})
	servertest.OK(t, err)
	servertest.OK(t, testcontainers.TerminateContainer(c, testcontainers.StopTimeout(0)))
	if tries != 2 {
		t.Errorf("started %d times, want 2", tries)
	}
}

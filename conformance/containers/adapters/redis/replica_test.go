package redis_test

import (
	"fmt"
	"net"
	"os"
	"strings"
	"testing"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/adapters/redis"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
)

// A replica can miss acknowledged writes, so no store is opened on it, and one whose server
// becomes a replica says so.
func TestReplica(t *testing.T) {
	t.Parallel()
	if os.Getenv(containers.RedisURL) != "" {
		t.Skip("NOT RUN: others use a server that runs already")
	}
	primary, err := driver.ParseURL(servers.Redis(t, containers.RedisOptions{}).DSN)
	servertest.OK(t, err)
	server, err := containers.Redis(t.Context(), containers.RedisOptions{})
	servertest.OK(t, err)
	t.Cleanup(func() { servertest.OK(t, server.Close()) })
	client := newClient(t, server.DSN)
	earlier, err := redis.NewSessions[device](t.Context(), client)
	servertest.OK(t, err)
	servertest.OK(t, earlier.Migrate(t.Context()))
	host, port, err := net.SplitHostPort(primary.Addr)
	servertest.OK(t, err)
	servertest.OK(t, client.ReplicaOf(t.Context(), host, port).Err())

	_, opening := redis.OpenSessions[device](t.Context(), server.DSN)
	_, making := redis.NewSessions[device](t.Context(), client)
	for call, err := range map[string]error{
		"OpenSessions": opening, "NewSessions": making, "Check": earlier.Check(t.Context()), "Ping": earlier.Ping(t.Context()),
	} {
		servertest.WantClass(t, err, spec.ErrUnavailable, call+" on a replica")
		if !strings.Contains(fmt.Sprint(err), "is a replica") {
			t.Errorf("%s on a replica: %v", call, err)
		}
	}
	servertest.WantClass(t, earlier.Migrate(t.Context()), spec.ErrUnavailable, "Migrate on a replica")
}

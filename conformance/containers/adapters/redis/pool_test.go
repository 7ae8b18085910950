package redis_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/redis"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

// A store has at most as many connections as WithMaxConns says, whatever the URL
// says, and one is enough. The client closes none that is idle so soon, so that all
// it had are there in the end.
func TestMaxConns(t *testing.T) {
	t.Parallel()
	place := servertest.NewPlace(t, servers.Redis(t, containers.RedisOptions{}), nil)
	client := newClient(t, place.DSN)
	for name, n := range map[string]int{"one": 1, "three": 3} {
		u, err := url.Parse(place.DSN)
		servertest.OK(t, err)
		q := u.Query()
		q.Set("client_name", place.Name+name)
		q.Set("pool_size", "50")
		u.RawQuery = q.Encode()
		a, err := redis.OpenSessions[device](t.Context(), u.String(), redis.WithPrefix(place.Name), redis.WithMaxConns(n))
		servertest.OK(t, err)
		servertest.OK(t, a.Migrate(t.Context()))
		servertest.CrowdOfSessions(t, a)
		list, err := client.ClientList(t.Context()).Result()
		servertest.OK(t, err)
		if got := strings.Count(list, "name="+place.Name+name+" "); got != n {
			t.Errorf("%d connections, want %d", got, n)
		}
		servertest.OK(t, a.Close())
	}
}

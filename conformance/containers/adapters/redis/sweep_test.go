package redis_test

import (
	"fmt"
	"testing"
	"time"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/adapters/redis"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/sweeptest"
	"github.com/tenon-go/tenon/spec"
)

// swept opens a store, and returns its sessions for sweeptest. If stale is true, these are
// only entries in the index by expiry.
func swept(t *testing.T, stale bool) (open func() *spec.SessionStore[device], store sweeptest.Store) {
	place := servertest.NewPlace(t, servers.Redis(t, containers.RedisOptions{}), nil)
	client := newClient(t, place.DSN)
	part := place.Name + ":{0}:"
	open = func() *spec.SessionStore[device] {
		s, err := redis.OpenSessions[device](t.Context(), place.DSN, redis.WithPrefix(place.Name))
		servertest.OK(t, err)
		return s
	}
	return open, sweeptest.Store{
		Add: func(name string, n int, expires time.Time) {
			pipe := client.Pipeline()
			for i := range n {
				id := fmt.Sprint(name, i)
				if !stale {
					pipe.HSet(t.Context(), part+"session:"+id, "expires_at", expires.UnixMilli(), "user_id", "ann")
				}
				pipe.ZAdd(t.Context(), part+"expiry", driver.Z{Score: float64(expires.UnixMilli()), Member: id})
			}
			_, err := pipe.Exec(t.Context())
			servertest.OK(t, err)
		},
		Left: func() int {
			n, err := client.ZCard(t.Context(), part+"expiry").Result()
			servertest.OK(t, err)
			return int(n)
		},
	}
}

func TestSweepCutShort(t *testing.T) {
	t.Parallel()
	open, store := swept(t, false)
	sweeptest.CutShort(t, store, open)
}

func TestSweepBehind(t *testing.T) {
	t.Parallel()
	open, store := swept(t, false)
	sweeptest.Behind(t, store, open())
}

// A server that evicts keys can leave any number of entries whose sessions are gone. All
// other clients would wait for a script that removed all of them.
func TestSweepOfStaleEntries(t *testing.T) {
	t.Parallel()
	open, store := swept(t, true)
	sweeptest.Stale(t, store, open())
}

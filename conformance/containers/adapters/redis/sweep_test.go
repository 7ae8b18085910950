package redis_test

import (
	"fmt"
	"testing"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/adapters/redis"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/sweeptest"
	"github.com/tenon-go/tenon/spec"
)

func TestSweepCutShort(t *testing.T) {
	t.Parallel()
	place := servertest.NewPlace(t, servers.Redis(t, containers.RedisOptions{}), nil)
	client := newClient(t, place.DSN)
	part := place.Name + ":{0}:"
	sweeptest.CutShort(t, sweeptest.Store{
		Fill: func() {
			pipe := client.Pipeline()
			expires := sweeptest.Expired.UnixMilli()
			for i := range sweeptest.Rows {
				id := fmt.Sprint("expired", i)
				pipe.HSet(t.Context(), part+"session:"+id, "expires_at", expires, "user_id", "ann")
				pipe.ZAdd(t.Context(), part+"expiry", driver.Z{Score: float64(expires), Member: id})
			}
			_, err := pipe.Exec(t.Context())
			servertest.OK(t, err)
		},
		Left: func() int {
			n, err := client.ZCard(t.Context(), part+"expiry").Result()
			servertest.OK(t, err)
			return int(n)
		},
	}, func() *spec.SessionStore[device] {
		s, err := redis.OpenSessions[device](t.Context(), place.DSN, redis.WithPrefix(place.Name))
		servertest.OK(t, err)
		return s
	})
}

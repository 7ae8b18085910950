package subjects

import (
	"errors"
	"net/url"
	"reflect"
	"strconv"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/adapters/redis"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/spec"
)

// Redis returns the subject, and options, with which the suite judges adapters/redis on a
// Redis or Valkey server.
func Redis(server *containers.Server) (conformance.Subject, conformance.Options) {
	target := server.Target(nil)
	options := target.Options()
	options.Target = redisTarget{target}
	options.DriverError = isRedisError
	return conformance.NewSessionSubject(openRedis), options
}

// redisTarget is the suite's target, which the open function uses.
type redisTarget struct{ *containers.Target }

// isRedisError reports whether err comes from the server or the network.
func isRedisError(err error) bool {
	_, ok := errors.AsType[driver.Error](err)
	return ok || isNetworkError(err)
}

func openRedis(t conformance.TB, s conformance.Store, columns spec.Columns) spec.SessionAdapter {
	t.Helper()
	return OpenRedis(t, s, columns)
}

// OpenRedis opens an adapter for these columns on the target in the options that Redis
// returned. The caller closes it. The store is removed when t ends.
func OpenRedis(t conformance.TB, s conformance.Store, columns spec.Columns) *redis.Adapter {
	t.Helper()
	place := s.Target.(redisTarget).Open(t, s)
	u, err := url.Parse(place.DSN)
	if err != nil {
		t.Fatal(err)
	}
	if s.MaxConns > 0 {
		values := u.Query()
		values.Set("pool_size", strconv.Itoa(s.MaxConns))
		u.RawQuery = values.Encode()
	}
	a, err := redis.OpenAdapter(t.Context(), u.String(), columns, redis.WithPrefix(place.Name))
	if err != nil {
		t.Fatalf("opening the adapter: %v", err)
	}
	if find[driver.ClusterClient](reflect.ValueOf(a)) != nil {
		countInUse(t, s, a, func(c *driver.ClusterClient) int { return redisInUse(c.PoolStats()) })
	} else {
		countInUse(t, s, a, func(c *driver.Client) int { return redisInUse(c.PoolStats()) })
	}
	return a
}

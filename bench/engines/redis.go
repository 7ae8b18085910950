package engines

import (
	"context"
	"errors"
	"net/url"
	"strings"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/adapters/redis"
	"github.com/tenon-go/tenon/conformance/containers"
)

// Redis and Valkey keep only sessions. They are measured on standalone servers.
var (
	Redis  = redisEngine("redis", "Redis", containers.Redis, containers.RedisURL)
	Valkey = redisEngine("valkey", "Valkey", containers.Valkey, containers.ValkeyURL)
)

func redisEngine(name, title string, start func(context.Context, containers.RedisOptions) (*containers.Server, error), variable string) *Engine {
	return &Engine{
		Name: name, Title: title, Base: "go-redis", Slice: 25,
		Calls:    StoreCalls,
		variable: variable,
		start: func(ctx context.Context, dsn string) (*server, error) {
			s, err := start(ctx, containers.RedisOptions{URL: dsn})
			if err != nil {
				return nil, err
			}
			return startRedis(ctx, s)
		},
		fill:   fillRedis,
		growth: redisGrowth(),
		Competitors: []Competitor{
			{Name: "Tenon", About: "the store that `OpenSessions` returns", Open: openRedis},
			{Name: "go-redis", About: "a hash for each session, which expires; no list of a user's sessions, and an update that does not check that the session exists", Open: openGoRedis, Own: "go-redis", Load: loadHashes},
		},
	}
}

// The prefixes of all keys that bench creates.
const (
	redisPrefix = "tenon_bench"
	rawPrefix   = redisPrefix + "_raw:"
)

func openRedis(ctx context.Context, at *Place) (*Client, error) {
	s, err := redis.OpenSessions[Device](ctx, at.DSN, redis.WithPrefix(redisPrefix))
	if err != nil {
		return nil, err
	}
	if err := s.Migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return ofSessions(s), nil
}

// startRedis uses a server, whose database must be empty.
func startRedis(ctx context.Context, s *containers.Server) (*server, error) {
	in := &server{version: s.Version, dsn: s.DSN}
	in.pin = func(ctx context.Context, cpus string) error { return containers.Pin(ctx, s, cpus) }
	in.close = func() error { return errors.Join(onRedis(in.dsn, dropKeys), s.Close()) }
	err := onRedis(s.DSN, func(ctx context.Context, c *driver.Client) error {
		info, err := c.InfoMap(ctx, "cluster").Result()
		if err == nil && info["Cluster"]["cluster_enabled"] == "1" {
			err = errors.New("a Cluster is not measured: name a standalone server")
		}
		return errors.Join(err, dropKeys(ctx, c)) // what an earlier run left behind
	})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if u, err := url.Parse(s.DSN); err == nil && strings.HasPrefix(u.Scheme, "redis") {
		in.address = u.Host
		in.through = func(address string) string {
			at := *u
			at.Host = address
			return at.String()
		}
	}
	return in, nil
}

// onRedis opens a client, calls f with it and closes it.
func onRedis(dsn string, f func(context.Context, *driver.Client) error) error {
	c, err := connectRedis(dsn)
	if err != nil {
		return err
	}
	return errors.Join(f(context.Background(), c), c.Close())
}

func connectRedis(dsn string) (*driver.Client, error) {
	o, err := driver.ParseURL(dsn)
	if err != nil { // its text contains parts of the URL
		return nil, errors.New("the URL cannot be parsed")
	}
	o.DisableIdentity = true
	return driver.NewClient(o), nil
}

// dropKeys removes all keys that bench creates.
func dropKeys(ctx context.Context, c *driver.Client) error {
	for cursor := uint64(0); ; {
		keys, next, err := c.Scan(ctx, cursor, redisPrefix+"*", 1000).Result()
		if err == nil && len(keys) > 0 {
			err = c.Unlink(ctx, keys...).Err()
		}
		if err != nil || next == 0 {
			return err
		}
		cursor = next
	}
}

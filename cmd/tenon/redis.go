package main

import (
	"context"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
)

// redisModule is the Go driver.
const redisModule = "github.com/redis/go-redis/v9"

// redisAdapter judges redis.OpenSessions without options. The tests of package
// containers judge it on Clusters too.
func redisAdapter() adapter {
	return redisAdapterOn("redis", "sessions only: Redis 8",
		[]string{"redis", "rediss"}, containers.Redis)
}

// valkeyAdapter is redisAdapter on Valkey, which uses Redis URLs.
func valkeyAdapter() adapter {
	return redisAdapterOn("valkey", "sessions only: Valkey 8",
		[]string{}, containers.Valkey)
}

func redisAdapterOn(name, summary string, schemes []string, start func(context.Context, containers.RedisOptions) (*containers.Server, error)) adapter {
	subject, _ := subjects.Redis(new(containers.Server)) // the same for every server
	return adapter{
		name:    name,
		summary: summary,
		modules: []string{redisModule},
		schemes: schemes,
		subject: subject,
		sweeper: sweepsRedis(),
		start: func(ctx context.Context, dsn string) (*engine, error) {
			server, err := start(ctx, containers.RedisOptions{URL: dsn})
			if err != nil {
				return nil, err
			}
			_, options := subjects.Redis(server)
			return &engine{
				name: server.Engine, version: server.Version, deployment: server.Deployment, options: options, stop: server.Close,
			}, nil
		},
	}
}

package redis

import (
	"context"
	"strings"
	"sync"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/spec"
)

// server is what a server says about itself.
type server struct {
	engine, version string // "Redis", "8.0.2"
	cluster         bool   // it is part of a Cluster
	evicts          string // the policy by which it deletes what nobody has asked it to; or empty
}

// ask asks a server.
func ask(ctx context.Context, client driver.Cmdable) (server, error) {
	text, err := client.Info(ctx).Result()
	if err != nil {
		return server{}, classify(err, reads)
	}
	facts := map[string]string{}
	for line := range strings.Lines(text) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			facts[key] = value
		}
	}
	about := server{engine: "Redis", version: facts["redis_version"], cluster: facts["cluster_enabled"] == "1"}
	if version := facts["valkey_version"]; version != "" {
		about.engine, about.version = "Valkey", version // the other is the Redis that it is like
	}
	if policy := facts["maxmemory_policy"]; strings.HasPrefix(policy, "allkeys-") {
		about.evicts = policy
	}
	return about, nil
}

// Describe implements [spec.Describer].
func (a *Adapter) Describe(context.Context) (spec.Description, error) {
	return spec.Description{
		Name: name, Engine: a.server.engine, Version: a.server.version,
		Weaknesses: spec.Weaknesses{LosesWrites: true},
	}, nil
}

// Ping implements [spec.Pinger].
func (a *Adapter) Ping(ctx context.Context) error {
	return classify(a.client.Ping(ctx).Err(), reads)
}

// Migrate implements [spec.Migrator]: there is nothing to make.
func (a *Adapter) Migrate(context.Context) error { return nil }

// Check implements [spec.Migrator]. It refuses servers that may delete any key when
// their memory is full.
func (a *Adapter) Check(ctx context.Context) error {
	var mu sync.Mutex
	var policy string
	check := func(ctx context.Context, client *driver.Client) error {
		about, err := ask(ctx, client)
		mu.Lock()
		defer mu.Unlock()
		if about.evicts != "" {
			policy = about.evicts
		}
		return err
	}
	var err error
	switch c := a.client.(type) {
	case *driver.Client:
		err = check(ctx, c)
	case *driver.ClusterClient:
		err = classify(c.ForEachMaster(ctx, check), reads)
	}
	if err == nil && policy != "" {
		err = &spec.Error{Class: spec.ErrFailed, Detail: "maxmemory-policy is " + policy +
			", which deletes sessions that are in use: set noeviction"}
	}
	return err
}

package redis

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
)

// server has the properties that a server reports.
type server struct {
	engine, version string // "Redis", "8.0.2"
	cluster         bool   // it is part of a Cluster
	replica         bool   // it follows another server
	evicts          string // the maxmemory-policy, if it deletes keys that are in use; or empty
}

// ask returns the properties of a server that these sections of INFO contain, or all.
func ask(ctx context.Context, client driver.Cmdable, sections ...string) (server, error) {
	text, err := linger.Await(ctx, func() (string, error) { return client.Info(ctx, sections...).Result() })
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
		about.engine, about.version = "Valkey", version // redis_version is that of the Redis with which it is compatible
	}
	about.replica = facts["role"] == "slave"
	if policy := facts["maxmemory_policy"]; strings.HasPrefix(policy, "allkeys-") {
		about.evicts = policy
	}
	return about, nil
}

// serving returns an error if the server must not be used. A ClusterClient finds the
// primaries of a Cluster itself.
func (s server) serving() error {
	if s.replica && !s.cluster {
		return &spec.Error{Class: spec.ErrUnavailable,
			Detail: "the server is a replica, which may miss what was acknowledged: name the primary"}
	}
	return nil
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
	if !a.inCluster() {
		about, err := ask(ctx, a.client, "replication")
		if err != nil {
			return err
		}
		return about.serving()
	}
	_, err := linger.Await(ctx, func() (string, error) { return a.client.Ping(ctx).Result() })
	return classify(err, reads)
}

// layoutKey is the key with the store's number of parts. An adapter with another number
// would not find the store's sessions.
func (a *Adapter) layoutKey() string { return a.part(0) + "layout" }

func (a *Adapter) layout() string { return strconv.FormatUint(uint64(a.shards), 10) }

// Migrate implements [spec.Migrator]. It only records the store's layout.
func (a *Adapter) Migrate(ctx context.Context) error {
	_, err := linger.Await(ctx, func() (bool, error) { return a.client.SetNX(ctx, a.layoutKey(), a.layout(), 0).Result() })
	if err != nil {
		return classify(err, writes)
	}
	return a.checkLayout(ctx)
}

func (a *Adapter) checkLayout(ctx context.Context) error {
	found, err := linger.Await(ctx, func() (string, error) { return a.client.Get(ctx, a.layoutKey()).Result() })
	switch {
	case errors.Is(err, driver.Nil):
		return &spec.Error{Class: spec.ErrFailed, Detail: "the store is not made yet: call Migrate"}
	case err != nil:
		return classify(err, reads)
	case found != a.layout():
		return &spec.Error{Class: spec.ErrFailed, Detail: "the store was made outside of a Cluster, and this is one, or the other way round"}
	}
	return nil
}

// Check implements [spec.Migrator]. It refuses a replica, a server that can delete any key
// when its memory is full, and a store that was created with another layout.
func (a *Adapter) Check(ctx context.Context) error {
	if err := a.Ping(ctx); err != nil {
		return err
	}
	if err := a.checkLayout(ctx); err != nil {
		return err
	}
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
		err = linger.AwaitError(ctx, func() error { return c.ForEachMaster(ctx, check) })
		err = classify(err, reads)
	}
	if err == nil && policy != "" {
		err = &spec.Error{Class: spec.ErrFailed, Detail: "maxmemory-policy is " + policy +
			", which deletes sessions that are in use: set noeviction"}
	}
	return err
}

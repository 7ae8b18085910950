package redis

import (
	"context"
	"strings"

	driver "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/tenon-go/tenon/adapters/internal/pool"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// name is the name of the adapter in errors.
const name = "redis"

// Option is an option of a constructor of this package.
type Option func(*options)

type options struct {
	prefix string
	conns  pool.Size
}

// WithPrefix sets the prefix of all keys. The default is "tenon". Stores with
// different prefixes do not see each other's sessions. The prefix must not contain
// braces, which have a meaning in a Cluster.
func WithPrefix(prefix string) Option {
	return func(o *options) { o.prefix = prefix }
}

// WithMaxConns limits the connections of [OpenSessions] to each server. It overrides the
// URL's pool_size, whose default is ten per processor. If all connections are in use, a
// call waits for the URL's pool_timeout, and then fails with spec.ErrUnavailable. With
// [NewSessions] the option is spec.ErrInvalid: set the limit on the client.
func WithMaxConns(n int) Option {
	return func(o *options) { o.conns = pool.Of(n) }
}

func collect(list []Option) options {
	o := options{prefix: "tenon"}
	for _, set := range list {
		set(&o)
	}
	return o
}

// OpenSessions opens a store of sessions on the server that url names:
// "redis://user:password@host:6379/0", with go-redis's parameters. For a Cluster, the
// URL names any node, and can name more nodes in parameters "addr". The caller closes
// the store.
func OpenSessions[S any](ctx context.Context, url string, options ...Option) (*spec.SessionStore[S], error) {
	return spec.NewSessionStore[S](name, func(columns spec.Columns) (spec.SessionAdapter, error) {
		return OpenAdapter(ctx, url, columns, options...)
	})
}

// NewSessions returns a store of sessions on a client: a *redis.ClusterClient if the
// server is part of a Cluster, and a *redis.Client otherwise. The caller closes the
// store, and then the client. The client's retries apply only to reads: a write is sent
// once. A client that reads from replicas, or from a cache of its own, is spec.ErrInvalid,
// and one that leads to a replica is spec.ErrUnavailable.
func NewSessions[S any](ctx context.Context, client driver.UniversalClient, options ...Option) (*spec.SessionStore[S], error) {
	return spec.NewSessionStore[S](name, func(columns spec.Columns) (spec.SessionAdapter, error) {
		return NewAdapter(ctx, client, columns, options...)
	})
}

// OpenAdapter opens the adapter of the store that [OpenSessions] returns. It takes columns
// instead of a Go type. The caller closes the adapter.
func OpenAdapter(ctx context.Context, url string, columns spec.Columns, options ...Option) (*Adapter, error) {
	o := collect(options)
	if err := o.conns.CheckOwn(); err != nil {
		return nil, invalid(err.Error(), err)
	}
	client, err := connect(ctx, url, o.conns)
	if err != nil {
		return nil, err
	}
	a, err := newAdapter(ctx, client, columns, o)
	if err != nil {
		client.Close() // it has no connection, or a failed one
		return nil, err
	}
	a.owned = true
	return a, nil
}

// connect returns a client for the server, or for the Cluster that it is part of.
func connect(ctx context.Context, url string, conns pool.Size) (driver.UniversalClient, error) {
	cluster, err := driver.ParseClusterURL(url)
	if err != nil {
		return nil, invalid("the URL cannot be used", err) // its text can contain the password
	}
	cluster.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	cluster.DisableIdentity = true
	if len(cluster.Addrs) == 1 {
		single, err := driver.ParseURL(url)
		if err != nil {
			return nil, invalid("the URL cannot be used", err)
		}
		single.MaintNotificationsConfig = cluster.MaintNotificationsConfig
		single.DisableIdentity = true
		if n := conns.Or(0); n > 0 {
			single.PoolSize, single.PipelinePoolSize = n, noPipelinePool
		}
		client := driver.NewClient(single)
		about, err := ask(ctx, client)
		if err != nil {
			client.Close()
			return nil, err
		}
		if !about.cluster {
			return client, nil
		}
		client.Close()
	}
	if n := conns.Or(0); n > 0 {
		cluster.PoolSize, cluster.PipelinePoolSize = n, noPipelinePool
	}
	return driver.NewClusterClient(cluster), nil
}

// noPipelinePool makes the client send pipelines on its ordinary connections.
const noPipelinePool = -1

// NewAdapter returns the adapter of the store that [NewSessions] returns. It takes columns
// instead of a Go type.
func NewAdapter(ctx context.Context, client driver.UniversalClient, columns spec.Columns, options ...Option) (*Adapter, error) {
	o := collect(options)
	if err := o.conns.CheckGiven(); err != nil {
		return nil, invalid(err.Error(), err)
	}
	return newAdapter(ctx, client, columns, o)
}

// newAdapter returns an adapter on a client. It asks the server for its engine, version
// and settings.
func newAdapter(ctx context.Context, client driver.UniversalClient, columns spec.Columns, o options) (*Adapter, error) {
	if strings.ContainsAny(o.prefix, "{}") {
		return nil, invalid("a prefix has no braces", nil)
	}
	if columns.Users != nil {
		return nil, invalid("it keeps only sessions; adapters/split keeps users elsewhere", nil)
	}
	a := &Adapter{client: client, keys: keys{prefix: o.prefix, shards: 1}, attributes: columns.Sessions}
	switch c := client.(type) {
	case *driver.Client:
		if o := c.Options(); o.ClientSideCache != nil || o.ClientSideCacheConfig != nil {
			return nil, invalid("the client has a cache, which may be behind: set neither ClientSideCache nor ClientSideCacheConfig", nil)
		}
	case *driver.ClusterClient:
		if c.Options().ReadOnly {
			return nil, invalid("the client may read from replicas, which may be behind: set neither ReadOnly nor a RouteBy option", nil)
		}
		a.shards = clusterShards
	default:
		return nil, invalid("the client is neither a *redis.Client nor a *redis.ClusterClient", nil)
	}
	var err error
	if a.server, err = ask(ctx, client); err != nil {
		return nil, err
	}
	if err := a.server.serving(); err != nil {
		return nil, err
	}
	if a.server.cluster != a.inCluster() {
		return nil, invalid("a *redis.ClusterClient is for Clusters, and a *redis.Client is not", nil)
	}
	for place, f := range columns.Sessions {
		if f.Unique {
			a.unique = append(a.unique, place)
		}
	}
	if a.inCluster() && a.unique != nil {
		return nil, invalid("attribute "+columns.Sessions[a.unique[0]].Name+": in a Cluster no attribute of sessions can be unique", nil)
	}
	return a, nil
}

// invalid returns the error for arguments with which no adapter can be opened.
func invalid(detail string, cause error) error {
	return &spec.Error{Class: spec.ErrInvalid, Detail: detail, Cause: cause}
}

// Adapter is the adapter behind the stores of [OpenSessions] and [NewSessions]. It
// implements [spec.SessionAdapter], [spec.Migrator], [spec.Pinger], [spec.Describer],
// [spec.RowReuser] and io.Closer. [OpenAdapter] and [NewAdapter] return one.
type Adapter struct {
	client driver.UniversalClient
	owned  bool // Close closes the client
	server server
	keys
	attributes []attr.Field
	unique     []int // the indexes of unique attributes; empty in a Cluster
}

// ReusesRows implements [spec.RowReuser]: the calling goroutine fills rows before the
// method returns.
func (*Adapter) ReusesRows() {}

// Close closes the client if the adapter opened it.
func (a *Adapter) Close() error {
	if !a.owned {
		return nil
	}
	return a.client.Close()
}

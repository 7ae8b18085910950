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

// Option changes how an adapter is made.
type Option func(*options)

type options struct {
	prefix string
	conns  pool.Size
}

// WithPrefix sets what the names of all keys begin with, which is otherwise
// "tenon". Stores of different prefixes do not see one another. It has no braces,
// which mean something in a Cluster.
func WithPrefix(prefix string) Option {
	return func(o *options) { o.prefix = prefix }
}

// WithMaxConns sets how many connections to each server [OpenSessions] may have at
// once, in place of the URL's pool_size, which is otherwise ten for each processor. A
// call that finds all of them in use waits for as long as the URL's pool_timeout says,
// and is then spec.ErrUnavailable. With [NewSessions] it is spec.ErrInvalid: the limit
// is that of the client.
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

// OpenSessions opens a store for sessions alone on the server, or the Cluster, that
// url names: "redis://user:password@host:6379/0", with go-redis' parameters; of a
// Cluster any node, and more of them in parameters "addr". The caller closes the
// store.
func OpenSessions[S any](ctx context.Context, url string, options ...Option) (*spec.SessionStore[S], error) {
	return spec.NewSessionStore[S](name, func(columns spec.Columns) (spec.SessionAdapter, error) {
		return OpenAdapter(ctx, url, columns, options...)
	})
}

// NewSessions returns a store for sessions alone on a client, a *redis.Client, or a
// *redis.ClusterClient if the server is part of a Cluster. The caller keeps the
// client and closes it after the store. How often the client tries again matters to
// reads only: what writes is sent once.
func NewSessions[S any](ctx context.Context, client driver.UniversalClient, options ...Option) (*spec.SessionStore[S], error) {
	return spec.NewSessionStore[S](name, func(columns spec.Columns) (spec.SessionAdapter, error) {
		return NewAdapter(ctx, client, columns, options...)
	})
}

// OpenAdapter is what [OpenSessions] puts a front on. It needs no types in Go. The
// caller closes the adapter.
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
		client.Close() // it has no connection, or one that failed
		return nil, err
	}
	a.owned = true
	return a, nil
}

// connect returns a client for the server, or for the Cluster that it is part of.
func connect(ctx context.Context, url string, conns pool.Size) (driver.UniversalClient, error) {
	cluster, err := driver.ParseClusterURL(url)
	if err != nil {
		return nil, invalid("the URL cannot be used", err) // its text may hold the password
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

// noPipelinePool has the client send pipelines on its other connections.
const noPipelinePool = -1

// NewAdapter is to [NewSessions] what [OpenAdapter] is to [OpenSessions].
func NewAdapter(ctx context.Context, client driver.UniversalClient, columns spec.Columns, options ...Option) (*Adapter, error) {
	o := collect(options)
	if err := o.conns.CheckGiven(); err != nil {
		return nil, invalid(err.Error(), err)
	}
	return newAdapter(ctx, client, columns, o)
}

// newAdapter returns an adapter on a client after asking its server what it is.
func newAdapter(ctx context.Context, client driver.UniversalClient, columns spec.Columns, o options) (*Adapter, error) {
	if strings.ContainsAny(o.prefix, "{}") {
		return nil, invalid("a prefix has no braces", nil)
	}
	if columns.Users != nil {
		return nil, invalid("it keeps sessions alone; adapters/split keeps users elsewhere", nil)
	}
	a := &Adapter{client: client, keys: keys{prefix: o.prefix, shards: 1}, attributes: columns.Sessions}
	switch c := client.(type) {
	case *driver.Client:
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

// invalid returns the error of an adapter that cannot be opened as it is asked to.
func invalid(detail string, cause error) error {
	return &spec.Error{Class: spec.ErrInvalid, Detail: detail, Cause: cause}
}

// Adapter is what the stores of [OpenSessions] and [NewSessions] are made of. Its
// methods are those of [spec.SessionAdapter], [spec.Migrator], [spec.Pinger],
// [spec.Describer], [spec.RowReuser] and io.Closer. It is made by [OpenAdapter] and
// [NewAdapter].
type Adapter struct {
	client driver.UniversalClient
	owned  bool // Close closes the client
	server server
	keys
	attributes []attr.Field
	unique     []int // the places of unique attributes; none in a Cluster
}

// ReusesRows implements [spec.RowReuser]: rows are filled by the goroutine that
// calls, before the method returns.
func (*Adapter) ReusesRows() {}

// Close closes the client, if the adapter has opened it.
func (a *Adapter) Close() error {
	if !a.owned {
		return nil
	}
	return a.client.Close()
}

package containers

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
)

// The environment variables with the URLs of running servers.
const (
	RedisURL  = "TENON_REDIS_URL"
	ValkeyURL = "TENON_VALKEY_URL"
)

// RedisOptions describes a Redis or Valkey server. The zero value is the server that
// TENON_REDIS_URL or TENON_VALKEY_URL names, or else a standalone one of version 8.
type RedisOptions struct {
	// Version is the version to start in a container: "8" (the default). It is
	// ignored for a running server.
	Version string

	// Nodes is the number of nodes of the Cluster, all in one container. 0 means a
	// standalone server. It is ignored for a running server.
	Nodes int

	// URL names a running server, or a node of a running Cluster. The default is the
	// environment variable. If that is empty too, a container is started.
	URL string

	// AnyDatabase allows a database that is not empty.
	AnyDatabase bool
}

// redisFamily has the differences between Redis and Valkey.
type redisFamily struct{ engine, name, image, variable string }

var (
	redisItself = redisFamily{"Redis", "redis", "redis", RedisURL}
	valkey      = redisFamily{"Valkey", "valkey", "valkey/valkey", ValkeyURL}
)

func (o RedisOptions) complete(f redisFamily) RedisOptions {
	o.URL = cmp.Or(o.URL, os.Getenv(f.variable))
	o.Version = cmp.Or(o.Version, "8")
	if o.URL != "" {
		o.Version, o.Nodes = "", 0 // those of the running server
	}
	return o
}

// Redis starts a Redis server in a container, or connects to a running one. If this
// machine cannot start containers, or does not have the image, the error is a
// [*MissingError]. The caller closes the server.
func Redis(ctx context.Context, o RedisOptions) (*Server, error) {
	return startRedis(ctx, redisItself, o)
}

// Valkey is [Redis] for Valkey.
func Valkey(ctx context.Context, o RedisOptions) (*Server, error) { return startRedis(ctx, valkey, o) }

func startRedis(ctx context.Context, f redisFamily, o RedisOptions) (*Server, error) {
	o = o.complete(f)
	if o.URL != "" {
		return callRunning(connectRedis(ctx, f, o.URL, o.AnyDatabase))
	}
	image, variable := chooseImage(f.image, o.Version, f.name, o.Version)
	if err := prepare(ctx, image, variable, f.variable); err != nil {
		return nil, err
	}
	password := rand.Text()
	c, addresses, err := runRedis(ctx, image, f.name+"-server", password, o.Nodes)
	if err != nil {
		return nil, abandon(image, err, c)
	}
	s, err := connectRedis(ctx, f, redisURL(addresses, url.UserPassword("", password), "", nil), false)
	if err != nil {
		return nil, abandon(image, err, c)
	}
	s.container, s.Deployment = c, oneContainer
	if o.Nodes > 0 {
		s.Deployment = fmt.Sprintf("a Cluster of %d in a container", o.Nodes)
	}
	s.closers = append(s.closers, func() error { return remove(c) })
	return s, nil
}

// redisReady is logged by a server that accepts connections.
const redisReady = "Ready to accept connections"

// runRedis starts a container with a server, or with this number of nodes of a Cluster.
// The servers do not persist their data.
func runRedis(ctx context.Context, image, program, password string, nodes int) (testcontainers.Container, []string, error) {
	if nodes == 0 {
		c, err := testcontainers.Run(ctx, image,
			testcontainers.WithCmd(program, "--requirepass", password, "--save", "", "--appendonly", "no"),
			published("6379/tcp"),
			waitFor(waitForLine(redisReady)),
			testcontainers.WithLogger(log.NewNoopLogger()))
		if err != nil {
			return c, nil, err
		}
		address, err := reach(ctx, c, "6379/tcp")
		return c, []string{address}, err
	}
	c, ports, err := onFreePorts(nodes, func(ports []string) (testcontainers.Container, error) {
		return runRedisNodes(ctx, image, program, password, ports)
	})
	if err != nil {
		return c, nil, err
	}
	addresses, err := reachEach(ctx, c, ports)
	if err != nil {
		return c, nil, err
	}
	return c, addresses, joinCluster(ctx, addresses, password)
}

// runRedisNodes starts a container with a node of a Cluster on each port.
func runRedisNodes(ctx context.Context, image, program, password string, ports []string) (testcontainers.Container, error) {
	var script strings.Builder
	exposed, bound := make([]string, len(ports)), network.PortMap{}
	for i, port := range ports {
		fmt.Fprintf(&script, "mkdir -p /data/%[1]s && (cd /data/%[1]s && exec %[2]s --port %[1]s --requirepass %[3]s --masterauth %[3]s --save '' --appendonly no"+
			" --cluster-enabled yes --cluster-node-timeout 20000) & ", port, program, password)
		exposed[i] = port + "/tcp"
		bound[network.MustParsePort(exposed[i])] = bindLoopback(port)
	}
	return testcontainers.Run(ctx, image,
		testcontainers.WithEntrypoint("bash", "-c"),
		testcontainers.WithCmd(script.String()+"wait"),
		testcontainers.WithExposedPorts(exposed...),
		testcontainers.WithHostConfigModifier(func(h *container.HostConfig) {
			h.Tmpfs, h.PortBindings = map[string]string{"/data": ""}, bound
		}),
		waitFor(waitForLine(redisReady).WithOccurrence(len(ports))),
		testcontainers.WithLogger(log.NewNoopLogger()))
}

// joinCluster makes the servers form a Cluster, and waits until each node serves.
func joinCluster(ctx context.Context, addresses []string, password string) error {
	const slots = 16384
	nodes := make([]*redis.Client, len(addresses))
	for i, address := range addresses {
		nodes[i] = redis.NewClient(redisSettings(&redis.Options{Addr: address, Password: password}))
		defer nodes[i].Close()
	}
	host, port, err := net.SplitHostPort(addresses[0])
	if err != nil {
		return err
	}
	for i, node := range nodes {
		// Clients follow the addresses that nodes announce. All nodes are in one container.
		if err := node.ConfigSet(ctx, "cluster-announce-ip", host).Err(); err != nil {
			return err
		}
		if err := node.ClusterAddSlotsRange(ctx, i*slots/len(nodes), (i+1)*slots/len(nodes)-1).Err(); err != nil {
			return err
		}
		// Otherwise nodes see each other as primaries of the same epoch, and agree later.
		if err := node.Do(ctx, "cluster", "set-config-epoch", i+1).Err(); err != nil {
			return err
		}
		if i > 0 {
			if err := node.ClusterMeet(ctx, host, port).Err(); err != nil {
				return err
			}
		}
	}
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for _, node := range nodes {
		for ; ; <-look.C {
			info, err := node.ClusterInfo(ctx).Result()
			if err != nil {
				return err
			}
			if strings.Contains(info, "cluster_state:ok") && strings.Contains(info, fmt.Sprintf("cluster_known_nodes:%d\r", len(nodes))) {
				break
			}
		}
	}
	return nil
}

// redisSettings sets the options that all clients of this package share.
func redisSettings(o *redis.Options) *redis.Options {
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	o.DisableIdentity = true
	return o
}

// connectRedis connects to a server and finds out its version. It refuses a server whose
// database is not empty: databases have no names that could mark them as tests'. It
// writes nothing.
func connectRedis(ctx context.Context, f redisFamily, dsn string, allowed bool) (*Server, error) {
	r, err := newRedisServer(dsn)
	if err != nil {
		return nil, fmt.Errorf("containers: the URL of the %s cannot be used", f.engine) // the error's text can contain the password
	}
	version, err := r.survey(ctx)
	if err == nil && !allowed && os.Getenv(anyDatabase) != "1" {
		err = r.wantEmpty(ctx)
	}
	if err != nil {
		r.admin.Close()
		return nil, fmt.Errorf("containers: asking the %s: %w", f.engine, err)
	}
	return &Server{
		Engine: f.engine, Version: version, DSN: dsn, engine: r,
		closers: []func() error{r.admin.Close},
	}, nil
}

// wantEmpty returns an error if the database has keys.
func (r *redisServer) wantEmpty(ctx context.Context) error {
	n, err := r.admin.DBSize(ctx).Result()
	if err != nil {
		return err
	}
	if n > 0 {
		return fmt.Errorf("the database has keys, so it does not look like a test's: use an empty one, or set %s=1", anyDatabase)
	}
	return nil
}

// survey returns the server's version. Of a Cluster it records the addresses of the
// primaries.
func (r *redisServer) survey(ctx context.Context) (version string, err error) {
	text, err := r.admin.Info(ctx).Result()
	if err != nil {
		return "", err
	}
	facts := map[string]string{}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		facts[key] = value
	}
	version = cmp.Or(facts["valkey_version"], facts["redis_version"])
	if version == "" {
		return "", errors.New("it does not report its version")
	}
	r.cluster = facts["cluster_enabled"] == "1"
	if !r.cluster {
		return version, nil
	}
	shards, err := r.admin.ClusterShards(ctx).Result()
	if err != nil {
		return "", err
	}
	for _, shard := range shards {
		for _, node := range shard.Nodes {
			address := net.JoinHostPort(node.Endpoint, strconv.FormatInt(node.Port, 10))
			if node.Role == "master" && !slices.Contains(r.addresses, address) {
				r.addresses = append(r.addresses, address)
			}
		}
	}
	return version, nil
}

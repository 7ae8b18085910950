package containers

import (
	"context"
	"crypto/tls"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/conformance/containers/internal/proxy"
)

// redisServer implements engine: a store's place is the keys whose names begin with
// its name and a colon.
type redisServer struct {
	settings  *redis.Options
	addresses []string // of the server, or of the Cluster's primaries
	cluster   bool
	admin     *redis.Client // past any proxy
}

func newRedisServer(dsn string) (*redisServer, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, err
	}
	query := u.Query()
	addresses := append([]string{u.Host}, query["addr"]...)
	query.Del("addr")
	u.RawQuery = query.Encode()
	settings, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, err
	}
	addresses[0] = settings.Addr
	return &redisServer{settings: settings, addresses: addresses, admin: redis.NewClient(redisSettings(settings))}, nil
}

func (r *redisServer) protocol() proxy.Protocol { return new(proxy.Redis) }

// create has nothing to do: keys come into being with their values.
func (r *redisServer) create(context.Context, string) error { return nil }

func (r *redisServer) drop(ctx context.Context, name string) error {
	for _, address := range r.addresses {
		if err := r.dropAt(ctx, address, name); err != nil {
			return err
		}
	}
	return nil
}

// damage removes all keys. A store without sessions has only one key, the description of
// its layout.
func (r *redisServer) damage(ctx context.Context, name string) error { return r.drop(ctx, name) }

// dropAt removes a store's keys from one server.
func (r *redisServer) dropAt(ctx context.Context, address, name string) error {
	node := r.admin
	if address != r.settings.Addr {
		settings := *r.settings
		settings.Addr = address
		node = redis.NewClient(&settings)
		defer node.Close()
	}
	keys := node.Scan(ctx, 0, name+":*", 1000).Iterator()
	pipe := node.Pipeline()
	for keys.Next(ctx) {
		pipe.Unlink(ctx, keys.Val())
	}
	if err := keys.Err(); err != nil {
		return err
	}
	_, err := pipe.Exec(ctx)
	return err
}

func (r *redisServer) direct() string {
	if r.settings.TLSConfig != nil || r.settings.Network == "unix" {
		return ""
	}
	return r.settings.Addr
}

// dial encrypts the connection itself, if necessary, since the proxy has to read the
// traffic.
func (r *redisServer) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	if r.settings.TLSConfig == nil {
		return d.DialContext(ctx, r.settings.Network, r.settings.Addr)
	}
	return (&tls.Dialer{NetDialer: &d, Config: r.settings.TLSConfig}).DialContext(ctx, r.settings.Network, r.settings.Addr)
}

// unproxied returns the reason why clients of a Cluster do not connect through the proxy.
func (r *redisServer) unproxied() string {
	if !r.cluster {
		return ""
	}
	return "clients of a Cluster connect to its nodes without the proxy; a standalone server is judged through it"
}

func (r *redisServer) dsn(address string, parameters url.Values, _ bool) string {
	addresses := []string{address}
	if r.cluster {
		addresses = r.addresses
	}
	user := url.UserPassword(r.settings.Username, r.settings.Password)
	if r.settings.Username == "" && r.settings.Password == "" {
		user = nil
	}
	database := ""
	if r.settings.DB != 0 {
		database = strconv.Itoa(r.settings.DB)
	}
	return redisURL(addresses, user, database, parameters)
}

// redisURL returns the URL of a server, or of the nodes of a Cluster.
func redisURL(addresses []string, user *url.Userinfo, database string, parameters url.Values) string {
	values := url.Values{}
	for name, list := range parameters {
		values[name] = list
	}
	values["addr"] = addresses[1:]
	u := url.URL{Scheme: "redis", User: user, Host: addresses[0], Path: strings.TrimSuffix("/"+database, "/"), RawQuery: values.Encode()}
	return u.String()
}

package containers

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/tenon-go/tenon/conformance/containers/internal/proxy"
)

// mongoDeployment implements engine: a store's place is the collections whose
// names begin with its name and an underscore. (A database takes a tenth of
// a second to drop.)
type mongoDeployment struct {
	uri     *connstring.ConnString // of the database
	tls     *tls.Config
	client  *mongo.Client // past any proxy
	address string        // where stores' proxies connect to
	members int           // of the replica set; 0: it is not a replica set
}

// survey returns the deployment's version, and records its members.
func (m *mongoDeployment) survey(ctx context.Context) (version string, err error) {
	admin := m.client.Database("admin")
	hello, err := admin.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Raw()
	if err != nil {
		return "", err
	}
	m.address = m.uri.Hosts[0]
	if primary, ok := hello.Lookup("me").StringValueOK(); ok && !m.uri.DirectConnection {
		m.address = primary
	}
	if hosts, ok := hello.Lookup("hosts").ArrayOK(); ok {
		values, err := hosts.Values()
		if err != nil {
			return "", err
		}
		m.members = len(values)
	}
	info, err := admin.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Raw()
	if err != nil {
		return "", err
	}
	version, ok := info.Lookup("version").StringValueOK()
	if !ok {
		return "", errors.New("it does not report its version")
	}
	return version, nil
}

func (m *mongoDeployment) protocol() proxy.Protocol { return proxy.NewMongo() }

// create has nothing to do: an adapter creates its collections.
func (m *mongoDeployment) create(context.Context, string) error { return nil }

func (m *mongoDeployment) drop(ctx context.Context, name string) error {
	list, err := m.collections(ctx, name)
	for _, collection := range list {
		err = errors.Join(err, collection.Drop(ctx))
	}
	return err
}

func (m *mongoDeployment) damage(ctx context.Context, name string) error {
	list, err := m.collections(ctx, name)
	switch {
	case err != nil:
		return err
	case len(list) == 0:
		return errors.New("it has no collections")
	}
	return list[0].Drop(ctx)
}

// collections returns the collections of a store, sorted by name.
func (m *mongoDeployment) collections(ctx context.Context, name string) ([]*mongo.Collection, error) {
	db := m.client.Database(m.uri.Database)
	filter := bson.D{{Key: "name", Value: bson.Regex{Pattern: "^" + regexp.QuoteMeta(name) + "_"}}}
	names, err := db.ListCollectionNames(ctx, filter)
	var list []*mongo.Collection
	for _, collection := range slices.Sorted(slices.Values(names)) {
		list = append(list, db.Collection(collection))
	}
	return list, err
}

func (m *mongoDeployment) direct() string {
	if m.tls != nil {
		return ""
	}
	return m.address
}

// dial encrypts the connection itself, if necessary, since the proxy has to read the
// traffic.
func (m *mongoDeployment) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	address := m.address
	if _, _, err := net.SplitHostPort(address); err != nil {
		address = net.JoinHostPort(address, "27017")
	}
	if m.tls == nil {
		return d.DialContext(ctx, "tcp", address)
	}
	return (&tls.Dialer{NetDialer: &d, Config: m.tls}).DialContext(ctx, "tcp", address)
}

// unproxied returns the reason why clients of a replica set of several members do not
// connect through the proxy.
func (m *mongoDeployment) unproxied() string {
	if m.members < 2 {
		return ""
	}
	return "clients of a replica set connect to its members without the proxy; a replica set of one is judged through it"
}

// dsn returns a URI for the single server behind the proxy. The driver does not look
// for other members. With cut, it gives up on the server after two seconds instead of
// thirty, which still is long enough for an answer on a busy machine.
func (m *mongoDeployment) dsn(address string, parameters url.Values, cut bool) string {
	values := url.Values{"serverMonitoringMode": {"poll"}} // saves a connection for each store
	u := url.URL{Scheme: "mongodb", Host: address, Path: "/" + m.uri.Database}
	if m.unproxied() == "" {
		values.Set("directConnection", "true")
	} else {
		values.Set("replicaSet", m.uri.ReplicaSet)
		u.Host = strings.Join(m.uri.Hosts, ",")
		if m.tls != nil {
			values.Set("tls", "true")
		}
	}
	if cut {
		values.Set("serverSelectionTimeoutMS", "2000")
	}
	if m.uri.UsernameSet {
		u.User = url.UserPassword(m.uri.Username, m.uri.Password)
		values.Set("authSource", m.uri.AuthSource)
	}
	for name := range parameters {
		values.Set(name, parameters.Get(name))
	}
	u.RawQuery = values.Encode()
	return u.String()
}

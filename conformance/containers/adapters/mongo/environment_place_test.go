package mongo_test

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
	"github.com/tenon-go/tenon/internal/program"
)

// spot is a pair of collections of a try's own, which are not made yet, in
// a database of a server.
type spot struct {
	t               testing.TB
	db              *driver.Database
	users, sessions *driver.Collection
}

func newSpot(t testing.TB, db *driver.Database) *spot {
	t.Helper()
	name := "t" + strings.ToLower(rand.Text()[:10])
	p := &spot{t, db, db.Collection(name + "_users"), db.Collection(name + "_sessions")}
	t.Cleanup(func() {
		ctx, cancel := environmenttest.Limit(context.WithoutCancel(t.Context()), patience)
		defer cancel()
		for _, c := range []*driver.Collection{p.users, p.sessions} {
			if err := c.Drop(ctx); err != nil {
				t.Logf("dropping what was made: %v", err) // its server may have been made to refuse it, and goes
			}
		}
	})
	return p
}

func (p *spot) collections() mongo.Option {
	return mongo.WithCollections(p.users.Name(), p.sessions.Name())
}

// plain is a handle without a setting.
func (p *spot) plain() *rich {
	p.t.Helper()
	a, err := p.on(p.db)
	servertest.OK(p.t, err)
	return a
}

// on is a handle by [mongo.New].
func (p *spot) on(db *driver.Database) (*rich, error) {
	a, err := mongo.New[program.User, program.Session](p.t.Context(), db, p.collections())
	if err == nil {
		p.t.Cleanup(func() { a.Close() })
	}
	return a, err
}

// open is a handle by [mongo.Open].
func (p *spot) open(uri string) (*rich, error) {
	a, err := mongo.Open[program.User, program.Session](p.t.Context(), uri, p.collections())
	if err == nil {
		p.t.Cleanup(func() { a.Close() })
	}
	return a, err
}

// with returns a URI with more parameters.
func with(t testing.TB, uri string, parameters url.Values) *url.URL {
	t.Helper()
	u, err := url.Parse(uri)
	servertest.OK(t, err)
	values := u.Query()
	for name, list := range parameters {
		values[name] = list
	}
	u.RawQuery = values.Encode()
	return u
}

func addressesOf(t testing.TB, s *containers.Server) []string {
	t.Helper()
	parsed, err := connstring.ParseAndValidate(s.DSN)
	servertest.OK(t, err)
	return parsed.Hosts
}

// start starts a server for a try, which ends it.
func (s *stage) start(t testing.TB, arguments ...string) (*containers.Server, string, error) {
	t.Helper()
	var address string
	select {
	case address = <-s.addresses:
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
	ctx, cancel := environmenttest.Limit(t.Context(), patience) // some run and never answer
	defer cancel()
	server, err := containers.StartMongo(ctx, s.host, address, s.members > 0, arguments...)
	t.Cleanup(func() {
		if server != nil {
			servertest.OK(t, server.Close())
		}
		s.addresses <- address
	})
	return server, address, err
}

// ownServer is a server that is changed for one try at a time.
type ownServer struct {
	stage   *stage
	mu      sync.Mutex // of the try
	server  *containers.Server
	address string
	db      *driver.Database
}

// common are the arguments of servers of our own: as those that tests share.
var common = []string{"--wiredTigerCacheSizeGB", "0.25"}

// use starts the server unless it runs. It belongs to the caller until release
// is called: with spoilt, no one uses it any more.
func (o *ownServer) use(t testing.TB) (db *driver.Database, release func(spoilt bool)) {
	t.Helper()
	o.mu.Lock()
	if o.server == nil {
		var err error
		select {
		case o.address = <-o.stage.addresses:
		case <-t.Context().Done():
			o.mu.Unlock()
			t.Fatal(t.Context().Err())
		}
		o.server, err = containers.StartMongo(t.Context(), o.stage.host, o.address, o.stage.members > 0,
			append(common, "--setParameter", "enableTestCommands=1")...)
		if err == nil {
			var client *driver.Client
			if client, err = driver.Connect(options.Client().ApplyURI(o.server.DSN)); err == nil {
				o.db = client.Database("tenon_test")
			}
		}
		if err != nil {
			o.close()
			o.mu.Unlock()
			t.Fatal(err)
		}
	}
	return o.db, func(spoilt bool) {
		if spoilt {
			o.close()
		}
		o.mu.Unlock()
	}
}

func (o *ownServer) close() {
	if o.db != nil {
		o.db.Client().Disconnect(context.Background())
	}
	if o.server != nil {
		o.server.Close()
	}
	if o.address != "" {
		o.stage.addresses <- o.address
	}
	o.db, o.server, o.address = nil, nil, ""
}

func (o *ownServer) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.close()
}

// adminCommand runs a command on the database admin.
func adminCommand(t testing.TB, db *driver.Database, c bson.D) (bson.Raw, error) {
	t.Helper()
	return db.Client().Database("admin").RunCommand(t.Context(), c).Raw()
}

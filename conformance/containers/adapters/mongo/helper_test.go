package mongo_test

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// Person and Device are attributes for the tests of MongoDB's peculiarities.
type Person struct {
	Email string `db:"email,unique,max=254"`
	Name  string
	Age   *int64 `db:"age,unique"`
}

type Device struct {
	Name string `db:"name,max=40"`
}

type adapter = spec.Store[Person, Device]

// Times are in the future, since a TTL index would delete sessions that have expired by
// the server's clock.
var (
	noon  = time.Date(2124, 5, 17, 12, 0, 0, 0, time.UTC)
	lease = spec.Lease{ActiveUntil: noon.Add(time.Hour), ExpiresAt: noon.Add(2 * time.Hour), Credential: "$a digest"}
	ann   = spec.User[Person]{ID: "ann", Attributes: Person{Email: "ann@example.com", Name: "Ann"}}
	phone = spec.Session[Device]{ID: "phone", UserID: "ann", CreatedAt: noon, Lease: lease, Attributes: Device{"phone"}}
)

// place is a place for a test's own store, with access that does not use the adapter.
type place struct {
	servertest.Place
	t               *testing.T
	server          *containers.Server
	db              *driver.Database // past the proxy
	users, sessions *driver.Collection
}

// newPlace prepares a store on a deployment; parameters are added to its URI.
func newPlace(t *testing.T, members int, parameters url.Values) *place {
	t.Helper()
	server := deployment(t, members)
	p := &place{Place: servertest.NewPlace(t, server, parameters), t: t, server: server, db: connect(t, server.DSN)}
	p.users, p.sessions = p.db.Collection(p.Name+"_users"), p.db.Collection(p.Name+"_sessions")
	return p
}

// connect connects a client, and returns the database that the URI names.
func connect(t testing.TB, uri string, change ...func(*options.ClientOptions)) *driver.Database {
	t.Helper()
	settings := options.Client().ApplyURI(uri)
	for _, f := range change {
		f(settings)
	}
	client, err := driver.Connect(settings)
	servertest.OK(t, err)
	t.Cleanup(func() { client.Disconnect(context.Background()) })
	u, err := url.Parse(uri)
	servertest.OK(t, err)
	return client.Database(strings.TrimPrefix(u.Path, "/"))
}

// collections is the option for the collections of the place.
func (p *place) collections() mongo.Option {
	return mongo.WithCollections(p.users.Name(), p.sessions.Name())
}

// open opens an adapter on the place. It does not create the collections.
func (p *place) open(options ...mongo.Option) *adapter {
	p.t.Helper()
	a, err := mongo.Open[Person, Device](p.t.Context(), p.DSN, append([]mongo.Option{p.collections()}, options...)...)
	servertest.OK(p.t, err)
	p.t.Cleanup(func() { a.Close() }) // again, perhaps
	return a
}

// openPlain is open for the short program.
func (p *place) openPlain(options ...mongo.Option) *spec.Store[program.Person, program.Device] {
	p.t.Helper()
	a, err := mongo.Open[program.Person, program.Device](p.t.Context(), p.DSN, append([]mongo.Option{p.collections()}, options...)...)
	servertest.OK(p.t, err)
	p.t.Cleanup(func() { a.Close() })
	return a
}

// ready creates an adapter's collections, with ann and phone.
func (p *place) ready(a *adapter) *adapter {
	p.t.Helper()
	return servertest.Ready(p.t, a, ann, phone)
}

// owned returns the session phone for another user.
func owned(id, userID string) spec.Session[Device] {
	s := phone
	s.ID, s.UserID = id, userID
	return s
}

// named returns a user with another name.
func named(id string) spec.User[Person] {
	return spec.User[Person]{ID: id, Attributes: Person{Email: id + "@example.com", Name: id}}
}

// count returns the number of a collection's documents that match a filter.
func (p *place) count(in *driver.Collection, filter bson.D) int64 {
	p.t.Helper()
	n, err := in.CountDocuments(p.t.Context(), filter)
	servertest.OK(p.t, err)
	return n
}

// failPoint is with the test that makes servers fail: a server has one fail point
// for all commands and clients.
var failPoint sync.Mutex

// takeFailPoint waits until no other test makes servers fail, for fail.
func takeFailPoint(t *testing.T) {
	failPoint.Lock()
	t.Cleanup(failPoint.Unlock)
}

// fail makes the server fail commands until the test ends, or for as many times
// as mode says. Only clients that call themselves by the place's name meet it.
// It returns a function that waits until one has met it.
func (p *place) fail(mode any, data bson.D) (met func()) {
	p.t.Helper()
	admin := p.db.Client().Database("admin")
	point := func(mode any, data bson.D) (bson.Raw, error) {
		return admin.RunCommand(context.Background(), bson.D{
			{Key: "configureFailPoint", Value: "failCommand"}, {Key: "mode", Value: mode}, {Key: "data", Value: data}}).Raw()
	}
	was, err := point(mode, append(data, bson.E{Key: "appName", Value: p.Name}))
	if err != nil {
		p.t.Skipf("NOT RUN: needs a server with enableTestCommands=1: %v", err)
	}
	p.t.Cleanup(func() {
		_, err := point("off", bson.D{})
		servertest.OK(p.t, err)
	})
	return func() {
		p.t.Helper()
		n, _ := was.Lookup("count").AsInt64OK()
		servertest.OK(p.t, admin.RunCommand(p.t.Context(), bson.D{
			{Key: "waitForFailPoint", Value: "failCommand"}, {Key: "timesEntered", Value: n + 1}, {Key: "maxTimeMS", Value: 60_000}}).Err())
	}
}

// times is how often a failure happens.
func times(n int) bson.D { return bson.D{{Key: "times", Value: n}} }

func sessionContext(ctx context.Context, s *driver.Session) context.Context {
	return driver.NewSessionContext(ctx, s)
}

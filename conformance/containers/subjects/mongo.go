package subjects

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"slices"
	"strconv"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	core "go.mongodb.org/mongo-driver/v2/x/mongo/driver"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/internal/testing/translate"
	"github.com/tenon-go/tenon/spec"
)

// MongoVariation is one way to use adapters/mongo. The zero value is
// mongo.Open.
type MongoVariation struct {
	Name string // of the subtest

	// Client changes the settings of the client whose database is passed to
	// mongo.New. If it is nil, mongo.Open creates its own client.
	Client func(*options.ClientOptions)

	// Parameters are added to the URI.
	Parameters url.Values

	// UserIDs is the type of users' ids: "integer" or "objectid". The suite's ids
	// are then translated. If it is empty, ids are strings.
	UserIDs string

	// Options are for the adapter.
	Options []mongo.Option
}

// mongoUserIDs are the values of MongoVariation.UserIDs.
var mongoUserIDs = map[string]struct {
	option    mongo.Option
	translate func(id string) string
}{
	"integer":  {mongo.WithUserIDs(mongo.IntegerIDs), translate.Integer},
	"objectid": {mongo.WithUserIDs(mongo.ObjectIDs), objectID},
}

// objectID returns an ObjectID for a string.
func objectID(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:12])
}

// Mongo returns the subject, and options, with which the suite judges adapters/mongo on
// a deployment.
func Mongo(server *containers.Server, v MongoVariation) (conformance.Subject, conformance.Options) {
	return conformance.NewSubject(OpenMongo), v.suiteOptions(server)
}

// MongoSessions is [Mongo] for stores that keep only sessions.
func MongoSessions(server *containers.Server, v MongoVariation) (conformance.Subject, conformance.Options) {
	return conformance.NewSessionSubject(sessionsOnly(OpenMongo)), v.suiteOptions(server)
}

// mongoTarget is the suite's target, which the open functions use.
type mongoTarget struct {
	*containers.Target
	MongoVariation
	ids *translate.IDs // nil: the ids of users are strings
}

func (v MongoVariation) suiteOptions(server *containers.Server) conformance.Options {
	target := server.Target(v.Parameters)
	options := target.Options()
	var ids *translate.IDs
	if v.UserIDs != "" {
		ids = translate.New(mongoUserIDs[v.UserIDs].translate)
	}
	options.Target = mongoTarget{target, v, ids}
	options.DriverError = isMongoError
	return options
}

// isMongoError reports whether err comes from the server, from the driver's pool, which
// a lost connection clears, or from the network.
func isMongoError(err error) bool {
	if _, ok := errors.AsType[driver.ServerError](err); ok {
		return true
	}
	var cleared core.RetryablePoolError
	return errors.As(err, &cleared) || isNetworkError(err)
}

// OpenMongo opens an adapter for these columns on the target in the options that Mongo
// returned. The caller creates its collections and closes it. The store is removed when t
// ends.
func OpenMongo(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	t.Helper()
	place := mongoPlaceOf(t, s)
	if place.db != nil {
		a, err := mongo.NewAdapter(t.Context(), place.db, columns, place.options...)
		return checkOpened(t, s, a, err, place.ids, mongoInUse)
	}
	a, err := mongo.OpenAdapter(t.Context(), place.uri, columns, place.options...)
	return checkOpened(t, s, a, err, place.ids, mongoInUse)
}

// mongoPlace says how to reach one store.
type mongoPlace struct {
	uri     string
	db      *driver.Database // nil: Open creates its own
	options []mongo.Option
	ids     *translate.IDs
}

func mongoPlaceOf(t conformance.TB, s conformance.Store) mongoPlace {
	t.Helper()
	target := s.Target.(mongoTarget)
	place := target.Open(t, s)
	p := mongoPlace{uri: place.DSN, ids: target.ids, options: append(slices.Clone(target.MongoVariation.Options),
		mongo.WithCollections(place.Name+"_users", place.Name+"_sessions"))}
	if target.UserIDs != "" {
		p.options = append(p.options, mongoUserIDs[target.UserIDs].option)
	}
	if s.MaxConns > 0 {
		p.uri = withPool(t, p.uri, s.MaxConns)
	}
	if target.Client == nil {
		return p
	}
	parsed, err := connstring.Parse(p.uri)
	if err != nil {
		t.Fatal(err)
	}
	settings := options.Client().ApplyURI(p.uri)
	target.Client(settings)
	client, err := driver.Connect(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Disconnect(context.Background()); err != nil {
			t.Errorf("disconnecting: %v", err)
		}
	})
	p.db = client.Database(parsed.Database)
	return p
}

// withPool returns a URI with a limit on the number of connections.
func withPool(t conformance.TB, uri string, conns int) string {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	values := u.Query()
	values.Set("maxPoolSize", strconv.Itoa(conns))
	u.RawQuery = values.Encode()
	return u.String()
}

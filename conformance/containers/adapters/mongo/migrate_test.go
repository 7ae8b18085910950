package mongo_test

import (
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/translate"
	"github.com/tenon-go/tenon/spec"
)

// Existing collections and indexes that do not fit are refused, with their names, and
// nothing is created or changed.
func TestCheckRefuses(t *testing.T) {
	insensitive := &options.Collation{Locale: "en", Strength: 2}
	create := func(users bool, o *options.CreateCollectionOptionsBuilder) func(*place) error {
		return func(p *place) error {
			name := p.sessions.Name()
			if users {
				name = p.users.Name()
			}
			return p.db.CreateCollection(p.t.Context(), name, o)
		}
	}
	insert := func(users bool, doc bson.D) func(*place) error {
		return func(p *place) error {
			in := p.sessions
			if users {
				in = p.users
			}
			_, err := in.InsertOne(p.t.Context(), doc)
			return err
		}
	}
	index := func(key string, o *options.IndexOptionsBuilder) func(*place) error {
		return func(p *place) error {
			in := p.users
			if key == "expires_at" || key == "user_id" {
				in = p.sessions
			}
			_, err := in.Indexes().CreateOne(p.t.Context(), driver.IndexModel{Keys: bson.D{{Key: key, Value: 1}}, Options: o})
			return err
		}
	}
	schema := func(users bool, rules bson.D) func(*place) error {
		return create(users, options.CreateCollection().SetValidator(bson.D{{Key: "$jsonSchema", Value: rules}}))
	}
	property := func(users bool, name string, rule bson.D) func(*place) error {
		return schema(users, bson.D{{Key: "properties", Value: bson.D{{Key: name, Value: rule}}}})
	}
	closed := func(users bool, fields ...string) func(*place) error {
		var properties bson.D
		for _, f := range fields {
			properties = append(properties, bson.E{Key: f, Value: bson.D{}})
		}
		return schema(users, bson.D{{Key: "additionalProperties", Value: false}, {Key: "properties", Value: properties}})
	}
	for _, test := range []struct {
		name   string
		create func(*place) error
		want   string
	}{
		{"case-insensitive users", create(true, options.CreateCollection().SetCollation(insensitive)), "has a collation"},
		{"case-insensitive sessions", create(false, options.CreateCollection().SetCollation(insensitive)), "has a collation"},
		{"capped", create(false, options.CreateCollection().SetCapped(true).SetSizeInBytes(1<<20)), "is capped"},
		{"view", func(p *place) error {
			return p.db.CreateView(p.t.Context(), p.users.Name(), "people", bson.A{})
		}, "is not a collection but a view"},
		{"time series", create(true, options.CreateCollection().SetTimeSeriesOptions(options.TimeSeries().SetTimeField("at"))), "is not a collection but a timeseries"},
		{"ObjectIDs", insert(true, bson.D{{Key: "_id", Value: bson.NewObjectID()}}), "_id is not of the type string"},
		{"integer user_id", insert(false, bson.D{{Key: "_id", Value: "x"}, {Key: "user_id", Value: 42}}), "user_id is not of the type string"},
		{"TTL", index("expires_at", options.Index().SetExpireAfterSeconds(0)), "makes the server delete documents"},
		{"TTL of users", index("seen", options.Index().SetExpireAfterSeconds(60)), "makes the server delete documents"},
		{"case-insensitive unique", index("email", options.Index().SetUnique(true).SetCollation(insensitive)), "index email_1 does not do what it has to"},
		{"sparse unique", index("age", options.Index().SetUnique(true).SetSparse(true)), "does not do what it has to"},
		{"unique user_id", index("user_id", options.Index().SetUnique(true)), "lets no two documents have the same user_id"},
		{"unique field of others", index("username", options.Index().SetUnique(true)), "lets no two documents have the same username"},
		{"hidden index", index("expires_at", options.Index().SetHidden(true)), "does not do what it has to"},
		{"requires", schema(true, bson.D{{Key: "required", Value: bson.A{"plan"}}}), "requires plan"},
		{"requires a user", schema(false, bson.D{{Key: "required", Value: bson.A{"user_id"}}}), "requires user_id"},
		{"closed", closed(true, "_id", "_sessions", "email", "age"), "allows no name"},
		{"closed to the count of sessions", closed(true, "_id", "email", "name", "age"), "allows no _sessions"},
		{"closed to a lease", closed(false, "_id", "_hidden", "user_id", "created_at", "active_until", "expires_at", "name"), "allows no credential"},
		{"other type", property(true, "age", bson.D{{Key: "bsonType", Value: "string"}}), "allows no long in age"},
		{"no null", property(true, "age", bson.D{{Key: "bsonType", Value: "long"}}), "allows no null in age"},
		{"ids of another type", property(true, "_id", bson.D{{Key: "bsonType", Value: "objectId"}}), "allows no string in _id"},
		{"times of another type", property(false, "expires_at", bson.D{{Key: "bsonType", Value: "int"}}), "allows no date in expires_at"},
		{"too short", property(true, "email", bson.D{{Key: "maxLength", Value: 20}}), "less than the max of attribute Email"},
		{"short credentials", property(false, "credential", bson.D{{Key: "maxLength", Value: 64}}), "less than the max of credentials"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, standalone, nil)
			a := p.open()
			servertest.OK(t, test.create(p))
			for call, err := range map[string]error{"Check": a.Check(t.Context()), "Migrate": a.Migrate(t.Context())} {
				servertest.WantClass(t, err, spec.ErrFailed, call)
				if err != nil && !strings.Contains(err.Error(), test.want) {
					t.Errorf("%s: %q is not in: %v", call, test.want, err)
				}
			}
			names, err := p.db.ListCollectionNames(t.Context(), bson.D{{Key: "name", Value: bson.Regex{Pattern: "^" + p.Name}}})
			if err != nil || len(names) != 1 {
				t.Errorf("Migrate made something: %v, %v", names, err)
			}
		})
	}
}

// An existing collection of users gets the indexes that it lacks,
// and keeps its documents, fields and plain indexes.
func TestMigrateExisting(t *testing.T) {
	t.Parallel()
	p := newPlace(t, standalone, nil)
	ctx := t.Context()
	_, err := p.users.InsertOne(ctx, bson.D{{Key: "_id", Value: "ann"}, {Key: "email", Value: "ann@example.com"}, {Key: "plan", Value: "free"}})
	servertest.OK(t, err)
	_, err = p.users.Indexes().CreateOne(ctx, driver.IndexModel{Keys: bson.D{{Key: "email", Value: 1}}, Options: options.Index().SetUnique(true)})
	servertest.OK(t, err)
	_, err = p.users.Indexes().CreateOne(ctx, driver.IndexModel{Keys: bson.D{{Key: "username", Value: 1}}, Options: options.Index().SetUnique(true).SetSparse(true)})
	servertest.OK(t, err)
	a := p.open()
	servertest.WantClass(t, a.Check(ctx), spec.ErrFailed, "Check before Migrate")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() { servertest.OK(t, a.Migrate(ctx)) })
	}
	wait.Wait()
	servertest.OK(t, a.Check(ctx))
	got, err := a.UserBy(ctx, "Email", "ann@example.com")
	if err != nil || got.ID != "ann" || got.Attributes != (Person{Email: "ann@example.com"}) {
		t.Errorf("got %+v, %v", got, err)
	}
	servertest.OK(t, a.CreateSession(ctx, phone))
	servertest.OK(t, a.CreateUser(ctx, named("bob"))) // without a username, as ben
	servertest.OK(t, a.CreateUser(ctx, named("ben")))
	var doc bson.M
	servertest.OK(t, p.users.FindOne(ctx, bson.D{{Key: "_id", Value: "ann"}}).Decode(&doc))
	if doc["plan"] != "free" {
		t.Errorf("a field that is not ours is gone: %v", doc)
	}
}

// Existing users can have ids of another type. Only the canonical text of an id finds its
// user.
func TestUserIDsOfOthers(t *testing.T) {
	const hex = "65f1a0c3d2b4e5f60718293a"
	oid, err := bson.ObjectIDFromHex(hex)
	servertest.OK(t, err)
	for _, test := range []struct {
		name   string
		option mongo.Option
		stored any
		id     string
		others []string
	}{
		{"int", mongo.WithUserIDs(mongo.IntegerIDs), int32(42), "42", translate.LikeInteger(42)},
		{"long", mongo.WithUserIDs(mongo.IntegerIDs), int64(1)<<62 + 1, "4611686018427387905", translate.LikeInteger(1<<62 + 1)},
		{"double", mongo.WithUserIDs(mongo.IntegerIDs), float64(42), "42", translate.LikeInteger(42)},
		{"objectId", mongo.WithUserIDs(mongo.ObjectIDs), oid, hex, []string{
			"", strings.ToUpper(hex), hex[:23], hex + "0", " " + hex, "ObjectID(" + hex + ")", "x" + hex[1:], hex[:12], hex + "\x00"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, replicaSet, nil)
			ctx := t.Context()
			_, err := p.users.InsertOne(ctx, bson.D{{Key: "_id", Value: test.stored}, {Key: "email", Value: "ann@example.com"}, {Key: "name", Value: "Ann"}})
			servertest.OK(t, err)
			a := p.open(test.option)
			servertest.OK(t, a.Migrate(ctx))
			servertest.OK(t, a.CreateSession(ctx, owned("phone", test.id)))
			servertest.OK(t, a.CreateSession(ctx, owned("visitor", "")))
			translate.OnlyCanonical(t, a, test.id, test.others)
			s, u, err := a.SessionAndUser(ctx, "phone")
			if err != nil || s.UserID != test.id || u.ID != test.id || u.Attributes.Name != "Ann" {
				t.Errorf("SessionAndUser: got %+v, %+v, %v", s, u, err)
			}
			servertest.WantClass(t, p.open().Check(ctx), spec.ErrFailed, "Check of an adapter for string ids")
			servertest.OK(t, a.DeleteUser(ctx, test.id))
			_, err = a.Session(ctx, "phone")
			servertest.WantClass(t, err, spec.ErrSessionNotFound, "Session of a deleted user")
		})
	}
}

// With a TTL index the server deletes sessions that expired a minute ago or earlier, and
// nothing else. The adapter declares that.
func TestTTL(t *testing.T) {
	t.Parallel()
	p := newPlace(t, standalone, nil)
	ctx := t.Context()
	a := p.open(mongo.WithTTL())
	p.ready(a)
	expired := owned("expired", "ann")
	expired.ExpiresAt = expired.ExpiresAt.AddDate(-200, 0, 0)
	servertest.OK(t, a.CreateSession(ctx, expired))
	for p.count(p.sessions, bson.D{{Key: "_id", Value: "expired"}}) > 0 { // the server looks every second, and otherwise every minute
	}
	if _, err := a.Session(ctx, "phone"); err != nil {
		t.Errorf("a session that is alive: %v", err)
	}
	about, err := a.Describe(ctx)
	if c := about.Weaknesses; err != nil || !c.Expires || c.ExpirySlack <= 0 {
		t.Errorf("it declares %+v, %v", c, err)
	}
	servertest.OK(t, a.Check(ctx))
	servertest.WantClass(t, p.open().Check(ctx), spec.ErrFailed, "Check of an adapter that expires nothing")
	q := newPlace(t, standalone, nil)
	servertest.OK(t, q.open().Migrate(ctx))
	servertest.WantClass(t, q.open(mongo.WithTTL()).Check(ctx), spec.ErrFailed, "Check of an index that is no TTL index")
}

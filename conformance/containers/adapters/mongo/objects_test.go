package mongo_test

import (
	"errors"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// TestObjects uses collections as applications create them. Check refuses such a collection
// with a sentence that says why, or every call on it is right, and its refusals are
// constraint errors.
func TestObjects(t *testing.T) {
	there, schema := is("$exists", true), func(rules d) d { return is("$jsonSchema", rules) }
	needs := func(field string) d { return is("required", a{field}) }
	const refuses = "the validator refuses every document"

	for _, test := range []struct {
		name     string
		sessions bool // of the collection of sessions, and not of users
		options  func(*options.CreateCollectionOptionsBuilder)
		rule     d                // the validator
		index    *index           // that is added
		refused  string           // what Check says; empty: it accepts it
		broken   bool             // a second user, or session, breaks it
		refuses  program.Refusals // the calls that it refuses otherwise
	}{
		{name: "query form, missing field", rule: is("phone", there), refused: refuses},
		{name: "query form, value of a missing field", rule: is("plan", "free"), refused: refuses},
		{name: "query form, below", rule: is("address.city", there), refused: refuses},
		{name: "$and, missing field", rule: is("$and", a{is("email", there), is("phone", there)}), refused: refuses},
		{name: "$and, nested schema", rule: is("$and", a{schema(needs("phone"))}), refused: "requires phone"},
		{name: "$nor", rule: is("$nor", a{is("phone", is("$exists", false))}), refused: refuses},
		{name: "$or of missing fields", rule: is("$or", a{is("phone", there), is("fax", there)}), refused: refuses},
		{name: "allOf", rule: schema(is("allOf", a{needs("email"), needs("phone")})), refused: "requires phone"},
		{name: "allOf, type", rule: schema(is("allOf", a{is("properties", is("age", is("bsonType", "string")))})), refused: "allows no long in age"},
		{name: "anyOf", rule: schema(is("anyOf", a{needs("phone"), needs("fax")})), refused: refuses},
		{name: "not", rule: schema(is("not", is("properties", is("phone", d{})))), refused: refuses},
		{name: "type of a schema", rule: schema(is("properties", is("email", is("type", "number")))), refused: refuses},
		{name: "oneOf", rule: schema(is("properties", is("email", is("oneOf", a{is("bsonType", "int"), is("bsonType", "array")})))), refused: refuses},
		{name: "enum of another type", rule: schema(is("properties", is("email", is("enum", a{1, 2})))), refused: refuses},
		{name: "dependencies", rule: schema(is("dependencies", is("email", a{"phone"}))), refused: refuses},
		{name: "patternProperties", rule: schema(is("patternProperties", is("^e", is("bsonType", "int")))), refused: refuses},
		{name: "compared with another type", rule: is("email", is("$gt", 5)), refused: refuses},
		{name: "$in of another type", rule: is("email", is("$in", a{1, 2})), refused: refuses},
		{name: "$ne null of a count", rule: is("_sessions", is("$ne", nil)), refused: refuses},
		{name: "$expr", rule: is("$expr", is("$gt", a{"$phone", 1})), refused: refuses},
		{name: "type of an id", rule: is("_id", is("$type", "objectId")), refused: refuses},
		{name: "type of an attribute", rule: is("email", is("$type", "int")), refused: refuses},
		{name: "no null", rule: is("age", is("$type", "long")), refused: refuses},
		{name: "no anonymous sessions", sessions: true, rule: is("user_id", there), refused: refuses},
		{name: "times of another type", sessions: true, rule: is("expires_at", is("$type", "long")), refused: refuses},
		{name: "place", index: &index{"email", "2dsphere", options.Index()}, refused: "for a place"},
		{name: "capped", options: func(o *options.CreateCollectionOptionsBuilder) { o.SetCapped(true).SetSizeInBytes(1 << 20) }, refused: "is capped"},
		{name: "expires", options: func(o *options.CreateCollectionOptionsBuilder) {
			o.SetClusteredIndex(d{{Key: "key", Value: is("_id", 1)}, {Key: "unique", Value: true}}).SetExpireAfterSeconds(60)
		}, refused: "expires"},

		{name: "clustered", options: func(o *options.CreateCollectionOptionsBuilder) {
			o.SetClusteredIndex(d{{Key: "key", Value: is("_id", 1)}, {Key: "unique", Value: true}})
		}},
		{name: "simple collation", options: func(o *options.CreateCollectionOptionsBuilder) { o.SetCollation(&options.Collation{Locale: "simple"}) }},
		{name: "only warns", rule: is("phone", there), options: func(o *options.CreateCollectionOptionsBuilder) { o.SetValidationAction("warn") }},
		{name: "is off", rule: schema(needs("phone")), options: func(o *options.CreateCollectionOptionsBuilder) { o.SetValidationLevel("off") }},
		{name: "query form, pattern", rule: is("email", bson.Regex{Pattern: "^ann@"}), broken: true},
		{name: "query form, types", rule: d{{Key: "email", Value: is("$type", "string")}, {Key: "seen", Value: is("$type", a{"date", "null"})}}},
		{name: "$and, pattern and presence", rule: is("$and", a{is("email", bson.Regex{Pattern: "^ann@"}), is("name", there)}), broken: true},
		{name: "$or with an attribute", rule: is("$or", a{is("name", "Ann"), is("phone", there)}), broken: true},
		{name: "$nor of a value", rule: is("$nor", a{is("name", "bob")}), broken: true},
		{name: "$expr on an attribute", rule: is("$expr", is("$eq", a{"$name", "Ann"})), broken: true},
		{name: "allOf, pattern", rule: schema(is("allOf", a{is("properties", is("email", is("pattern", "^ann@")))})), broken: true},
		{name: "anyOf on an attribute", rule: schema(is("anyOf", a{is("properties", is("name", is("enum", a{"Ann"}))), needs("phone")})), broken: true},
		{name: "no such field", rule: is("phone", is("$exists", false))},
		{name: "unique name", index: &index{"name", 1, options.Index().SetUnique(true)}},
		{name: "a second unique e-mail, of any case", index: &index{"email", 1, options.Index().SetName("a").SetUnique(true).SetCollation(&options.Collation{Locale: "en", Strength: 2})},
			refuses: program.Refusals{"CreateUser ANN": &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}}},
		{name: "text", index: &index{"name", "text", options.Index()}},
		{name: "hashed", index: &index{"email", "hashed", options.Index()}},
		{name: "ids of a pattern", sessions: true, rule: schema(is("properties", is("_id", is("pattern", "^phone")))), broken: true},
		{name: "sessions, $expr", sessions: true, rule: is("$expr", is("$ne", a{"$user_id", "$credential"}))},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, replicaSet, nil)
			ctx := t.Context()
			in := p.users
			if test.sessions {
				in = p.sessions
			}
			adapter, plain := p.open(), p.openPlain()
			if test.options != nil || test.rule != nil {
				o := options.CreateCollection()
				if test.rule != nil {
					o.SetValidator(test.rule)
				}
				if test.options != nil {
					test.options(o)
				}
				servertest.OK(t, p.db.CreateCollection(ctx, in.Name(), o))
			}
			if test.index != nil {
				servertest.OK(t, plain.Migrate(ctx))
				_, err := in.Indexes().CreateOne(ctx, driver.IndexModel{Keys: is(test.index.field, test.index.kind), Options: test.index.options})
				servertest.OK(t, err)
			}
			if test.refused != "" {
				for call, err := range map[string]error{"Check": adapter.Check(ctx), "Migrate": adapter.Migrate(ctx)} {
					servertest.WantClass(t, err, spec.ErrFailed, call)
					if err != nil && !strings.Contains(err.Error(), test.refused) {
						t.Errorf("%s: %q is not in: %v", call, test.refused, err)
					}
				}
				return
			}
			if !test.broken {
				servertest.OK(t, plain.Migrate(ctx))
				servertest.OK(t, plain.Check(ctx))
				program.Fill(t, plain).Run(plain, test.refuses)
				return
			}
			p.ready(adapter)
			servertest.OK(t, adapter.Check(ctx))
			if test.sessions {
				wantConstraint(t, adapter.CreateSession(ctx, owned("laptop", "ann")), spec.CheckRule)
			} else {
				wantConstraint(t, adapter.CreateUser(ctx, named("bob")), spec.CheckRule)
			}
		})
	}
}

// index is an index that an application adds.
type index struct {
	field   string
	kind    any
	options *options.IndexOptionsBuilder
}

func wantConstraint(t *testing.T, err error, kind spec.ConstraintKind) {
	t.Helper()
	servertest.WantClass(t, err, spec.ErrConstraint, "what breaks a rule")
	if c, ok := errors.AsType[*spec.ConstraintError](err); !ok || c.Kind != kind {
		t.Errorf("got %v, want a constraint of the kind %s", err, kind)
	}
}

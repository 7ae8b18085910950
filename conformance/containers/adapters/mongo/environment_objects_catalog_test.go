package mongo_test

import (
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

type (
	d = bson.D
	a = bson.A
)

func is(field string, condition any) d { return d{{Key: field, Value: condition}} }

// column is a field of documents, and what its values are.
type column struct {
	name     string
	sessions bool
	bson     string // the type that is written
	null     bool   // it may be null, or missing
}

func (c column) String() string {
	if c.sessions {
		return "sessions, " + c.name
	}
	return "users, " + c.name
}

var bsonTypes = map[attr.Kind]string{
	attr.String: "string", attr.Bool: "bool", attr.Int: "long", attr.Float: "double", attr.Time: "date", attr.Bytes: "binData", attr.JSON: "string",
}

// columns are a field of each kind: the adapter's own, and attributes.
func columns() []column {
	list := []column{
		{"_id", false, "string", false}, {"_sessions", false, "long", true},
		{"_id", true, "string", false}, {"user_id", true, "string", true}, {"_hidden", true, "objectId", true},
		{"created_at", true, "date", false}, {"active_until", true, "date", false}, {"expires_at", true, "date", false}, {"credential", true, "string", false},
	}
	add := func(sessions bool, fields []attr.Field) {
		seen := make(map[string]bool)
		for _, f := range fields {
			if key := fmt.Sprint(f.Kind, f.Nullable); !seen[key] {
				seen[key] = true
				list = append(list, column{f.Column, sessions, bsonTypes[f.Kind], f.Nullable})
			}
		}
	}
	users, err := spec.UserSchema[program.User]()
	if err != nil {
		panic(err) // the type is a constant
	}
	sessions, err := spec.SessionSchema[program.Session]()
	if err != nil {
		panic(err)
	}
	add(false, users.Fields())
	add(true, sessions.Fields())
	return list
}

// validatorObjects has, for each column, what a validator can ask of its type
// and presence, as a query and as a schema, and what it can ask of its values;
// and validators of each form, action and level.
func validatorObjects() (list []object) {
	add := func(c column, what string, rule d, more ...bson.E) {
		list = append(list, object{name: c.String() + ": " + what, sessions: c.sessions, create: append(d{{Key: "validator", Value: rule}}, more...),
			everywhere: strings.HasPrefix(c.name, "_"), values: slices.Contains(byValue, what)})
	}
	property := func(c column, rule d) d { return is("$jsonSchema", is("properties", is(c.name, rule))) }
	for _, c := range columns() {
		for _, t := range []string{"string", "bool", "int", "long", "double", "date", "binData", "objectId", "object", "null"} {
			if t == c.bson || t == "string" || t == "long" {
				add(c, "$type "+t, is(c.name, is("$type", t)))
			}
			add(c, "bsonType "+t, property(c, is("bsonType", t)))
		}
		add(c, "$exists", is(c.name, is("$exists", true)))
		add(c, "not $exists", is(c.name, is("$exists", false)))
		add(c, "$ne null", is(c.name, is("$ne", nil)))
		add(c, "required", is("$jsonSchema", is("required", a{c.name})))
		add(c, "bsonType of ours, and null", property(c, is("bsonType", a{c.bson, "null"})))
		add(c, "type number", property(c, is("type", "number")))
		add(c, "enum", property(c, is("enum", a{"free", "ann", "", int64(0), true, false, "Ann+1'@exämple.com"})))
		add(c, "an empty rule", property(c, d{}))
		add(c, "minimum", property(c, is("minimum", 0)))
		add(c, "maximum", property(c, d{{Key: "maximum", Value: 100}, {Key: "exclusiveMaximum", Value: true}}))
		add(c, "multipleOf", property(c, is("multipleOf", 2)))
		add(c, "minLength", property(c, is("minLength", 3)))
		add(c, "maxLength", property(c, is("maxLength", 5)))
		add(c, "pattern", property(c, is("pattern", "[a-m]")))
		add(c, "not", property(c, is("not", is("bsonType", c.bson))))
		add(c, "anyOf", property(c, is("anyOf", a{is("bsonType", c.bson), is("bsonType", "null")})))
		add(c, "oneOf of another type", property(c, is("oneOf", a{is("bsonType", "regex"), is("bsonType", "array")})))
		add(c, "minItems", property(c, is("minItems", 1)))
		add(c, "minProperties", property(c, is("minProperties", 1)))
		add(c, "dependencies", is("$jsonSchema", is("dependencies", is(c.name, a{"phone"}))))
		add(c, "patternProperties", is("$jsonSchema", is("patternProperties", is("^"+c.name, is("bsonType", "regex")))))
	}
	for _, sessions := range []bool{false, true} {
		c := column{"name", sessions, "string", false}
		if sessions {
			c.name = "device"
		}
		everyForm(c, add)
	}
	return list
}

// byValue are validators that ask for values which the program has in no
// document, or in none of some type.
var byValue = []string{"enum", "a value", "$expr of the document", "$expr of the time", "$sampleRate", "enum of documents"}

// everyForm adds validators of each form that are about a text of documents, and
// about one that they do not have.
func everyForm(c column, add func(c column, what string, rule d, more ...bson.E)) {
	there := is("$exists", true)
	schema := func(rules d) d { return is("$jsonSchema", rules) }
	needs := func(field string) d { return is("required", a{field}) }
	for _, form := range []struct {
		what string
		rule d
	}{
		{"nothing", d{}},
		{"$comment", is("$comment", "ours")},
		{"a value", is(c.name, "free")},
		{"a value of a missing field", is("plan", "free")},
		{"a missing field", is("phone", there)},
		{"no such field", is("phone", is("$exists", false))},
		{"$in", is(c.name, is("$in", a{"free", "Ann", ""}))},
		{"$nin", is(c.name, is("$nin", a{"free", "Ann"}))},
		{"$regex", is(c.name, bson.Regex{Pattern: "^[A-Z]"})},
		{"$not $regex", is(c.name, is("$not", bson.Regex{Pattern: "^[A-Z]"}))},
		{"$gt", is(c.name, is("$gt", "A"))},
		{"$lt a number", is(c.name, is("$lt", 5))},
		{"$size", is(c.name, is("$size", 1))},
		{"$mod", is(c.name, is("$mod", a{2, 0}))},
		{"$bitsAllSet", is(c.name, is("$bitsAllSet", 1))},
		{"$elemMatch", is(c.name, is("$elemMatch", is("a", 1)))},
		{"$all", is(c.name, is("$all", a{"Ann"}))},
		{"$and", is("$and", a{is(c.name, there), is(c.name, is("$ne", "free"))})},
		{"$and of a missing field", is("$and", a{is(c.name, there), is("phone", there)})},
		{"$or of missing fields", is("$or", a{is("phone", there), is("fax", there)})},
		{"$or with a value", is("$or", a{is(c.name, "Ann"), is("phone", there)})},
		{"$nor", is("$nor", a{is("phone", is("$exists", false))})},
		{"$nor of a value", is("$nor", a{is(c.name, "Ann")})},
		{"$expr", is("$expr", is("$gt", a{"$phone", 1}))},
		{"$expr of an attribute", is("$expr", is("$ne", a{"$" + c.name, "Ann"}))},
		{"$expr of two fields", is("$expr", is("$ne", a{"$" + c.name, "$_id"}))},
		{"$expr of the document", is("$expr", is("$lt", a{is("$size", is("$objectToArray", "$$ROOT")), 4}))},
		{"$expr of the time", is("$expr", is("$lt", a{"$created_at", "$$NOW"}))},
		{"$where", is("$where", "true")},
		{"$text", is("$text", is("$search", "ann"))},
		{"$near", is(c.name, is("$near", a{1, 1}))},
		{"required", schema(needs("phone"))},
		{"additionalProperties", schema(is("additionalProperties", false))},
		{"additionalProperties of a type", schema(is("additionalProperties", is("bsonType", "string")))},
		{"maxProperties", schema(is("maxProperties", 4))},
		{"minProperties", schema(is("minProperties", 50))},
		{"bsonType object", schema(is("bsonType", "object"))},
		{"bsonType array", schema(is("bsonType", "array"))},
		{"type object", schema(is("type", "object"))},
		{"title and description", schema(d{{Key: "title", Value: "users"}, {Key: "description", Value: "ours"}})},
		{"allOf", schema(is("allOf", a{needs("phone"), needs(c.name)}))},
		{"allOf of a pattern", schema(is("allOf", a{is("properties", is(c.name, is("pattern", "^[A-Z]")))}))},
		{"anyOf", schema(is("anyOf", a{needs("phone"), needs("fax")}))},
		{"anyOf with an attribute", schema(is("anyOf", a{needs("phone"), is("properties", is(c.name, is("pattern", "[a-m]")))}))},
		{"oneOf", schema(is("oneOf", a{needs("phone"), needs(c.name)}))},
		{"not", schema(is("not", needs(c.name)))},
		{"not of a missing field", schema(is("not", needs("phone")))},
		{"properties of a missing field", schema(is("properties", is("phone", is("bsonType", "string"))))},
		{"enum of documents", schema(is("enum", a{d{{Key: "_id", Value: "ann"}}}))},
		{"a schema and a query", d{{Key: "$jsonSchema", Value: needs(c.name)}, {Key: c.name, Value: is("$ne", "free")}}},
		{"$alwaysFalse", is("$alwaysFalse", 1)},
		{"$alwaysTrue", is("$alwaysTrue", 1)},
		{"$sampleRate", is("$sampleRate", 0.0)},
	} {
		add(c, form.what, form.rule)
	}
	for _, action := range []string{"error", "warn"} {
		for _, level := range []string{"off", "moderate", "strict"} {
			for what, rule := range map[string]d{"that refuses all": schema(needs("phone")), "that refuses some": is(c.name, is("$ne", "Ann"))} {
				add(c, fmt.Sprintf("a rule %s, %s, %s", what, action, level), rule,
					bson.E{Key: "validationAction", Value: action}, bson.E{Key: "validationLevel", Value: level})
			}
		}
	}
}

// collations are those of which one is like no other.
func collations() map[string]d {
	list := map[string]d{
		"simple": is("locale", "simple"), "en, numeric": {{Key: "locale", Value: "en"}, {Key: "numericOrdering", Value: true}},
		"fr_CA, backwards": {{Key: "locale", Value: "fr_CA"}, {Key: "backwards", Value: true}}, "de@collation=phonebook": is("locale", "de@collation=phonebook"), "tr": is("locale", "tr"),
		"en, upper first": {{Key: "locale", Value: "en"}, {Key: "caseFirst", Value: "upper"}}, "en, shifted": {{Key: "locale", Value: "en"}, {Key: "alternate", Value: "shifted"}, {Key: "maxVariable", Value: "space"}},
		"en, normalized": {{Key: "locale", Value: "en"}, {Key: "normalization", Value: true}}, "en, 1, by case": {{Key: "locale", Value: "en"}, {Key: "strength", Value: 1}, {Key: "caseLevel", Value: true}},
	}
	for strength := 1; strength <= 5; strength++ {
		list[fmt.Sprintf("en, %d", strength)] = d{{Key: "locale", Value: "en"}, {Key: "strength", Value: strength}}
	}
	return list
}

func collationObjects() (list []object) {
	for name, collation := range collations() {
		for _, sessions := range []bool{false, true} {
			where := column{"", sessions, "", false}.String()
			list = append(list, object{name: where + "collection: " + name, sessions: sessions, create: d{{Key: "collation", Value: collation}}})
			fields := []string{"email", "name", "phone"}
			if sessions {
				fields = []string{"_id", "user_id", "device_id", "credential", "phone"}
			}
			if !slices.Contains([]string{"simple", "en, 2", "en, numeric", "tr"}, name) {
				continue
			}
			for _, field := range fields {
				for _, unique := range []bool{false, true} {
					index := d{{Key: "key", Value: is(field, 1)}, {Key: "collation", Value: collation}}
					what := "index"
					if unique {
						what, index = "unique index", append(index, bson.E{Key: "unique", Value: true})
					}
					list = append(list, object{name: fmt.Sprintf("%s%s: %s of %s", where, name, what, field), sessions: sessions, index: index})
				}
			}
		}
	}
	return list
}

// collectionObjects are the forms of collections.
func collectionObjects() (list []object) {
	clustered := d{{Key: "key", Value: is("_id", 1)}, {Key: "unique", Value: true}}
	engine := func(config string) any { return is("wiredTiger", is("configString", config)) }
	for _, sessions := range []bool{false, true} {
		where := "users, "
		if sessions {
			where = "sessions, "
		}
		for _, form := range []struct {
			what   string
			create d
			view   bool
		}{
			{"plain", d{}, false},
			{"capped by size", d{{Key: "capped", Value: true}, {Key: "size", Value: 1 << 20}}, false},
			{"capped by number", d{{Key: "capped", Value: true}, {Key: "size", Value: 1 << 20}, {Key: "max", Value: 1000}}, false},
			{"clustered", d{{Key: "clusteredIndex", Value: clustered}}, false},
			{"clustered, named", d{{Key: "clusteredIndex", Value: append(clustered, bson.E{Key: "name", Value: "ours"})}}, false},
			{"clustered, expires", d{{Key: "clusteredIndex", Value: clustered}, {Key: "expireAfterSeconds", Value: 60}}, false},
			{"expires", d{{Key: "expireAfterSeconds", Value: 60}}, false},
			{"time series", d{{Key: "timeseries", Value: is("timeField", "created_at")}}, false},
			{"time series, by meta", d{{Key: "timeseries", Value: d{{Key: "timeField", Value: "created_at"}, {Key: "metaField", Value: "user_id"}, {Key: "granularity", Value: "hours"}}}}, false},
			{"time series, expires", d{{Key: "timeseries", Value: is("timeField", "expires_at")}, {Key: "expireAfterSeconds", Value: 60}}, false},
			{"view", d{{Key: "pipeline", Value: a{}}}, true},
			{"view, filtered", d{{Key: "pipeline", Value: a{is("$match", is("hidden", false))}}}, true},
			{"view, collated", d{{Key: "pipeline", Value: a{}}, {Key: "collation", Value: is("locale", "en")}}, true},
			{"pre-images", d{{Key: "changeStreamPreAndPostImages", Value: is("enabled", true)}}, false},
			{"no pre-images", d{{Key: "changeStreamPreAndPostImages", Value: is("enabled", false)}}, false},
			{"recordPreImages", d{{Key: "recordPreImages", Value: true}}, false},
			{"no _id index", d{{Key: "autoIndexId", Value: false}}, false},
			{"encrypted fields", d{{Key: "encryptedFields", Value: is("fields", a{d{{Key: "path", Value: "phone"}, {Key: "bsonType", Value: "string"}, {Key: "keyId", Value: bson.Binary{Subtype: 4, Data: make([]byte, 16)}}}})}}, false},
			{"encrypted fields of ours", d{{Key: "encryptedFields", Value: is("fields", a{d{{Key: "path", Value: "credential"}, {Key: "bsonType", Value: "string"}, {Key: "keyId", Value: bson.Binary{Subtype: 4, Data: make([]byte, 16)}}, {Key: "queries", Value: is("queryType", "equality")}}})}}, false},
			{"storage engine, zlib", d{{Key: "storageEngine", Value: engine("block_compressor=zlib")}}, false},
			{"storage engine, zstd", d{{Key: "storageEngine", Value: engine("block_compressor=zstd")}}, false},
			{"storage engine, no compression", d{{Key: "storageEngine", Value: engine("block_compressor=none")}}, false},
			{"storage engine, small pages", d{{Key: "storageEngine", Value: engine("allocation_size=512B,leaf_page_max=1KB,internal_page_max=1KB")}}, false},
			{"storage engine, no such option", d{{Key: "storageEngine", Value: engine("no_such_option=1")}}, false},
			{"storage engine of indexes, prefix_compression=false", d{{Key: "indexOptionDefaults", Value: is("storageEngine", engine("prefix_compression=false"))}}, false},
			{"comment", d{{Key: "comment", Value: "ours"}}, false},
			{"flags", d{{Key: "flags", Value: 1}}, false},
			{"encrypted schema", d{{Key: "validator", Value: is("$jsonSchema", is("properties", is("phone", is("encrypt", d{{Key: "bsonType", Value: "string"}, {Key: "algorithm", Value: "AEAD_AES_256_CBC_HMAC_SHA_512-Random"}, {Key: "keyId", Value: a{bson.Binary{Subtype: 4, Data: make([]byte, 16)}}}}))))}}, false},
			{"encrypted schema of ours", d{{Key: "validator", Value: is("$jsonSchema", is("properties", is(map[bool]string{false: "email", true: "credential"}[sessions], is("encrypt", d{{Key: "bsonType", Value: "string"}, {Key: "algorithm", Value: "AEAD_AES_256_CBC_HMAC_SHA_512-Random"}, {Key: "keyId", Value: a{bson.Binary{Subtype: 4, Data: make([]byte, 16)}}}}))))}}, false},
		} {
			list = append(list, object{name: where + form.what, sessions: sessions, create: form.create, view: form.view, everywhere: true})
		}
	}
	return list
}

// indexObjects are indexes of each kind, with each option, on fields of ours and
// on others.
func indexObjects() (list []object) {
	options := []struct {
		what string
		d
	}{
		{"", nil}, {"unique", is("unique", true)}, {"sparse", is("sparse", true)}, {"hidden", is("hidden", true)},
		{"unique, sparse", d{{Key: "unique", Value: true}, {Key: "sparse", Value: true}}},
		{"expires", is("expireAfterSeconds", 3600)}, {"expires at once", is("expireAfterSeconds", 0)},
		{"partial", is("partialFilterExpression", is("phone", is("$exists", true)))},
		{"unique, partial", d{{Key: "unique", Value: true}, {Key: "partialFilterExpression", Value: is("phone", is("$exists", true))}}},
		{"unique, partial by ours", d{{Key: "unique", Value: true}, {Key: "partialFilterExpression", Value: is("_id", is("$gt", ""))}}},
		{"prepareUnique", is("prepareUnique", true)},
		{"storage engine", is("storageEngine", is("wiredTiger", is("configString", "block_compressor=zlib")))},
	}
	kinds := []struct {
		what string
		kind any
	}{{"ascending", 1}, {"descending", -1}, {"text", "text"}, {"2d", "2d"}, {"2dsphere", "2dsphere"}, {"hashed", "hashed"}, {"haystack", "geoHaystack"}}
	for _, c := range []column{
		{"_id", false, "", false}, {"_sessions", false, "", true}, {"email", false, "", false}, {"name", false, "", false}, {"order", false, "", true}, {"joined at", false, "", true}, {"roles", false, "", false}, {"phone", false, "", true},
		{"_id", true, "", false}, {"user_id", true, "", true}, {"_hidden", true, "", true}, {"expires_at", true, "", false}, {"credential", true, "", false}, {"device_id", true, "", false}, {"phone", true, "", true},
	} {
		for _, k := range kinds {
			for i, o := range options {
				if i > 2 && k.kind != 1 {
					break // kinds and options do not matter to one another
				}
				list = append(list, object{name: strings.TrimSuffix(fmt.Sprintf("%s: %s, %s", c, k.what, o.what), ", "), sessions: c.sessions,
					index: append(d{{Key: "key", Value: is(c.name, k.kind)}}, o.d...)})
			}
		}
		for _, o := range options[:6] {
			list = append(list, object{name: strings.TrimSuffix(fmt.Sprintf("%s: with another field, %s", c, o.what), ", "), sessions: c.sessions,
				index: append(d{{Key: "key", Value: d{{Key: c.name, Value: 1}, {Key: "plan", Value: -1}}}}, o.d...)})
		}
	}
	for _, sessions := range []bool{false, true} {
		for _, path := range []string{"$**", "phone.$**", "roles.$**", "$**.x"} {
			list = append(list, object{name: column{"wildcard " + path, sessions, "", false}.String(), sessions: sessions, index: d{{Key: "key", Value: is(path, 1)}}})
		}
		list = append(list, object{name: column{"text of all fields", sessions, "", false}.String(), sessions: sessions, index: d{{Key: "key", Value: is("$**", "text")}}},
			object{name: column{"wildcard of some fields", sessions, "", false}.String(), sessions: sessions, index: d{{Key: "key", Value: is("$**", 1)}, {Key: "wildcardProjection", Value: is("phone", 1)}}},
			object{name: column{"text, language_override of ours", sessions, "", false}.String(), sessions: sessions, index: d{{Key: "key", Value: is("phone", "text")}, {Key: "language_override", Value: "name"}}},
			object{name: column{"text, language_override credential", sessions, "", false}.String(), sessions: sessions, index: d{{Key: "key", Value: is("phone", "text")}, {Key: "language_override", Value: "credential"}}},
			object{name: column{"text, in Turkish", sessions, "", false}.String(), sessions: sessions, index: d{{Key: "key", Value: is("phone", "text")}, {Key: "default_language", Value: "turkish"}}})
	}
	return list
}

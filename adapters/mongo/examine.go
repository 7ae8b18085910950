package mongo

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/spec/attr"
)

// expireAfter is how many seconds after ExpiresAt the TTL index lets the server delete a
// session. The server's clock can be ahead of the caller's.
const expireAfter = 60

// indexes are the indexes that the collection should have.
func (c *collection) indexes() []index {
	var list []index
	for _, f := range c.fields {
		if f.Unique {
			list = append(list, index{
				Name: f.Column + "_key", Key: bson.D{{Key: f.Column, Value: int32(1)}},
				Unique: true, Filter: bson.D{{Key: f.Column, Value: hasValue(f)}}, whole: !f.Nullable,
			})
		}
	}
	if c.owner == nil {
		return list
	}
	expiry := index{Name: expiresAtField + "_idx", Key: bson.D{{Key: expiresAtField, Value: int32(1)}}}
	if c.expires {
		expiry.Expires = new(int64(expireAfter))
	}
	return append(list, expiry, index{
		Name: ownerField + "_idx",
		Key: bson.D{ // in the order in which a user's sessions are listed
			{Key: ownerField, Value: int32(1)}, {Key: createdAtField, Value: int32(1)}, {Key: idField, Value: int32(1)},
		},
	})
}

// validator returns the validator of the collection. It refuses documents of other programs
// that the adapter could not read. It does not require attributes, and fields with a
// default: the next release of a program can add some, and during a rolling update the
// older programs write documents without them.
func (c *collection) validator() bson.D {
	var properties bson.D
	var required bson.A
	for _, f := range c.own {
		properties = append(properties, bson.E{Key: f.name, Value: f.schema()})
		if f.required {
			required = append(required, f.name)
		}
	}
	for _, f := range c.fields {
		allowed := types[f.Kind]
		if f.Nullable {
			allowed = append(slices.Clone(allowed), "null")
		}
		rule := bson.D{{Key: "bsonType", Value: allowed}}
		if f.Max > 0 && f.Kind == attr.String {
			rule = append(rule, bson.E{Key: "maxLength", Value: f.Max})
		}
		properties = append(properties, bson.E{Key: f.Column, Value: rule})
	}
	return bson.D{{Key: "$jsonSchema", Value: bson.D{
		{Key: "bsonType", Value: "object"}, {Key: "required", Value: required}, {Key: "properties", Value: properties},
	}}}
}

// examine compares the existing collection with the wanted one.
func (c *collection) examine(found catalog) []problem {
	var problems []problem
	report := func(format string, args ...any) {
		problems = append(problems, problem{text: fmt.Sprintf(format, args...)})
	}
	switch {
	case !found.exists:
		problems = append(problems, problem{text: "is missing", lacking: c})
	case found.kind != "collection":
		report("is not a collection but a %s", found.kind)
		return problems
	default:
		if _, has := found.options.Lookup("collation").DocumentOK(); has {
			report("has a collation, which takes different bytes for equal")
		}
		if capped, _ := found.options.Lookup("capped").BooleanOK(); capped {
			report("is capped: the server deletes documents on its own")
		}
		if _, has := found.options.Lookup("expireAfterSeconds").AsInt64OK(); has {
			report("expires: the server deletes documents on its own")
		}
		for _, field := range documentsIn(found.options.Lookup("encryptedFields", "fields")) {
			if path, _ := field.Lookup("path").StringValueOK(); c.isWritten(path) {
				report("takes only encrypted values in %s: every insert would fail", path)
			}
		}
		told := len(problems)
		for _, schema := range found.schemas {
			problems = append(problems, c.examineSchema(schema)...)
		}
		if found.refusing != nil && len(problems) == told {
			report("the validator refuses every document that the adapter writes, or every one without some value, by what it says of %s", subjectOf(found.refusing))
		}
	}
	for _, field := range found.unknown {
		ids, hint := c.id, ""
		if field == ownerField {
			ids = c.owner
		}
		if ids == &stringIDs && (field == ownerField || c.owner == nil) {
			hint = " (WithUserIDs is for ids of users that are integers or ObjectIDs)"
		}
		report("a document's %s is not of the type %s: it would never be found%s", field, ids.name, hint)
	}
	for _, want := range c.indexes() {
		problems = append(problems, c.examineIndex(want, found.indexes)...)
	}
	for _, i := range found.indexes {
		if c.isExclusive(i) {
			report("index %s lets no two documents have the same %s", i.Name, fieldsOfKey(i.Key))
		}
		if field := c.geographicField(i); field != "" {
			report("index %s takes %s for a place: every insert would fail", i.Name, field)
		}
		if i.Expires != nil && !(c.expires && len(i.Key) == 1 && i.Key[0].Key == expiresAtField) {
			report("index %s makes the server delete documents", i.Name)
		}
	}
	if slices.ContainsFunc(found.indexes, func(i index) bool { return !c.isWritten(i.Key[0].Key) && (c.isExclusive(i) || i.Expires != nil) }) {
		report("if it belongs to something else, pass other names with WithCollections")
	}
	return problems
}

// examineIndex looks for an existing index that can replace the wanted one.
func (c *collection) examineIndex(want index, found []index) []problem {
	what := fieldsOfKey(want.Key)
	for _, i := range found {
		if !want.Unique && want.Expires == nil && i.covers(want.Key[0].Key) || i.replaces(want) {
			return nil
		}
	}
	for _, i := range found {
		if i.Name == want.Name || equalKeys(i.Key, want.Key) && (!want.Unique || i.Unique) {
			return []problem{{text: fmt.Sprintf("index %s does not do what it has to: drop it, and Migrate makes it again", i.Name)}}
		}
	}
	text := what + " has no index"
	if want.Unique {
		text = what + " is not unique, byte for byte"
	}
	if want.Expires != nil {
		text = what + " has no TTL index"
	}
	return []problem{{text, c, &want}}
}

// isExclusive reports whether an index refuses documents that the adapter can write: a
// unique index on fields that have equal, null or missing values in several documents.
func (c *collection) isExclusive(i index) bool {
	if !i.Unique && !i.Prepared {
		return false
	}
	for _, key := range i.Key {
		if key.Key == idField || slices.ContainsFunc(c.fields, func(f attr.Field) bool {
			return f.Column == key.Key && (!f.Nullable || i.leavesOut(f.Column))
		}) {
			return false // its values differ, or the index is examined as that of an attribute
		}
	}
	ours := slices.ContainsFunc(c.writtenFields(), func(w writtenField) bool { return w.field == i.Key[0].Key })
	return ours || !i.Sparse && i.Filter == nil // sparse and partial indexes leave out documents without the field
}

// leavesOut reports whether an index leaves out documents because of their values of a
// field.
func (i index) leavesOut(field string) bool {
	return slices.ContainsFunc(i.Filter, func(e bson.E) bool { return e.Key == field })
}

// geographicField returns the field of the adapter that an index treats as a location.
func (c *collection) geographicField(i index) string {
	for _, key := range i.Key {
		if kind, _ := key.Value.(string); strings.HasPrefix(kind, "2d") && c.isWritten(key.Key) {
			return key.Key
		}
	}
	return ""
}

func fieldsOfKey(key bson.D) string {
	fields := make([]string, len(key))
	for i, k := range key {
		fields[i] = k.Key
	}
	return strings.Join(fields, ", ")
}

// covers reports whether the index contains all documents and can be searched by this
// field.
func (i index) covers(field string) bool {
	return i.Key[0].Key == field && !i.Hidden && !i.Sparse && i.Filter == nil && i.Collation == nil && i.Expires == nil && isDirection(i.Key[0].Value)
}

// replaces reports whether the index can be used in place of the wanted one.
func (i index) replaces(want index) bool {
	return equalKeys(i.Key, want.Key) && i.Unique == want.Unique && !i.Hidden && !i.Sparse && i.Collation == nil &&
		(reflect.DeepEqual(i.Filter, want.Filter) || i.Filter == nil && want.whole) &&
		(i.Expires == nil) == (want.Expires == nil) &&
		(i.Expires == nil || *i.Expires >= 0 && *i.Expires <= expireAfter)
}

func equalKeys(a, b bson.D) bool {
	return slices.EqualFunc(a, b, func(a, b bson.E) bool { return a.Key == b.Key && isDirection(a.Value) })
}

// isDirection reports whether a part of an index's key is ordered by its values, and not
// hashed, text or the like.
func isDirection(v any) bool {
	_, isText := v.(string)
	return !isText
}

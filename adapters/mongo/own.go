package mongo

import (
	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// collection is the wanted definition of a collection.
type collection struct {
	*driver.Collection
	own     []ownField
	fields  []attr.Field   // the attributes
	places  map[string]int // indexes of documents' fields: those of own come first, then those of fields
	id      *idType
	owner   *idType // type of the ids of users in its documents; nil if they have none
	expires bool    // it has a TTL index
}

func newCollection(c *driver.Collection, own []ownField, fields []attr.Field) *collection {
	places := make(map[string]int, len(own)+len(fields))
	for i, f := range own {
		places[f.name] = i
	}
	for i, f := range fields {
		places[f.Column] = len(own) + i
	}
	return &collection{Collection: c, own: own, fields: fields, places: places}
}

// attributeOf returns the name of the Go field for a field of a document, or "".
func (c *collection) attributeOf(name string) string {
	if place := c.places[name]; place >= len(c.own) {
		return c.fields[place-len(c.own)].Name
	}
	return ""
}

// ownField is a field of documents that does not depend on the attributes.
type ownField struct {
	name     string
	kind     attr.Kind
	maxBytes int     // limit of a text
	ids      *idType // type of the ids, if it holds ids
	userID   bool    // it holds ids of users
	nullable bool    // a document can lack it or have null in it
	required bool    // a document without it cannot be read
}

// ownFields returns the fields for columns. UserIDs is the type of the ids of users.
func ownFields[R any](columns []spec.Column[R], userIDs *idType) []ownField {
	list := make([]ownField, len(columns))
	for i, c := range columns {
		f := ownField{
			name: c.Name, kind: c.Kind, maxBytes: c.Max, userID: c.UserID,
			nullable: c.Nullable, required: !c.Nullable && !c.HasDefault,
		}
		if c.Name == "id" {
			f.name, f.ids = idField, &stringIDs
		}
		if c.UserID {
			f.ids = userIDs
		}
		list[i] = f
	}
	return list
}

func (f ownField) isText() bool {
	return f.kind == attr.String && (f.ids == nil || f.ids == &stringIDs)
}

// schema returns the field's schema in the validator.
func (f ownField) schema() bson.D {
	allowed := types[f.kind][:1]
	if f.ids != nil {
		allowed = f.ids.types
	}
	rule := bson.D{{Key: "bsonType", Value: allowed}}
	if f.ids == &stringIDs {
		rule = append(rule, bson.E{Key: "minLength", Value: 1})
	}
	if f.isText() {
		rule = append(rule, bson.E{Key: "maxLength", Value: f.maxBytes})
	}
	return rule
}

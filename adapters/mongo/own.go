package mongo

import (
	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// collection is a collection as it should be.
type collection struct {
	*driver.Collection
	own     []ownField
	fields  []attr.Field   // the attributes
	places  map[string]int // of fields of documents: in own, or, after those, in fields
	id      *idType
	owner   *idType // of the users that its documents name; nil: they name none
	expires bool    // by a TTL index
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

// attributeOf returns the Go field of the attribute in a field of a document.
func (c *collection) attributeOf(name string) string {
	if place := c.places[name]; place >= len(c.own) {
		return c.fields[place-len(c.own)].Name
	}
	return ""
}

// ownField is a field that documents of a collection have whatever the
// attributes are.
type ownField struct {
	name     string
	kind     attr.Kind
	maxBytes int     // of a text
	ids      *idType // if it holds an id
	userID   bool    // if it holds the id of a user
	nullable bool    // a document may do without it, or have null
	required bool    // no document can be read without it
}

// ownFields returns the fields for columns. The ids of users are kept as
// userIDs says.
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

// schema returns what a validator says of the field.
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

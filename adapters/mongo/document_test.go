package mongo

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/spec"
)

// The error of a document that cannot be read names the field once and does not contain
// the value.
func TestUnreadableDocument(t *testing.T) {
	t.Parallel()
	type attributes struct {
		Name  string
		Level int8
		Roles []string
	}
	schema, err := spec.UserSchema[attributes]()
	if err != nil {
		t.Fatal(err)
	}
	c := newCollection(nil, ownFields(spec.UserColumns(), &integerIDs), schema.Fields())
	id, name := bson.E{Key: idField, Value: int64(1)}, bson.E{Key: "name", Value: "Ann"}
	for want, doc := range map[string]bson.D{
		"": {id, name, {Key: "level", Value: int32(7)}, {Key: "roles", Value: `["admin"]`}, {Key: "other", Value: 1}},
		"a stored document has not all of its fields":                      {name},
		"field _id is of type string":                                      {{Key: idField, Value: "quagga"}, name},
		"attribute Name: the stored value (bool) does not fit string":      {id, {Key: "name", Value: true}},
		"attribute Name: the stored value is of type embedded document":    {id, {Key: "name", Value: bson.D{{Key: "quagga", Value: 1}}}},
		"attribute Level: the stored value (int32) does not fit int8":      {id, {Key: "level", Value: int32(1000)}},
		"attribute Roles: the stored value (string) does not fit []string": {id, {Key: "roles", Value: "quagga"}},
		"attribute Roles: the stored value is of type array":               {id, {Key: "roles", Value: bson.A{"quagga"}}},
		"attribute Name: the stored value (null) does not fit string":      {id, {Key: "name", Value: nil}},
	} {
		raw, err := bson.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		var row spec.UserRow
		var v attributes
		columns := spec.UserColumns()
		got := ""
		if err := c.decode(raw, func(i int) any { return columns[i].Pointer(&row) }, schema.Pointers(&v)); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if want == "" && (row.ID != "1" || v.Name != "Ann" || v.Level != 7 || len(v.Roles) != 1) {
			t.Errorf("got %+v %+v", row, v)
		}
	}
	if err := c.decode(bson.Raw{9, 0, 0, 0, 2, 0, 9, 9, 0}, nil, nil); err != errMalformed {
		t.Errorf("malformed: got %v", err)
	}
}

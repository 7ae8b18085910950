package mongo

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// fieldOf returns the field of documents that a column is kept in.
func fieldOf[R any](c spec.Column[R]) string {
	if c.Name == "id" {
		return idField
	}
	return c.Name
}

// ownField is a field that documents of a collection have whatever the
// attributes are.
type ownField struct {
	name     string
	kind     attr.Kind
	max      int     // bytes of a text
	ids      *idType // if it holds an id
	nullable bool    // a document may do without it, or have null
	must     bool    // no document can be read without it
}

// ownFields returns the fields for columns. The ids of users are kept as
// userIDs says.
func ownFields[R any](columns []spec.Column[R], userIDs *idType) []ownField {
	list := make([]ownField, len(columns))
	for i, c := range columns {
		list[i] = ownField{name: fieldOf(c), kind: c.Kind, max: c.Max, nullable: c.Nullable, must: isNeeded(c)}
		switch {
		case c.UserID:
			list[i].ids = userIDs
		case list[i].name == idField:
			list[i].ids = &stringIDs
		}
	}
	return list
}

// isNeeded reports whether no document can be read without a column.
func isNeeded[R any](c spec.Column[R]) bool { return !c.Nullable && !c.HasDefault }

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
		rule = append(rule, bson.E{Key: "maxLength", Value: f.max})
	}
	return rule
}

// encodeOwn returns the fields of a row that are no attributes. UserID is the id
// of a user as it is kept, or nil. What is null has no field.
func encodeOwn[R any](columns []spec.Column[R], row *R, userID any) bson.D {
	doc := make(bson.D, 0, len(columns))
	for _, c := range columns {
		v := c.Value(row)
		if c.UserID {
			v = userID
		}
		if t, isTime := v.(time.Time); isTime {
			v = bson.NewDateTimeFromTime(t)
		}
		if v != nil {
			doc = append(doc, bson.E{Key: fieldOf(c), Value: v})
		}
	}
	return doc
}

// decodeOwn sets a column of a row to what its field holds.
func decodeOwn[R any](c spec.Column[R], row *R, v bson.RawValue, userIDs *idType) error {
	if c.Nullable && v.Type == bson.TypeNull {
		return nil
	}
	switch into := c.Pointer(row).(type) {
	case *time.Time:
		return timeInto(into, v)
	case *string:
		if !c.UserID {
			return textInto(into, v)
		}
		id, ok := userIDs.decode(v)
		if !ok {
			return fmt.Errorf("the id of a user is of type %s", v.Type)
		}
		*into = id
	}
	return nil
}

// decodeFields sets the columns of a row from the fields of a document, and
// calls other for each field that is of none of them. A column with a default
// stays as it is if the document has no such field.
func decodeFields[R any](columns []spec.Column[R], row *R, doc bson.Raw, userIDs *idType, other func(bson.RawElement) error) error {
	elements, err := doc.Elements()
	if err != nil {
		return err
	}
	missing := 0
	for _, c := range columns {
		if isNeeded(c) {
			missing++
		}
	}
	for _, e := range elements {
		i := slices.IndexFunc(columns, func(c spec.Column[R]) bool { return fieldOf(c) == e.Key() })
		if i < 0 {
			err = other(e)
		} else {
			err = decodeOwn(columns[i], row, e.Value(), userIDs)
			if isNeeded(columns[i]) {
				missing--
			}
		}
		if err != nil {
			return err
		}
	}
	if missing != 0 {
		return errors.New("a stored document has not all of its fields")
	}
	return nil
}

func textInto(into *string, v bson.RawValue) (err error) {
	text, ok := v.StringValueOK()
	if !ok {
		return fmt.Errorf("a stored text is of type %s", v.Type)
	}
	*into = text
	return nil
}

func timeInto(into *time.Time, v bson.RawValue) error {
	ms, ok := v.DateTimeOK()
	if ok {
		*into, ok = attr.NormalTime(time.UnixMilli(ms))
	}
	if !ok {
		return fmt.Errorf("a stored value (%s) is not a time in years 1 to 9999", v.Type)
	}
	return nil
}

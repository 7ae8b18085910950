package mongo

import (
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"

	"github.com/tenon-go/tenon/spec/attr"
)

// Values are read from and written to the driver's own buffers, because package bson would
// make several copies of each.

var errMalformed = errors.New("a stored document is malformed")

// elementsOf returns the encoded elements of a document or an array, and the byte that ends
// it.
func elementsOf(doc []byte) []byte {
	if len(doc) < 4 {
		return nil
	}
	return doc[4:] // after the length
}

func valueOf(element bsoncore.Element) bson.RawValue {
	v := element.Value()
	return bson.RawValue{Type: bson.Type(v.Type), Value: v.Data}
}

// lookupField returns the value of a field of a document, or the zero value if there is no
// such field.
func lookupField(doc bson.Raw, name string) bson.RawValue {
	for rest := elementsOf(doc); len(rest) > 1; {
		element, after, ok := bsoncore.ReadElement(rest)
		if !ok {
			break
		}
		if string(element.KeyBytes()) == name {
			return valueOf(element)
		}
		rest = after
	}
	return bson.RawValue{}
}

// firstDocument returns the first element of an array, and whether that is a document.
func firstDocument(v bson.RawValue) (bson.Raw, bool) {
	list, ok := v.ArrayOK()
	if !ok {
		return nil, false
	}
	element, _, ok := bsoncore.ReadElement(elementsOf(list))
	if !ok {
		return nil, false
	}
	return valueOf(element).DocumentOK()
}

// pipeline is an encoded array of stages, which the driver sends unchanged.
type pipeline []byte

// MarshalBSONValue implements bson.ValueMarshaler.
func (p pipeline) MarshalBSONValue() (byte, []byte, error) { return byte(bson.TypeArray), p, nil }

// appendValue appends an element to the elements of a document.
func appendValue(dst []byte, field string, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return bsoncore.AppendNullElement(dst, field), nil
	case string:
		return bsoncore.AppendStringElement(dst, field, v), nil
	case bool:
		return bsoncore.AppendBooleanElement(dst, field, v), nil
	case int64:
		return bsoncore.AppendInt64Element(dst, field, v), nil
	case float64:
		return bsoncore.AppendDoubleElement(dst, field, v), nil
	case time.Time:
		return bsoncore.AppendDateTimeElement(dst, field, v.UnixMilli()), nil
	case []byte:
		return bsoncore.AppendBinaryElement(dst, field, bson.TypeBinaryGeneric, v), nil
	case bson.ObjectID:
		return bsoncore.AppendObjectIDElement(dst, field, v), nil
	}
	return nil, fmt.Errorf("field %s: a value of type %T", field, value)
}

// appendTo appends the column that pointer points to. For the id of a user it appends
// userID, which is in its stored form. It omits null.
func (f ownField) appendTo(dst []byte, pointer, userID any) ([]byte, error) {
	switch p := pointer.(type) {
	case *time.Time:
		if f.nullable && p.IsZero() {
			return dst, nil
		}
		return bsoncore.AppendDateTimeElement(dst, f.name, p.UnixMilli()), nil
	case *string:
		if f.nullable && *p == "" {
			return dst, nil
		}
		if !f.userID {
			return bsoncore.AppendStringElement(dst, f.name, *p), nil
		}
	}
	return appendValue(dst, f.name, userID)
}

// set sets the column that pointer points to.
func (f ownField) set(pointer any, v bson.RawValue) error {
	if f.nullable && v.Type == bson.TypeNull {
		return nil
	}
	switch into := pointer.(type) {
	case *time.Time:
		ms, ok := v.DateTimeOK()
		if !ok {
			return fmt.Errorf("a stored time is of type %s", v.Type)
		}
		*into = time.UnixMilli(ms)
	case *string:
		ids := f.ids
		if ids == nil {
			ids = &stringIDs
		}
		id, ok := ids.decode(v)
		if !ok {
			return fmt.Errorf("field %s is of type %s", f.name, v.Type)
		}
		*into = id
	}
	return nil
}

// setAttribute sets an attribute through its pointer.
func setAttribute(f *attr.Field, pointer any, v bson.RawValue) error {
	switch into := pointer.(type) {
	case *string:
		if text, ok := v.StringValueOK(); ok {
			*into = text
			return nil
		}
	case *time.Time:
		if ms, ok := v.DateTimeOK(); ok {
			*into = time.UnixMilli(ms)
			return nil
		}
	}
	value, err := decodeValue(v)
	if err != nil {
		return fmt.Errorf("attribute %s: %w", f.Name, err)
	}
	return f.Set(pointer, value)
}

// decodeValue returns a stored value in a form that attr.Set accepts. Bytes are not copied
// from the document.
func decodeValue(v bson.RawValue) (any, error) {
	switch v.Type {
	case bson.TypeNull:
		return nil, nil
	case bson.TypeString:
		return v.StringValue(), nil
	case bson.TypeBoolean:
		return v.Boolean(), nil
	case bson.TypeInt32:
		return v.Int32(), nil
	case bson.TypeInt64:
		return v.Int64(), nil
	case bson.TypeDouble:
		return v.Double(), nil
	case bson.TypeDateTime:
		return time.UnixMilli(v.DateTime()), nil
	case bson.TypeBinary:
		_, data := v.Binary()
		return data, nil
	}
	return nil, fmt.Errorf("the stored value is of type %s", v.Type)
}

package conformance

import (
	"reflect"
	"sync"

	"github.com/tenon-go/tenon/spec/attr"
)

// schemas and masks have what was made before, because races need them in every round, and to
// examine a type takes much longer than a call in memory.
var (
	schemas sync.Map // *attr.Schema[T] by the type T
	masks   sync.Map // attr.Mask[T] by maskKey[T]
)

// maskKey is the name of the attribute of T that a mask names.
type maskKey[T any] string

// schemaOf is [attr.SchemaOf] for the suite's own types.
func schemaOf[T any](t TB) *attr.Schema[T] {
	typ := reflect.TypeFor[T]()
	if made, ok := schemas.Load(typ); ok {
		return made.(*attr.Schema[T])
	}
	schema, err := attr.SchemaOf[T]()
	if err != nil {
		t.Fatalf("the suite's own types: %v", err)
	}
	schemas.Store(typ, schema)
	return schema
}

// fields returns the attributes of T.
func fields[T any](t TB) []attr.Field { return schemaOf[T](t).Fields() }

// fieldNames returns the Go names of the attributes of T.
func fieldNames[T any](t TB) []string {
	var names []string
	for _, f := range fields[T](t) {
		names = append(names, f.Name)
	}
	return names
}

// uniqueNames returns the names of the unique attributes of T.
func uniqueNames[T any](t TB) []string {
	var names []string
	for _, f := range fields[T](t) {
		if f.Unique {
			names = append(names, f.Name)
		}
	}
	return names
}

// fieldMask returns the mask of one attribute, or the zero mask if the type has none.
func fieldMask[T any](t TB, field string) attr.Mask[T] {
	if field == "" {
		return attr.Mask[T]{}
	}
	if made, ok := masks.Load(maskKey[T](field)); ok {
		return made.(attr.Mask[T])
	}
	mask, err := attr.Fields[T](field)
	if err != nil {
		t.Fatalf("the suite's own mask: %v", err)
	}
	masks.Store(maskKey[T](field), mask)
	return mask
}

// merge returns old with the masked attributes of new.
func merge[T any](t TB, old, updated T, mask attr.Mask[T]) T {
	if err := schemaOf[T](t).Merge(&old, updated, mask); err != nil {
		t.Fatalf("the suite's own attributes: %v", err)
	}
	return old
}

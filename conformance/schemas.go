package conformance

import (
	"reflect"
	"sync"

	"github.com/tenon-go/tenon/spec/attr"
)

// examiner is a TB of a check. It keeps the schemas and masks of the check, because races need
// them in every round, and to examine a type takes much longer than a call in memory.
type examiner interface {
	TB
	examined() *sync.Map // of *attr.Schema[T] by the type T, and attr.Mask[T] by maskKey[T]
}

func (r *recorder) examined() *sync.Map { return &r.types }

// maskKey is the name of the attribute of T that a mask names.
type maskKey[T any] string

// schemaOf is [attr.SchemaOf] for the suite's own types.
func schemaOf[T any](t examiner) *attr.Schema[T] {
	typ := reflect.TypeFor[T]()
	if made, ok := t.examined().Load(typ); ok {
		return made.(*attr.Schema[T])
	}
	schema, err := attr.SchemaOf[T]()
	if err != nil {
		t.Fatalf("the suite's own types: %v", err)
	}
	t.examined().Store(typ, schema)
	return schema
}

// fields returns the attributes of T.
func fields[T any](t examiner) []attr.Field { return schemaOf[T](t).Fields() }

// fieldNames returns the Go names of the attributes of T.
func fieldNames[T any](t examiner) []string {
	var names []string
	for _, f := range fields[T](t) {
		names = append(names, f.Name)
	}
	return names
}

// uniqueNames returns the names of the unique attributes of T.
func uniqueNames[T any](t examiner) []string {
	var names []string
	for _, f := range fields[T](t) {
		if f.Unique {
			names = append(names, f.Name)
		}
	}
	return names
}

// fieldMask returns the mask of one attribute, or the zero mask if the type has none.
func fieldMask[T any](t examiner, field string) attr.Mask[T] {
	if field == "" {
		return attr.Mask[T]{}
	}
	if made, ok := t.examined().Load(maskKey[T](field)); ok {
		return made.(attr.Mask[T])
	}
	mask, err := attr.Fields[T](field)
	if err != nil {
		t.Fatalf("the suite's own mask: %v", err)
	}
	t.examined().Store(maskKey[T](field), mask)
	return mask
}

// merge returns old with the masked attributes of new.
func merge[T any](t examiner, old, updated T, mask attr.Mask[T]) T {
	if err := schemaOf[T](t).Merge(&old, updated, mask); err != nil {
		t.Fatalf("the suite's own attributes: %v", err)
	}
	return old
}

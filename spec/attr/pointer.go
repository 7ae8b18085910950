package attr

import (
	"fmt"
	"reflect"
	"time"
)

// pointerTypes are the types of the pointers that [Schema.Pointers] returns, except
// *Destination.
var pointerTypes = []reflect.Type{
	reflect.TypeFor[*string](), reflect.TypeFor[*bool](), reflect.TypeFor[*int64](), reflect.TypeFor[*int](),
	reflect.TypeFor[*float64](), reflect.TypeFor[*time.Time](), reflect.TypeFor[*[]byte](),
	reflect.TypeFor[**string](), reflect.TypeFor[**bool](), reflect.TypeFor[**int64](), reflect.TypeFor[**int](),
	reflect.TypeFor[**float64](), reflect.TypeFor[**time.Time](),
}

// Pointers returns a pointer to each attribute of v, in the order of
// [Schema.Fields]. A store reads a row into v by setting what they point to. [Set]
// sets any of them. Their types are:
//
//   - *string, *bool, *int64, *int, *float64, *time.Time or *[]byte
//   - for a nullable attribute **string, **bool, **int64, **int, **float64 or
//     **time.Time, where nil is null; a *[]byte is nullable as it is
//   - *[Destination] for every other attribute
//
// An attribute of a named type has the pointer of its underlying type.
func (s *Schema[T]) Pointers(v *T) []any {
	rv := reflect.ValueOf(v).Elem()
	list := make([]any, len(s.fields))
	for i := range s.fields {
		f := &s.fields[i]
		list[i] = f.pointerTo(rv.FieldByIndex(f.index))
	}
	return list
}

// NewPointers returns pointers to new variables for the attributes, of the types
// that [Schema.Pointers] lists. An adapter that wraps another adapter uses it to
// read a row without the struct.
func NewPointers(fields []Field) []any {
	list := make([]any, len(fields))
	for i := range fields {
		f := &fields[i]
		t := f.Type
		if f.pointer {
			t = reflect.PointerTo(t)
		}
		list[i] = f.pointerTo(reflect.New(t).Elem())
	}
	return list
}

// pointerTo returns the pointer that sets into, a variable of the attribute's type.
func (f *Field) pointerTo(into reflect.Value) any {
	if f.direct == nil {
		return &Destination{f, into}
	}
	p := into.Addr()
	if p.Type() != f.direct {
		p = p.Convert(f.direct)
	}
	return p.Interface()
}

// Set sets the variable that pointer points to. Pointer is one that
// [Schema.Pointers] or [NewPointers] returned. Src is any value that
// [Destination.Scan] accepts. The variable shares no bytes with src. If Set returns
// an error, the variable is unchanged and the error does not contain the value.
func Set(pointer, src any) error {
	if d, ok := pointer.(*Destination); ok {
		return d.Scan(src)
	}
	if !set(pointer, src) {
		return newMismatch(src, reflect.TypeOf(pointer).Elem())
	}
	return nil
}

// SetAll calls [Set] for each pointer and the value at the same index. An error
// identifies the attribute by its index, starting at 0, or by its name.
func SetAll(pointers, values []any) error {
	if len(pointers) != len(values) {
		return fmt.Errorf("%d stored values for %d attributes", len(values), len(pointers))
	}
	for i, p := range pointers {
		if err := setNamed(p, values[i], i); err != nil {
			return err
		}
	}
	return nil
}

// Set sets this attribute by its pointer, as [Set] does. An error names the
// attribute.
func (f *Field) Set(pointer, src any) error { return setNamed(pointer, src, f.Name) }

// setNamed is Set with an error that says which attribute it is about: a
// Destination's does.
func setNamed[N int | string](pointer, src any, name N) error {
	err := Set(pointer, src)
	if _, says := pointer.(*Destination); err == nil || says {
		return err
	}
	return fmt.Errorf("attribute %v: %w", name, err)
}

func set(pointer, src any) bool {
	switch p := pointer.(type) {
	case *string:
		return put(p, src, toText)
	case *bool:
		return put(p, src, toBool)
	case *int64:
		return put(p, src, toInt64)
	case *int:
		return put(p, src, toInt)
	case *float64:
		return put(p, src, toFloat)
	case *time.Time:
		return put(p, src, toTime)
	case *[]byte:
		if src == nil {
			*p = nil
			return true
		}
		return put(p, src, toBytes)
	case **string:
		return putNew(p, src, toText)
	case **bool:
		return putNew(p, src, toBool)
	case **int64:
		return putNew(p, src, toInt64)
	case **int:
		return putNew(p, src, toInt)
	case **float64:
		return putNew(p, src, toFloat)
	case **time.Time:
		return putNew(p, src, toTime)
	}
	return false
}

func put[V any](into *V, src any, convert func(any) (V, bool)) bool {
	v, ok := convert(src)
	if ok {
		*into = v
	}
	return ok
}

// putNew sets a nullable attribute to point to a new variable.
func putNew[V any](into **V, src any, convert func(any) (V, bool)) bool {
	if src == nil {
		*into = nil
		return true
	}
	v, ok := convert(src)
	if ok {
		*into = &v
	}
	return ok
}

func toBool(src any) (v, ok bool) {
	n, ok := toInt64(src)
	return n == 1, ok && (n == 0 || n == 1)
}

func toInt(src any) (int, bool) {
	n, ok := toInt64(src)
	return int(n), ok && int64(int(n)) == n
}

// NormalTimes changes every time that pointers point to into the form that stores
// keep (see [NormalTime]). The pointers are those of [Schema.Pointers]. It reports
// false if a time is outside years 1 to 9999. It does not change the times of a
// *[Destination], which Scan has already put into that form.
func NormalTimes(pointers []any) bool {
	for _, pointer := range pointers {
		ok := true
		switch p := pointer.(type) {
		case *time.Time:
			*p, ok = NormalTime(*p)
		case **time.Time:
			if *p != nil {
				var t time.Time
				t, ok = NormalTime(**p)
				*p = &t // a new variable, because the store may have kept its pointer
			}
		}
		if !ok {
			return false
		}
	}
	return true
}

package attr

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

var timeType = reflect.TypeFor[time.Time]()

// compileField returns the kind and the options of one struct field.
func compileField(sf reflect.StructField, tag tag) (Field, error) {
	f := Field{Name: sf.Name, Column: tag.column, Type: sf.Type, Unique: tag.unique, Max: tag.maxBytes}
	if f.Column == "" {
		f.Column = snakeCase(sf.Name)
	}
	if isValuer(f.Type) {
		return f, errValuer
	}
	if f.Type.Kind() == reflect.Pointer {
		f.Type, f.pointer = f.Type.Elem(), true
	}
	var err error
	if f.Kind, err = kindOf(f.Type); err != nil {
		return f, err
	}
	f.Nullable = f.pointer || f.Kind == Bytes
	if i := slices.IndexFunc(pointerTypes, reflect.PointerTo(sf.Type).ConvertibleTo); i >= 0 {
		f.direct = pointerTypes[i]
	}
	text := f.Kind == String || f.Kind == Bytes
	if f.Max > 0 && !text {
		return f, fmt.Errorf("max is for strings and []byte, not for %s", sf.Type)
	}
	if f.Unique {
		switch {
		case text && (f.Max == 0 || f.Max > 255):
			return f, errors.New("unique needs a max of at most 255, which every engine can index")
		case !text && f.Kind != Int && f.Kind != Time:
			return f, fmt.Errorf("unique is for strings, []byte, integers and times, not for %s", sf.Type)
		}
	}
	return f, nil
}

var errValuer = errors.New("types with a Scan or Value method of their own cannot be kept portably: " +
	"use a pointer for null, a string or []byte for the rest")

// isValuer reports whether t is a database/sql Scanner or driver.Valuer. It
// compares the signatures of the methods, because this package does not import
// database/sql.
func isValuer(t reflect.Type) bool {
	if t.Kind() != reflect.Pointer {
		t = reflect.PointerTo(t)
	}
	if t.Implements(reflect.TypeFor[interface{ Scan(any) error }]()) {
		return true
	}
	m, ok := t.MethodByName("Value")
	return ok && m.Type.NumIn() == 1 && m.Type.NumOut() == 2 &&
		m.Type.Out(0).PkgPath() == "database/sql/driver" && m.Type.Out(1) == reflect.TypeFor[error]()
}

// isScalar reports whether t is a struct that is stored as one value: a time.
func isScalar(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.ConvertibleTo(timeType)
}

func kindOf(t reflect.Type) (Kind, error) {
	switch t.Kind() {
	case reflect.String:
		return String, nil
	case reflect.Bool:
		return Bool, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return Int, nil
	case reflect.Float64:
		return Float, nil
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return Bytes, nil
		}
		return JSON, checkJSON(t, map[reflect.Type]bool{})
	case reflect.Map:
		return JSON, checkJSON(t, map[reflect.Type]bool{})
	case reflect.Struct:
		if isScalar(t) {
			return Time, nil
		}
		return JSON, checkJSON(t, map[reflect.Type]bool{})
	}
	return 0, fmt.Errorf("a field of type %s cannot be kept", t)
}

// checkJSON returns an error for types that encoding/json cannot write and read.
// The program then fails at start-up and not in a request.
func checkJSON(t reflect.Type, seen map[reflect.Type]bool) error {
	if seen[t] {
		return nil
	}
	seen[t] = true
	p := reflect.PointerTo(t)
	if p.Implements(reflect.TypeFor[json.Marshaler]()) || p.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return nil
	}
	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer:
		return fmt.Errorf("encoding/json cannot write %s", t)
	case reflect.Interface:
		if t.NumMethod() > 0 {
			return fmt.Errorf("encoding/json cannot read %s", t)
		}
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return checkJSON(t.Elem(), seen)
	case reflect.Map:
		switch k := t.Key(); k.Kind() {
		case reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
			reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		default:
			if !k.Implements(reflect.TypeFor[encoding.TextMarshaler]()) ||
				!reflect.PointerTo(k).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
				return fmt.Errorf("encoding/json cannot write and read the keys of %s", t)
			}
		}
		return checkJSON(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			sf := t.Field(i)
			if (!sf.IsExported() && !sf.Anonymous) || sf.Tag.Get("json") == "-" {
				continue
			}
			if err := checkJSONTag(sf); err != nil {
				return err
			}
			if err := checkJSON(sf.Type, seen); err != nil {
				return fmt.Errorf("%s: %w", sf.Name, err)
			}
		}
	}
	return nil
}

// checkJSONTag returns an error for the option "string" on strings. That option
// escapes a string twice, and [Field.json] would not see bytes that are not UTF-8.
func checkJSONTag(sf reflect.StructField) error {
	t := sf.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	options := strings.Split(sf.Tag.Get("json"), ",")[1:]
	if t.Kind() == reflect.String && slices.Contains(options, "string") {
		return fmt.Errorf(`%s: json option "string" on a string cannot be kept`, sf.Name)
	}
	return nil
}

package attr

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Schema is a compiled attribute type. It is safe for concurrent use.
type Schema[T any] struct {
	name   string
	fields []Field
	places []int // the indexes of all fields: 0, 1, …
}

// SchemaOf compiles the struct type T. Own are the columns, besides "id", that
// attributes must not use, in upper or lower case: UserSchema and SessionSchema of
// package spec pass those of users and sessions. The package comment lists the types
// that SchemaOf refuses. The error names the type and the field.
func SchemaOf[T any](own ...string) (*Schema[T], error) {
	t := reflect.TypeFor[T]()
	s := &Schema[T]{name: t.String()}
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("attr: %s is not a struct", s.name)
	}
	errOneValue := fmt.Errorf("attr: %s is one value, not a struct of attributes", s.name)
	if isScalar(t) {
		return nil, errOneValue
	}
	if err := s.add(t, nil); err != nil {
		return nil, err
	}
	// After the fields, so that the error names an embedded field with such a method.
	if isValuer(t) {
		return nil, errOneValue
	}
	if err := s.checkNames(own); err != nil {
		return nil, err
	}
	for i := range s.fields {
		s.places = append(s.places, i)
	}
	return s, nil
}

// add compiles the fields of t, a struct at index within T.
func (s *Schema[T]) add(t reflect.Type, index []int) error {
	for i := range t.NumField() {
		sf := t.Field(i)
		at := append(slices.Clone(index), i)
		tag, err := parseTag(sf.Tag)
		if err != nil {
			return s.errorf(sf.Name, "%w", err)
		}
		if tag.skip {
			continue
		}
		if sf.Anonymous && tag.column == "" && promotes(sf.Type) {
			if tag.unique || tag.maxBytes > 0 {
				return s.errorf(sf.Name, "an embedded struct takes no options: its fields do")
			}
			if err := s.add(sf.Type, at); err != nil {
				return err
			}
			continue
		}
		if sf.Anonymous && sf.Type.Kind() == reflect.Pointer {
			return s.errorf(sf.Name, `an embedded pointer cannot be kept: embed the struct itself, or leave it out with db:"-"`)
		}
		if !sf.IsExported() {
			return s.errorf(sf.Name, `an unexported field cannot be kept: export it, or leave it out with db:"-"`)
		}
		f, err := compileField(sf, tag)
		if err != nil {
			return s.errorf(sf.Name, "%w", err)
		}
		f.index = at
		s.fields = append(s.fields, f)
	}
	return nil
}

// promotes reports whether the fields of an embedded t are attributes.
func promotes(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && !isScalar(t) && !isValuer(t)
}

// checkNames returns an error if two fields have the same name, or if a column is
// reserved or cannot be a column in some engine.
func (s *Schema[T]) checkNames(own []string) error {
	names, columns := map[string]bool{}, map[string]string{}
	for _, f := range s.fields {
		if err := checkColumn(f.Column); err != nil {
			return s.errorf(f.Name, "column %q: %w", f.Column, err)
		}
		folded := strings.ToLower(f.Column)
		if folded == "id" || slices.ContainsFunc(own, func(o string) bool { return strings.ToLower(o) == folded }) {
			return s.errorf(f.Name, "column %q is the entity's own", f.Column)
		}
		if other, taken := columns[folded]; taken {
			return s.errorf(f.Name, "column %q is that of %s already (case does not count)", f.Column, other)
		}
		if names[f.Name] {
			return s.errorf(f.Name, "two fields of this name, by embedding")
		}
		names[f.Name], columns[folded] = true, f.Name
	}
	return nil
}

// Place returns the index in [Schema.Fields] of the attribute with this Go name.
// It reports false if there is no such attribute.
func (s *Schema[T]) Place(name string) (int, bool) {
	for i := range s.fields {
		if s.fields[i].Name == name {
			return i, true
		}
	}
	return 0, false
}

func (s *Schema[T]) errorf(field, format string, args ...any) error {
	return fmt.Errorf("attr: %s.%s: "+format, append([]any{s.name, field}, args...)...)
}

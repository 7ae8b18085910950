package attr

import (
	"fmt"
	"slices"
)

// Mask names the attributes that an update sets. It is made by [Fields] or
// [All], once, at start-up. The zero Mask names nothing: an update with it
// only looks whether the row exists.
type Mask[T any] struct {
	all    bool
	places []int // in the schema, ascending
}

// All returns the mask that names every attribute.
func All[T any]() Mask[T] { return Mask[T]{all: true} }

// Fields returns the mask that names these fields of T, by their Go names. A
// name that T does not have, or that is left out by db:"-", is an error.
// No names give the zero Mask.
func Fields[T any](names ...string) (Mask[T], error) {
	s, err := SchemaOf[T]()
	if err != nil {
		return Mask[T]{}, err
	}
	var mask Mask[T]
	for _, name := range names {
		i, ok := s.Place(name)
		if !ok {
			return Mask[T]{}, fmt.Errorf("attr: mask of %s: no attribute %q", s.name, name)
		}
		mask.places = append(mask.places, i)
	}
	slices.Sort(mask.places)
	mask.places = slices.Compact(mask.places)
	return mask, nil
}

// Empty reports whether the mask names nothing.
func (m Mask[T]) Empty() bool { return !m.all && len(m.places) == 0 }

// Places returns the places of the masked attributes in the order of the struct,
// from 0 on, ascending. The slice is the same at each call with a mask, and not
// to be changed.
func (s *Schema[T]) Places(mask Mask[T]) []int {
	if mask.all {
		return s.places
	}
	return mask.places
}

package attr

import (
	"fmt"
	"slices"
)

// Mask names the attributes that an update sets. Call [Fields] or [All] to make a
// Mask, once, at start-up. The zero Mask names no attributes: an update with it
// only checks that the row exists.
type Mask[T any] struct {
	all    bool
	places []int // indexes into the schema's fields, ascending
}

// All returns the mask that names every attribute.
func All[T any]() Mask[T] { return Mask[T]{all: true} }

// Fields returns the mask that names these fields of T, by their Go names. It
// returns an error if T has no field of a name, or if the field has the tag db:"-".
// Without names it returns the zero Mask.
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

// Places returns the indexes of the masked attributes in [Schema.Fields], in
// ascending order. Every call with the same mask returns the same slice, which the
// caller must not modify.
func (s *Schema[T]) Places(mask Mask[T]) []int {
	if mask.all {
		return s.places
	}
	return mask.places
}

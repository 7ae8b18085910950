package attr

import "fmt"

// Mask names the attributes that an update sets. It is made by [Fields] or
// [All], once, at start-up. The zero Mask names nothing: an update with it
// only looks whether the row is there.
type Mask[T any] struct {
	all    bool
	fields map[int]bool // by position in the schema
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
	mask := Mask[T]{fields: make(map[int]bool)}
	for _, name := range names {
		i, ok := s.position(name)
		if !ok {
			return Mask[T]{}, fmt.Errorf("attr: mask of %s: no attribute %q", s.name, name)
		}
		mask.fields[i] = true
	}
	return mask, nil
}

// Empty reports whether the mask names nothing.
func (m Mask[T]) Empty() bool { return !m.all && len(m.fields) == 0 }

func (m Mask[T]) has(i int) bool { return m.all || m.fields[i] }

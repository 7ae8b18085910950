package memory

import (
	"slices"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// codec turns attributes into the values that a row holds, and back.
//
// A row holds what a row of a database would: plain values, and JSON as text.
// Keeping the caller's T, or a clone of it, would not do: it would have to be
// cloned once more for each reader, and for a type whose MarshalJSON and
// UnmarshalJSON are not inverse, twice is not the same as once.
type codec[T any] struct {
	schema *attr.Schema[T]
	place  map[string]int // of an attribute's value in a row, by the Go field's name
}

func newCodec[T any](schema *attr.Schema[T]) *codec[T] {
	c := &codec[T]{schema, make(map[string]int)}
	for i, f := range schema.Fields() {
		c.place[f.Name] = i
	}
	return c
}

// patch is the values of some attributes of a row.
type patch struct {
	places []int
	values []any
}

// apply returns the row with these values in place of its own. The row stays
// as it is: others may be reading it.
func (p patch) apply(row []any) []any {
	row = slices.Clone(row)
	for i, place := range p.places {
		row[place] = p.values[i]
	}
	return row
}

// encode checks the masked attributes and returns their values.
func (c *codec[T]) encode(v T, mask attr.Mask[T]) (patch, error) {
	values, err := spec.Values(c.schema, v, mask)
	if err != nil {
		return patch{}, err
	}
	p := patch{make([]int, len(values)), values}
	for i, f := range c.schema.Select(mask) {
		p.places[i] = c.place[f.Name]
	}
	return p, nil
}

// encodeAll checks all attributes and returns their values: a whole row.
func (c *codec[T]) encodeAll(v T) ([]any, error) {
	return spec.Values(c.schema, v, attr.All[T]())
}

// decode returns the attributes of a row. They share nothing with it.
func (c *codec[T]) decode(row []any) (T, error) {
	var v T
	for i, d := range c.schema.Destinations(&v) {
		if err := d.Scan(row[i]); err != nil {
			var zero T
			return zero, spec.ErrFailed
		}
	}
	return v, nil
}

func (c *codec[T]) session(row *sessionRow) (spec.Session[T], error) {
	v, err := c.decode(row.Attributes)
	if err != nil {
		return spec.Session[T]{}, err
	}
	return spec.SessionWith(*row, v), nil
}

func (c *codec[T]) user(row *userRow) (spec.User[T], error) {
	v, err := c.decode(row.Attributes)
	if err != nil {
		return spec.User[T]{}, err
	}
	return spec.UserWith(*row, v), nil
}

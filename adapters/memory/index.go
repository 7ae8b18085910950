package memory

import (
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// index keeps the unique attributes of users, or of sessions: who has which
// value. Nil is nobody's. It is guarded by the store's mu.
type index[R comparable] []column[R]

// column is one unique attribute.
type column[R comparable] struct {
	name    string // of the Go field
	place   int    // in a row
	holders map[any]R
}

func newIndex[R comparable](fields []attr.Field) index[R] {
	var x index[R]
	for i, f := range fields {
		if f.Unique {
			x = append(x, column[R]{f.Name, i, make(map[any]R)})
		}
	}
	return x
}

// checkUnique returns a *spec.ConstraintError if somebody other than r has one of
// these values already.
func (x index[R]) checkUnique(r R, values []any) error {
	for _, c := range x {
		if holder, taken := c.holders[key(values[c.place])]; taken && holder != r {
			return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: c.name}
		}
	}
	return nil
}

// replace takes r's old values away and gives it the new ones: nil and all
// when r is created, all and nil when it is deleted.
func (x index[R]) replace(r R, before, after []any) {
	for _, c := range x {
		if before != nil {
			delete(c.holders, key(before[c.place]))
		}
		if after != nil && after[c.place] != nil {
			c.holders[key(after[c.place])] = r
		}
	}
}

// holder returns who has this value of the attribute, or the zero R.
func (x index[R]) holder(place int, value any) R {
	for _, c := range x {
		if c.place == place {
			return c.holders[key(value)]
		}
	}
	var nobody R
	return nobody
}

// key returns what a map can compare in place of a value. Values of each other
// kind have one form only, times too, so that == compares them.
func key(value any) any {
	if b, ok := value.([]byte); ok {
		return string(b)
	}
	return value
}

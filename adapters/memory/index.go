package memory

import (
	"strings"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// index keeps the unique attributes of users, or of sessions: who has which
// value. No row holds null. It is guarded by the store's mu.
type index[R comparable] []column[R]

// column is one unique attribute. Values that are equal have the same content
// in a cell, so that is what they are found by.
type column[R comparable] struct {
	name    string // of the Go field
	place   int    // in a row
	holders map[string]R
}

func newIndex[R comparable](fields []attr.Field) index[R] {
	var x index[R]
	for i, f := range fields {
		if f.Unique {
			x = append(x, column[R]{f.Name, i, make(map[string]R)})
		}
	}
	return x
}

// checkUnique returns a *spec.ConstraintError if a row other than r has one of
// the values in these cells already.
func (x index[R]) checkUnique(r R, cells string) error {
	for _, c := range x {
		content, null := cellAt(cells, c.place)
		if null {
			continue
		}
		if holder, taken := c.holders[content]; taken && holder != r {
			return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: c.name}
		}
	}
	return nil
}

// replace takes r's old values away and gives it the new ones: before is empty
// when r is created, after when it is deleted. The index has copies of them, so
// that it does not keep a row that was replaced.
func (x index[R]) replace(r R, before, after string) {
	for _, c := range x {
		old, had := c.value(before)
		value, has := c.value(after)
		if had && has && old == value {
			continue
		}
		if had {
			delete(c.holders, old)
		}
		if has {
			c.holders[strings.Clone(value)] = r
		}
	}
}

// value returns what these cells, which may be empty, have for the column.
func (c column[R]) value(cells string) (content string, has bool) {
	if cells == "" {
		return "", false
	}
	content, null := cellAt(cells, c.place)
	return content, !null
}

// changes reports whether a change is of a unique attribute.
func (x index[R]) changes(change spec.Change) bool {
	for _, c := range x {
		for _, place := range change.Places {
			if place == c.place {
				return true
			}
		}
	}
	return false
}

// holder returns who has this value of the attribute, or the zero R.
func (x index[R]) holder(place int, value any) R {
	for _, c := range x {
		if c.place == place {
			content, _ := cellAt(string(appendCell(nil, value)), 0)
			return c.holders[content]
		}
	}
	var none R
	return none
}

package memory

import (
	"strings"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// index maps the values of the unique attributes of users, or of sessions, to their
// rows. It has no nulls. The store's mu guards it.
type index[R comparable] []column[R]

// column is one unique attribute. Its keys are the contents of cells, because equal
// values have equal contents.
type column[R comparable] struct {
	name    string // name of the Go field
	place   int    // index of the cell in a row
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

// checkUnique returns a *spec.ConstraintError if a row other than r already has one
// of the unique values in these cells.
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

// replace replaces the values of r. Before is empty when r is created, after is empty
// when r is deleted. The index stores copies of the values, so that it does not keep
// the memory of old rows alive.
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

// value returns the content of the column in these cells, which can be empty.
func (c column[R]) value(cells string) (content string, has bool) {
	if cells == "" {
		return "", false
	}
	content, null := cellAt(cells, c.place)
	return content, !null
}

// changes reports whether a change sets a unique attribute.
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

// holder returns the row with this value of the attribute, or the zero R.
func (x index[R]) holder(place int, value any) R {
	for _, c := range x {
		if c.place == place {
			content, _ := cellAt(string(appendCells(make([]byte, 0, 128), []any{value})), 0)
			return c.holders[content]
		}
	}
	var none R
	return none
}

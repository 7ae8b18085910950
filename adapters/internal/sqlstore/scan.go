package sqlstore

import (
	"errors"
	"fmt"
	"time"

	"github.com/tenon-go/tenon/spec/attr"
)

// Cell is where one column of a row goes. It is a sql.Scanner, because what
// database/sql itself converts has its value in the text of the error.
type Cell struct {
	into   any     // what attr.Set sets
	column *Column // nil: an answer that is no column's

	// row is the id of the row of an outer join: while it is empty there is no
	// such row, and all its columns are null. The id comes first.
	row *string
}

// Direct returns the pointer that takes a value that is not null as it is: one of
// those of [attr.Schema.Pointers], or nil if the value has to be scanned.
func (c *Cell) Direct() any {
	if c.decodesID() {
		return nil
	}
	return c.into
}

// decodesID reports whether the cell takes an id that is kept as something else.
func (c *Cell) decodesID() bool {
	return c.column != nil && c.column.userIDs != nil && c.column.userIDs.Decode != nil
}

// Scan sets what the cell points to. Its error has no value in it.
func (c *Cell) Scan(src any) error {
	if src == nil && c.row != nil && *c.row == "" {
		return nil
	}
	if src == nil && c.column != nil && c.column.Attribute == "" && c.column.Nullable {
		switch p := c.into.(type) {
		case *string:
			*p = ""
		case *time.Time:
			*p = time.Time{}
		}
		return nil
	}
	if c.decodesID() {
		id, ok := c.column.userIDs.Decode(src)
		if !ok {
			return fmt.Errorf("the stored value (%T) is not an id as this adapter was told that they are kept", src)
		}
		*c.into.(*string) = id
		return nil
	}
	err := attr.Set(c.into, src)
	if _, names := c.into.(*attr.Destination); err == nil || names || c.column == nil {
		return err
	}
	what := "column " + c.column.Name
	if c.column.Attribute != "" {
		what = "attribute " + c.column.Attribute
	}
	return fmt.Errorf("%s: %w", what, err)
}

// into has cells take the columns of a row, those of the attributes by way of
// these pointers.
func (t *table) into(cells []Cell, attributes []any) {
	for i := range t.columns {
		cells[i].column = &t.columns[i]
	}
	for i, p := range attributes {
		cells[t.own+i].into = p
	}
}

// answers returns the cells of a row that is no table's.
func answers(into ...any) []Cell {
	cells := make([]Cell, len(into))
	for i := range into {
		cells[i].into = into[i]
	}
	return cells
}

// scanDetail returns what may be told of why a row could not be scanned: what a
// cell said, for no value is in it.
func scanDetail(err error) string {
	if inner := errors.Unwrap(err); inner != nil {
		return inner.Error()
	}
	return ""
}

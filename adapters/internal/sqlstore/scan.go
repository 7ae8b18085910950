package sqlstore

import (
	"errors"
	"fmt"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Cell is the destination of one column of a row. It is a sql.Scanner, because errors of
// database/sql's own conversions contain the value.
type Cell struct {
	into   any     // the pointer for attr.Set
	column *Column // nil if the value is not that of a column

	// row is the id of a row from an outer join. If it is empty, there is no such row, and
	// all its columns are null. The id is scanned first.
	row *string
}

// Direct returns the pointer, one of those of [attr.Schema.Pointers], that can be set to a
// value that is not null without conversion. It returns nil if the value must be scanned.
func (c *Cell) Direct() any {
	if c.decodesID() {
		return nil
	}
	return c.into
}

// decodesID reports whether the cell receives an id that is not stored as text.
func (c *Cell) decodesID() bool {
	return c.column != nil && c.column.userIDs != nil && c.column.userIDs.Decode != nil
}

// Scan sets the variable that the cell points to. Its error contains no value.
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
	if c.column != nil && c.column.field != nil {
		return c.column.field.Set(c.into, src)
	}
	err := attr.Set(c.into, src)
	if err != nil && c.column != nil {
		err = fmt.Errorf("column %s: %w", c.column.Name, err)
	}
	return err
}

// into sets cells to receive the columns of a row. Attributes are received through these
// pointers.
func (t *table) into(cells []Cell, attributes []any) {
	for i := range t.columns {
		cells[i].column = &t.columns[i]
	}
	for i, p := range attributes {
		cells[t.own+i].into = p
	}
}

// answers returns the cells of a row that is not from a table.
func answers(into ...any) []Cell {
	cells := make([]Cell, len(into))
	for i := range into {
		cells[i].into = into[i]
	}
	return cells
}

// scanFailed returns the error of a row with a cell whose Scan failed.
func scanFailed(err error) error {
	return &spec.Error{Class: spec.ErrFailed, Detail: err.Error(), Cause: err}
}

// scanDetail returns the detail for a message about a row that could not be scanned: the
// error of a cell, which contains no value.
func scanDetail(err error) string {
	if inner := errors.Unwrap(err); inner != nil {
		return inner.Error()
	}
	return ""
}

package sqlstore

import (
	"context"
	"errors"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
)

// assignment describes the columns of a table that a statement writes.
type assignment struct {
	table   *table
	columns []Column
	args    []any // one for each column, possibly followed by others
}

// classifyWrite returns the error of a statement that violated a constraint with its class.
// Engines check constraints in different orders. Therefore look runs another query, and
// returns a class that takes precedence over ErrConstraint, if there is one. Otherwise the
// column of the violation determines the class. Own are the columns that are not
// attributes. Any other error, and nil, is returned unchanged.
func (c *call) classifyWrite(ctx context.Context, err error, a assignment, own map[string]fault.Circumstance, look func() (class, err error)) error {
	v, broken := errors.AsType[*violation](err)
	if !broken {
		return err
	}
	if err := c.undo(ctx); err != nil {
		return err
	}
	class, err := look()
	if err != nil {
		return err
	}
	if class == nil {
		column, err := c.findColumn(ctx, v, a)
		if err != nil {
			return err
		}
		m := v.fault.Meaning(fault.Is(own[column]))
		if class = m.Class; m.Kind != "" {
			class = &spec.ConstraintError{Kind: m.Kind, Attribute: a.table.attribute(column)}
		}
	}
	return &spec.Error{Class: class, Detail: v.report.detail(), Cause: v.cause}
}

// classifyUpdate is classifyWrite for a statement that changes the row with this key.
func (c *call) classifyUpdate(ctx context.Context, err error, a assignment, exists string, key any, notFound error) error {
	return c.classifyWrite(ctx, err, a, nil, func() (error, error) {
		found, err := c.exists(ctx, exists, key)
		if found {
			return nil, err
		}
		return notFound, err
	})
}

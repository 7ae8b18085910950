package sqlstore

import (
	"context"
	"errors"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// change is what a statement writes: these columns of a table.
type change struct {
	table   *table
	columns []Column
	args    []any
}

// args returns the values of columns as parameters.
func (t *table) args(own, attributes []any) []any {
	args := make([]any, 0, len(own)+len(attributes))
	for _, v := range own {
		args = append(args, t.dialect.encode(v))
	}
	for _, v := range attributes {
		args = append(args, t.dialect.encode(v))
	}
	return args
}

// update sets attributes of the row with this id. Without attributes it only
// looks whether the row is there.
func (s *store) update(ctx context.Context, op spec.Op, t *table, id string, fields []attr.Field, values []any, exists string, notFound error) error {
	key, ok := t.ids.key(id)
	if !ok {
		return s.error(op, notFound, "", nil)
	}
	if len(fields) == 0 {
		return s.read(ctx, op, func(c *call) error {
			there, err := c.exists(ctx, exists, key)
			if err == nil && !there {
				err = c.error(op, notFound, "", nil)
			}
			return err
		})
	}
	set := change{t, attributes(fields), t.args(nil, values)}
	return s.write(ctx, op, func(ctx context.Context, c *call) error {
		query, args := t.update(fields), append(set.args[:len(values):len(values)], key)
		found, err := c.change(ctx, query, args...)
		if err == nil && found == unclear {
			found, err = c.changeLocked(ctx, t, exists, key, query, args)
		}
		if err == nil && found != changed {
			return c.error(op, notFound, "", nil)
		}
		return c.classifyUpdate(ctx, err, set, exists, key, notFound)
	})
}

// changeLocked runs a statement that sets attributes again, after an answer that
// did not tell whether the row with this key was there. Where answers tell the
// rows that are different now, the row may have had these values already, and
// a trigger made the server forget that it was found; elsewhere a trigger may have
// kept it from being written. A row that is there now
// may have come since then, so it is locked first.
func (c *call) changeLocked(ctx context.Context, t *table, exists string, key any, query string, args []any) (outcome, error) {
	there, err := c.exists(ctx, exists, key)
	if err != nil || !there {
		return unclear, err
	}
	found := unclear
	err = c.atomically(ctx, func(ctx context.Context, c *call) error {
		var one int
		there, err := c.one(ctx, t.lock(), []any{key}, &one)
		if err != nil || !there {
			return err
		}
		n, err := c.exec(ctx, query, args...)
		if err == nil && n == 0 && c.dialect.Silent {
			err = c.unwritten()
		}
		found = changed
		return err
	})
	return found, err
}

// exists runs a query for whether the row with this key is there.
func (c *call) exists(ctx context.Context, query string, key any) (there bool, err error) {
	_, err = c.one(ctx, query, []any{key}, boolInto(&there))
	return there, err
}

// classifyWrite gives the error of a statement that broke a constraint its class.
// Engines disagree on what comes first, so look looks again, with one more
// query: it returns the class that comes before ErrConstraint, if one applies.
// If none does, what the violation is about decides; own are the columns that
// are no attributes. Any other error, or none, is returned as it is.
func (c *call) classifyWrite(ctx context.Context, err error, ch change, own map[string]fault.Circumstance, look func() (class, err error)) error {
	var v *violation
	if !errors.As(err, &v) {
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
		column, err := c.findColumn(ctx, v, ch)
		if err != nil {
			return err
		}
		m := v.fault.Meaning(fault.Is(own[column]))
		if class = m.Class; m.Kind != "" {
			class = &spec.ConstraintError{Kind: m.Kind, Attribute: ch.table.attribute(column)}
		}
	}
	return c.error(c.op, class, v.report.detail(), v.cause)
}

// classifyUpdate is classifyWrite for a statement that changes the row with this key.
func (c *call) classifyUpdate(ctx context.Context, err error, ch change, exists string, key any, notFound error) error {
	return c.classifyWrite(ctx, err, ch, nil, func() (error, error) {
		there, err := c.exists(ctx, exists, key)
		if there {
			return nil, err
		}
		return notFound, err
	})
}

package sqlstore

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// In an engine that is Silent, a trigger or a rule can prevent the write of a row. The
// statement then reports 0 rows and no error, like a statement that finds no row. Only
// reading the row tells the two apart.

// lookTries is how often a statement that changed no row is tried while the row exists. The
// row may have been created after the statement looked for it, but hardly every time.
const lookTries = 10

// errUnwritten is the error of a statement that should have changed a row and did not.
var errUnwritten = &spec.Error{
	Class: spec.ErrFailed, Detail: "the database wrote no row and reported no error: look for a trigger or a rule",
}

// remove deletes the row with a key, if there is one.
func (c *call) remove(ctx context.Context, statement, exists string, key any) error {
	_, err := c.removeAll(ctx, statement, exists, key)
	return err
}

// removeAll runs a DELETE statement and returns how many rows it deleted. Exists is a query,
// with the same parameters, for whether there are rows to delete.
func (c *call) removeAll(ctx context.Context, statement, exists string, args ...any) (int64, error) {
	for range lookTries {
		n, err := c.exec(ctx, statement, args...)
		if err != nil || n > 0 || !c.dialect.Silent {
			return n, err
		}
		if found, err := c.exists(ctx, exists, args...); err != nil || !found {
			return 0, err
		}
	}
	return 0, errUnwritten
}

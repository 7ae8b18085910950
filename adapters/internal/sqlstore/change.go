package sqlstore

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// update applies a change to the row with an id. An empty change only checks that the row
// exists.
func (s *store) update(ctx context.Context, t *table, id string, change spec.Change, exists string, notFound error) error {
	key := t.ids.encode(id)
	if len(change.Places) == 0 {
		return s.read(func(c *call) error {
			found, err := c.exists(ctx, exists, key)
			if err == nil && !found {
				err = notFound
			}
			return err
		})
	}
	query := t.update(change.Places)
	args := append(s.dialect.appendValues(make([]any, 0, len(change.Values)+1), change.Values), key)
	return s.write(ctx, func(ctx context.Context, c *call) error {
		found, err := c.change(ctx, query, args...)
		if err == nil && found == unclear {
			found, err = c.changeLocked(ctx, t, exists, key, query, args)
		}
		if err != nil {
			return c.classifyUpdate(ctx, err, assignment{t, t.columnsAt(change.Places), args}, exists, key, notFound)
		}
		if found != changed {
			return notFound
		}
		return nil
	})
}

// changeLocked runs a statement that sets attributes again, after an answer that did not
// show whether the row with this key exists. If the server reports only rows that were
// modified, the row may already have had these values while a trigger reset the noted
// outcome. On other servers a trigger may have prevented the write. A row that exists now
// may have been created since then, so changeLocked locks it first.
func (c *call) changeLocked(ctx context.Context, t *table, exists string, key any, query string, args []any) (outcome, error) {
	known, err := c.exists(ctx, exists, key)
	if err != nil || !known {
		return unclear, err
	}
	found := unclear
	err = c.atomically(ctx, func(ctx context.Context, c *call) error {
		var one int
		locked, err := c.one(ctx, t.lock(), []any{key}, answers(&one))
		if err != nil || !locked {
			return err
		}
		n, err := c.exec(ctx, query, args...)
		if err == nil && n == 0 && c.dialect.Silent {
			err = errUnwritten
		}
		found = changed
		return err
	})
	return found, err
}

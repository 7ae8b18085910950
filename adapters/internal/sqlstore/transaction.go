package sqlstore

import (
	"context"
	"errors"

	"github.com/tenon-go/tenon/spec"
)

// read runs a call that only reads. database/sql may send its statement again
// on another connection.
func (s *store) read(do func(*call) error) error {
	return s.conclude(do(&s.reader))
}

// find reads the row that a query for a key finds. Without such a row, the error
// is absent.
func (s *store) find(ctx context.Context, query string, key any, cells []Cell, absent error) error {
	return s.read(func(c *call) error {
		found, err := c.one(ctx, query, []any{key}, cells)
		if err == nil && !found {
			err = absent
		}
		return err
	})
}

// write runs a call that writes, on a connection of its own: a statement on it
// is never sent twice, as database/sql would do when the answer to
// the first is lost; and what fails before there is one was not sent at all.
// The context that do gets is the one for its statements.
func (s *store) write(ctx context.Context, do func(context.Context, *call) error) error {
	if s.dialect.Embedded != nil {
		select {
		case s.turn <- struct{}{}:
			defer func() { <-s.turn }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	conn, err := s.db.Connx(ctx)
	if err != nil {
		return s.conclude(s.classify(err, pending))
	}
	defer conn.Close()
	if err := ctx.Err(); err != nil {
		return err
	}
	c := &call{store: s, on: conn, statements: writes}
	if s.dialect.Embedded != nil {
		return s.conclude(c.lookForReferences(ctx, c.transaction(ctx, do)))
	}
	for try := 1; ; try++ {
		err := do(ctx, c)
		if _, again := errors.AsType[*lostRace](err); !again || try >= raceTries || ctx.Err() != nil {
			return s.conclude(err)
		}
	}
}

// raceTries is how often a write is tried that loses to concurrent ones, as the
// victim of a deadlock does: each time, one of the others has got through.
const raceTries = 20

// atomically runs do in a transaction, unless the call is in one already.
func (c *call) atomically(ctx context.Context, do func(context.Context, *call) error) error {
	if c.dialect.Embedded != nil {
		return do(ctx, c)
	}
	return c.transaction(ctx, do)
}

// transaction runs do in a transaction on the connection of c. Nothing is
// applied before the commit, so only the commit's answer can be lost.
func (c *call) transaction(ctx context.Context, do func(context.Context, *call) error) error {
	within := ctx
	if c.dialect.Embedded != nil {
		within = context.WithoutCancel(ctx)
	}
	inside := &call{store: c.store, on: c.on, statements: pending, queries: pending}
	if err := inside.begin(ctx, within); err != nil {
		return err
	}
	err := ctx.Err()
	if err == nil {
		err = do(within, inside)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		if _, err = c.exec(within, "COMMIT"+c.dialect.Ended); err == nil {
			return nil
		}
	}
	if _, failed := c.on.ExecContext(within, "ROLLBACK"+c.dialect.Ended); failed != nil {
		c.discard()
	}
	return err
}

// begin opens the transaction.
func (c *call) begin(ctx, within context.Context) error {
	return c.retryLocked(ctx, func() error {
		_, err := c.exec(within, c.dialect.Begin)
		if err != nil && !errors.Is(err, spec.ErrConflict) {
			c.discard() // it may have begun nevertheless
		}
		return err
	})
}

// undo ends the transaction of an embedded engine, and begins another that looks
// only. A statement that failed may have left what it wrote, as a trigger's
// RAISE(FAIL) does in SQLite, or may have ended the transaction.
func (c *call) undo(ctx context.Context) error {
	if c.dialect.Embedded == nil {
		return nil
	}
	_, _ = c.on.ExecContext(ctx, "ROLLBACK") // fails if the transaction has ended
	_, err := c.exec(ctx, "BEGIN")
	return err
}

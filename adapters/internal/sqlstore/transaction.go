package sqlstore

import (
	"context"
	"errors"

	"github.com/tenon-go/tenon/spec"
)

// read runs a call that only reads. database/sql can send its statement again on another
// connection.
func (s *store) read(do func(*call) error) error {
	return s.conclude(do(&s.reader))
}

// find reads the row that a query for a key finds. If there is no such row, the error is
// absent.
func (s *store) find(ctx context.Context, query string, key any, cells []Cell, absent error) error {
	return s.read(func(c *call) error {
		found, err := c.one(ctx, query, []any{key}, cells)
		if err == nil && !found {
			err = absent
		}
		return err
	})
}

// write runs a call that writes on a dedicated connection. On it database/sql never sends a
// statement twice, as it otherwise does if the first answer is lost. A call that fails before
// it has a connection has sent nothing. Do must use the context that it is passed for its
// statements.
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
	if s.dialect.Embedded == nil {
		s.begins()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	c := &call{store: s, on: conn, statements: writes}
	if s.dialect.Embedded != nil {
		return s.conclude(c.lookForReferences(ctx, c.transaction(ctx, do)))
	}
	for try := 1; ; try++ {
		err := do(ctx, c)
		if _, raced := errors.AsType[*lostRace](err); !raced || try >= raceTries || ctx.Err() != nil {
			return s.conclude(err)
		}
	}
}

// raceTries is how often a write is tried that loses to concurrent writes, for example as the
// victim of a deadlock. Each time, one of the others has succeeded.
const raceTries = 20

// atomically runs do in a transaction, or in that of the call if there is one.
func (c *call) atomically(ctx context.Context, do func(context.Context, *call) error) error {
	if c.dialect.Embedded != nil {
		return do(ctx, c)
	}
	return c.transaction(ctx, do)
}

// transaction runs do in a transaction on the connection of c. Nothing is applied before the
// commit, so the outcome is unknown only if the answer to the commit is lost.
func (c *call) transaction(ctx context.Context, do func(context.Context, *call) error) error {
	within := ctx
	if c.dialect.Embedded != nil {
		within = context.WithoutCancel(ctx)
	}
	inside := &call{store: c.store, on: c.on, statements: pending, queries: pending}
	if err := inside.begin(ctx, within); err != nil {
		return err
	}
	c.begins()
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

// begin begins the transaction.
func (c *call) begin(ctx, within context.Context) error {
	return c.retryLocked(ctx, func() error {
		_, err := c.exec(within, c.dialect.Begin)
		if err != nil && !errors.Is(err, spec.ErrConflict) {
			c.discard() // the transaction may have begun
		}
		return err
	})
}

// undo rolls back the transaction of an embedded engine and begins another one, which only
// reads. A failed statement can leave the changes that it made, as after a trigger's
// RAISE(FAIL) in SQLite, or can have ended the transaction.
func (c *call) undo(ctx context.Context) error {
	if c.dialect.Embedded == nil {
		return nil
	}
	_, _ = c.on.ExecContext(ctx, "ROLLBACK") // fails if the transaction has already ended
	_, err := c.exec(ctx, "BEGIN")
	return err
}

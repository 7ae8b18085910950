package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
)

// call is one call of a method: the connection on which its statements run.
type call struct {
	*store
	op spec.Op
	on connection

	statements effect // of statements that are no queries
	queries    effect // pending if they may lock rows, so that they may wait for others
}

// connection is the handle, or one connection of it.
type connection interface {
	sqlx.QueryerContext
	sqlx.ExecerContext
}

// read runs a call that only reads. database/sql may send its statement again
// on another connection.
func (s *store) read(ctx context.Context, op spec.Op, do func(*call) error) error {
	if err := s.enter(ctx, op); err != nil {
		return err
	}
	return s.conclude(op, do(&call{store: s, op: op, on: s.db, statements: pending}))
}

// write runs a call that writes, on a connection of its own: a statement on it
// is never sent twice, as database/sql would do by itself when the answer to
// the first is lost; and what fails before there is one was not sent at all.
// The context that do gets is the one for its statements.
func (s *store) write(ctx context.Context, op spec.Op, do func(context.Context, *call) error) error {
	if err := s.enter(ctx, op); err != nil {
		return err
	}
	if s.dialect.Embedded != nil {
		select {
		case s.turn <- struct{}{}:
			defer func() { <-s.turn }()
		case <-ctx.Done():
			return s.error(op, ctx.Err(), "", nil)
		}
	}
	conn, err := s.db.Connx(ctx)
	if err != nil {
		return s.conclude(op, s.classify(ctx, op, err, pending))
	}
	defer conn.Close()
	if err := ctx.Err(); err != nil {
		return s.error(op, err, "", nil)
	}
	c := &call{store: s, op: op, on: conn, statements: writes}
	if s.dialect.Embedded != nil {
		return s.conclude(op, c.lookForReferences(ctx, c.transaction(ctx, do)))
	}
	for try := 1; ; try++ {
		err := do(ctx, c)
		if _, again := errors.AsType[*lostRace](err); !again || try >= raceTries || ctx.Err() != nil {
			return s.conclude(op, err)
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
	inside := &call{store: c.store, op: c.op, on: c.on, statements: pending, queries: pending}
	if err := inside.begin(ctx, within); err != nil {
		return err
	}
	err := ctx.Err()
	if err != nil {
		err = c.error(c.op, err, "", nil)
	} else if err = do(within, inside); err == nil {
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

// retryLocked does something again while an embedded engine is locked by
// another process: it waits without looking at the context, so it is told to
// wait for a short time only.
func (c *call) retryLocked(ctx context.Context, do func() error) error {
	for try := 1; ; try++ {
		err := do()
		if !errors.Is(err, spec.ErrConflict) || c.dialect.Embedded == nil || try >= c.dialect.Embedded.LockTries {
			return err
		}
		if ctx.Err() != nil {
			return c.error(c.op, ctx.Err(), "", err)
		}
	}
}

// discard makes database/sql close the connection instead of using it again.
func (c *call) discard() {
	if conn, ok := c.on.(*sqlx.Conn); ok {
		conn.Raw(func(any) error { return driver.ErrBadConn }) // and so Raw returns it
	}
}

// exec runs a statement and returns how many rows it changed.
func (c *call) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := c.send(ctx, query, args)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	if err != nil { // the statement was run
		return 0, c.classify(ctx, c.op, &unknownOutcome{err}, c.statements)
	}
	return n, nil
}

// send runs a statement.
func (c *call) send(ctx context.Context, query string, args []any) (sql.Result, error) {
	query, args, err := c.written(query, args)
	if err != nil {
		return nil, err
	}
	result, err := c.on.ExecContext(ctx, query, args...)
	if err != nil {
		return nil, c.failed(ctx, err)
	}
	return result, nil
}

// failed gives the error of a statement that writes its class.
func (c *call) failed(ctx context.Context, err error) error {
	err = c.confirm(ctx, err)
	if r, answered := c.dialect.Report(err); answered && c.dialect.fault(r) == fault.ReadOnly { // another connection may do better
		c.discard()
		c.leave()
	}
	return c.classify(ctx, c.op, err, c.statements)
}

// outcome is what a statement that changes one row found.
type outcome int

const (
	changed outcome = iota
	unmet           // the row is there and does not meet the condition
	unclear         // the row is not there, or it has to be looked at
)

// change runs a statement that changes the row with an id, if it meets
// a condition.
func (c *call) change(ctx context.Context, query string, args ...any) (outcome, error) {
	result, err := c.send(ctx, query, args)
	if err != nil {
		return unclear, err
	}
	n, err := result.RowsAffected()
	var noted int64 // of a row for which a trigger ran, the server forgets it
	if err == nil && c.dialect.Outcome != nil {
		noted, err = result.LastInsertId()
	}
	switch {
	case err != nil: // the statement was run
		return unclear, c.classify(ctx, c.op, &unknownOutcome{err}, c.statements)
	case n > 0, noted == OutcomeMet:
		return changed, nil
	case noted == OutcomeUnmet:
		return unmet, nil
	}
	return unclear, nil
}

// each runs a query and calls scan for each of its rows.
func (c *call) each(ctx context.Context, query string, args []any, scan func(row) error) error {
	query, args, err := c.written(query, args)
	if err != nil {
		return err
	}
	var rows *sql.Rows
	err = c.retryLocked(ctx, func() (err error) {
		if rows, err = c.on.QueryContext(ctx, query, args...); err != nil {
			err = c.classify(ctx, c.op, err, c.queries)
		}
		return err
	})
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return c.failScan(ctx, err)
		}
	}
	if err := rows.Err(); err != nil {
		return c.classify(ctx, c.op, err, c.queries)
	}
	return nil
}

// one runs a query for at most one row and reports whether there was one.
func (c *call) one(ctx context.Context, query string, args []any, into ...any) (found bool, err error) {
	err = c.each(ctx, query, args, func(r row) error {
		if found {
			return nil
		}
		found = true
		return r.Scan(into...)
	})
	return found && err == nil, err
}

// row runs a query for the row of a table with an id and reports whether there
// is one. An id that no row can have is not asked for.
func (c *call) row(ctx context.Context, t *table, query, id string, into ...any) (found bool, err error) {
	key, ok := t.ids.key(id)
	if !ok {
		return false, nil
	}
	return c.one(ctx, query, []any{key}, into...)
}

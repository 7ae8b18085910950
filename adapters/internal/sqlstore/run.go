package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/adapters/internal/prepared"
	"github.com/tenon-go/tenon/spec"
)

// call is one call of a method: the connection on which its statements run.
type call struct {
	*store
	on connection

	statements effect // the effect of statements other than queries
	queries    effect // the effect of queries: pending if they can lock rows, and so wait for other calls
}

// connection is the handle, or one connection of it.
type connection interface {
	sqlx.QueryerContext
	sqlx.ExecerContext
}

// retryLocked calls do again while another process has locked an embedded engine. The engine
// does not check the context while it waits, so it waits only for a short time at once.
func (c *call) retryLocked(ctx context.Context, do func() error) error {
	for try := 1; ; try++ {
		err := do()
		if !errors.Is(err, spec.ErrConflict) || c.dialect.Embedded == nil || try >= c.dialect.Embedded.LockTries {
			return err
		}
		if ctx.Err() != nil {
			return &spec.Error{Class: ctx.Err(), Cause: err}
		}
	}
}

// discard makes database/sql close the connection instead of using it again.
func (c *call) discard() {
	conn, ok := c.on.(*sqlx.Conn)
	if !ok {
		return
	}
	conn.Raw(func(of any) error {
		if native := c.dialect.Native; native != nil && native.Close != nil {
			native.Close(of)
		}
		return driver.ErrBadConn // makes Raw close the connection
	})
}

// exec runs a statement and returns how many rows it changed.
func (c *call) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := c.send(ctx, query, args)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	if err != nil { // the statement has been executed
		return 0, c.classify(&unknownOutcome{err}, c.statements)
	}
	return n, nil
}

// send runs a statement.
func (c *call) send(ctx context.Context, query string, args []any) (sql.Result, error) {
	if conn, ok := c.on.(*sqlx.Conn); ok && c.dialect.Native != nil && len(args) > 0 {
		result, done, err := c.dialect.Native.Exec(ctx, conn.Conn, query, args)
		if err != nil {
			return nil, c.failed(ctx, err)
		}
		if done {
			return result, nil
		}
	}
	query, args, err := c.dialect.written(query, args)
	if err != nil {
		return nil, err
	}
	result, err := c.on.ExecContext(ctx, query, args...)
	if err != nil {
		return nil, c.failed(ctx, err)
	}
	return result, nil
}

// failed returns the error of a write statement with its class.
func (c *call) failed(ctx context.Context, err error) error {
	err = c.confirm(ctx, err)
	if r, answered := c.dialect.Report(err); answered && c.dialect.fault(r) == fault.ReadOnly { // another connection may lead to a server that can write
		c.discard()
		c.leave()
	}
	effect := c.statements
	if _, ok := errors.AsType[*prepared.NotRun](err); ok {
		effect = pending
	}
	return c.classify(err, effect)
}

// confirm returns the error of a write statement. If the error is a refusal of the driver,
// the driver may still have sent the statement, so confirm pings the server. If the server
// answers the ping, the driver has read all earlier answers and none was to this statement,
// so it was not sent. Otherwise the error is an *unknownOutcome.
func (c *call) confirm(ctx context.Context, err error) error {
	if !c.dialect.Refuses(err) {
		return err
	}
	conn, ok := c.on.(*sqlx.Conn)
	if ok && conn.PingContext(ctx) == nil {
		return err
	}
	return &unknownOutcome{err}
}

// outcome is what a statement that changes one row found.
type outcome int

const (
	changed outcome = iota
	unmet           // the row exists and does not meet the condition
	unclear         // the row may not exist, so it must be read
)

// change runs a statement that changes the row with an id if it meets a condition.
func (c *call) change(ctx context.Context, query string, args ...any) (outcome, error) {
	result, err := c.send(ctx, query, args)
	if err != nil {
		return unclear, err
	}
	n, err := result.RowsAffected()
	var noted int64 // the server resets it for a row for which a trigger ran
	if err == nil && c.dialect.Outcome != nil {
		noted, err = result.LastInsertId()
	}
	switch {
	case err != nil: // the statement has been executed
		return unclear, c.classify(&unknownOutcome{err}, c.statements)
	case n > 0, noted == OutcomeMet:
		return changed, nil
	case noted == OutcomeUnmet:
		return unmet, nil
	}
	return unclear, nil
}

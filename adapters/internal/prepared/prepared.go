// Package prepared provides connections that keep the statements that they prepare, so that
// an engine parses each text once per connection. database/sql keeps statements too, but
// prepares a statement again on every connection on which it happens to run, and closes it
// with the handle of the statement.
package prepared

import (
	"context"
	"database/sql/driver"
	"errors"
	"slices"
)

// Most is the maximum number of statements that a connection keeps. A store has about
// thirty texts, and one for each set of attributes that it updates. When there are more,
// the connection closes the least recently used statement.
const Most = 64

// Conn is the interface that a driver's connection must implement.
type Conn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// Rules are the differences between drivers.
type Rules struct {
	// Bare are the texts without arguments that are kept. Other texts without arguments,
	// such as those that create tables or ask for the server's version, run only once.
	Bare []string

	// Unprepared reports whether an error of a statement, or of preparing it, means that
	// it cannot be prepared or is no longer prepared. The statement was then not run, and
	// is run again without being prepared.
	Unprepared func(error) bool
}

// NotRun is the error of a statement without rows that could not be prepared and was
// therefore not run.
type NotRun struct{ error }

// Unwrap returns the driver's error.
func (e *NotRun) Unwrap() error { return e.error }

// Keep returns a connection that keeps its statements and otherwise behaves like conn.
func Keep(conn Conn, rules Rules) *Connection {
	return &Connection{Conn: conn, rules: rules, byText: make(map[string]*statement)}
}

// Connection is a connection that keeps its statements. Closing it closes the statements
// and the driver's connection. Like all connections of drivers, it must be used by only one
// goroutine at a time.
type Connection struct {
	Conn
	rules  Rules
	byText map[string]*statement
	uses   uint64 // number of uses of all statements
	full   bool   // the server prepares no more statements
}

// statement is a prepared statement.
type statement struct {
	driver.Stmt
	rows    rows
	lastUse uint64
}

// rows are the rows of a statement. Until they are closed, the statement cannot run again.
type rows struct{ driver.Rows }

// Close implements driver.Rows.
func (r *rows) Close() error {
	err := r.Rows.Close()
	r.Rows = nil
	return err
}

// ExecContext implements driver.ExecerContext.
func (c *Connection) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, query, args)
	if err != nil {
		return nil, &NotRun{err}
	}
	if s != nil {
		result, err := s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
		if !c.unprepared(err) {
			return result, err
		}
		c.forget(query, s)
	}
	return c.Conn.ExecContext(ctx, query, args)
}

// QueryContext implements driver.QueryerContext.
func (c *Connection) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, query, args)
	if err != nil {
		return nil, err
	}
	if s != nil {
		found, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
		if err == nil {
			s.rows.Rows = found
			return &s.rows, nil
		}
		if !c.unprepared(err) {
			return nil, err
		}
		c.forget(query, s)
	}
	return c.Conn.QueryContext(ctx, query, args)
}

// CheckNamedValue implements driver.NamedValueChecker.
func (c *Connection) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}

// Close implements driver.Conn.
func (c *Connection) Close() error {
	var failed error
	for _, s := range c.byText {
		failed = errors.Join(failed, s.Close())
	}
	clear(c.byText)
	return errors.Join(failed, c.Conn.Close())
}

func (c *Connection) unprepared(err error) bool {
	return err != nil && c.rules.Unprepared(err)
}

// statement returns the prepared statement with a text. It returns nil if the text must run
// unprepared: it is not kept, its rows are still being read, or the server prepares no more
// statements.
func (c *Connection) statement(ctx context.Context, query string, args []driver.NamedValue) (*statement, error) {
	s, ok := c.byText[query]
	switch {
	case ok && s.rows.Rows != nil:
		return nil, nil
	case !ok && (c.full || len(args) == 0 && !slices.Contains(c.rules.Bare, query)):
		return nil, nil
	case !ok:
		if len(c.byText) >= Most && !c.makeRoom() {
			return nil, nil
		}
		made, err := c.Conn.PrepareContext(ctx, query)
		if c.unprepared(err) {
			c.full = true
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		s = &statement{Stmt: made}
		c.byText[query] = s
	}
	c.uses++
	s.lastUse = c.uses
	return s, nil
}

// makeRoom closes the least recently used statement. It returns false if the rows of all
// statements are still being read.
func (c *Connection) makeRoom() bool {
	var oldest string
	for text, s := range c.byText {
		if s.rows.Rows == nil && (oldest == "" || s.lastUse < c.byText[oldest].lastUse) {
			oldest = text
		}
	}
	if oldest == "" {
		return false
	}
	c.forget(oldest, c.byText[oldest])
	return true
}

// forget closes a statement. It ignores errors: either the server no longer knows the
// statement, or the connection is lost, which the next statement reports.
func (c *Connection) forget(query string, s *statement) {
	s.Close()
	delete(c.byText, query)
}

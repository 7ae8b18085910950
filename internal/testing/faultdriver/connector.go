package faultdriver

import (
	"context"
	"database/sql/driver"
	"fmt"
)

// Connector connects to the database of another connector, with faults.
type Connector struct {
	driver.Connector         // the real one
	Faults           *Faults // nil: none

	// Exec and Query, where not nil, are called in place of the driver. Do has
	// the driver do it, and may be called once, twice or not at all. Statements
	// that are prepared do not come by here.
	Exec  func(query string, do func() (driver.Result, error)) (driver.Result, error)
	Query func(query string, do func() (driver.Rows, error)) (driver.Rows, error)
}

// Connect opens a connection, or fails during an outage.
func (c Connector) Connect(ctx context.Context) (driver.Conn, error) {
	if c.Faults == nil {
		c.Faults = new(Faults)
	}
	born, err := c.Faults.connect()
	if err != nil {
		return nil, err
	}
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	whole, ok := inner.(wholeConn)
	if !ok {
		inner.Close()
		return nil, fmt.Errorf("faultdriver: %T lacks methods that drivers have nowadays", inner)
	}
	return &conn{wholeConn: whole, connector: c, born: born}, nil
}

// wholeConn is what database/sql would like of a driver's connection.
type wholeConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// conn is a connection. database/sql uses it in one goroutine at a time.
type conn struct {
	wholeConn
	connector Connector
	born      int  // how many outages there were before
	within    bool // a transaction
	dead      bool
}

// checkUsable returns the error of a call on a connection that is gone.
func (c *conn) checkUsable() error {
	if c.dead {
		return driver.ErrBadConn
	}
	err := c.connector.Faults.checkConnection(c.born)
	if err != nil {
		c.kill()
	}
	return err
}

// kill closes the real connection as a failing network does: what was not
// committed is lost.
func (c *conn) kill() {
	c.dead = true
	c.wholeConn.Close() // no caller is left to be told of an error
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	do := func() (driver.Result, error) {
		if err := c.checkUsable(); err != nil {
			return nil, err
		}
		result, err := c.wholeConn.ExecContext(ctx, query, args)
		if err == nil {
			err = c.answer(query)
		}
		return result, err
	}
	if c.connector.Exec == nil {
		return do()
	}
	return c.connector.Exec(query, do)
}

// answer returns the error in place of the answer to a statement, if it is
// lost.
func (c *conn) answer(query string) error {
	switch Verb(query) {
	case "BEGIN":
		c.within = true
		return nil
	case "ROLLBACK":
		c.within = false
		return nil
	case "COMMIT", "END":
		c.within = false
	case "INSERT", "UPDATE", "DELETE", "WITH":
	default:
		return nil
	}
	if c.within {
		return nil
	}
	err := c.connector.Faults.swallow()
	if err != nil {
		c.kill()
	}
	return err
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	do := func() (driver.Rows, error) {
		if err := c.checkUsable(); err != nil {
			return nil, err
		}
		return c.wholeConn.QueryContext(ctx, query, args)
	}
	if c.connector.Query == nil {
		return do()
	}
	return c.connector.Query(query, do)
}

func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.checkUsable(); err != nil {
		return nil, err
	}
	return c.wholeConn.PrepareContext(ctx, query)
}

func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if err := c.checkUsable(); err != nil {
		return nil, err
	}
	return c.wholeConn.BeginTx(ctx, opts)
}

func (c *conn) Ping(ctx context.Context) error {
	if err := c.checkUsable(); err != nil {
		return err
	}
	return c.wholeConn.Ping(ctx)
}

// ResetSession is called before a connection is used again. It sends nothing,
// so it does not find out that the connection is gone.
func (c *conn) ResetSession(ctx context.Context) error {
	if c.dead {
		return driver.ErrBadConn
	}
	return c.wholeConn.ResetSession(ctx)
}

func (c *conn) IsValid() bool { return !c.dead && c.wholeConn.IsValid() }

func (c *conn) Close() error {
	if c.dead {
		return nil
	}
	return c.wholeConn.Close()
}

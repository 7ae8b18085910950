package faultdriver

import (
	"context"
	"database/sql/driver"
	"fmt"
)

// Connector connects to the database of another connector, with faults.
type Connector struct {
	driver.Connector         // the real connector
	Faults           *Faults // nil: there are no faults

	// Exec and Query, if not nil, are called instead of the driver. Do calls the
	// driver. A hook can call it once, twice or not at all. The hooks are not called
	// for prepared statements.
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

// wholeConn has the methods that database/sql uses of a driver's connection.
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
	born      int  // the number of outages before it was opened
	within    bool // within a transaction
	dead      bool
}

// checkUsable returns an error if an outage has broken the connection.
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

// kill closes the real connection as a failing network does: uncommitted changes are lost.
func (c *conn) kill() {
	c.dead = true
	c.wholeConn.Close() // no caller can receive an error
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

// answer returns an error instead of the answer to a statement, if the answer is to be
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

// ResetSession is called before a connection is used again. It sends nothing, so it does
// not detect a broken connection.
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

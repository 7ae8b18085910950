package sqlstore

import (
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/jmoiron/sqlx"
)

// An error that is no answer of the engine's has two origins. The connection
// was lost, or never made: then nobody knows what became of a statement that
// was sent. Or the driver refuses, by itself, what it is given or what it has
// read: then it does so every time. So what a lost connection looks like is
// listed, here and in the dialect, and everything else is the driver's refusal.

// lost reports whether an error, which is no answer of the engine's, says that
// the connection is gone or could not be made.
func (d *Dialect) lost(err error) bool {
	if _, ok := errors.AsType[net.Error](err); ok { // the system's errors, the socket's and the context's deadlines
		return true
	}
	for _, gone := range []error{
		io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed,
		context.Canceled, driver.ErrBadConn, sql.ErrConnDone,
	} {
		if errors.Is(err, gone) {
			return true
		}
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*unsettled](err); ok {
		return true
	}
	// A handle that its owner closed. database/sql does not export this error.
	if err.Error() == "sql: database is closed" {
		return true
	}
	return d.Lost != nil && d.Lost(err)
}

// Refuses reports whether an error is the driver's refusal.
func (d *Dialect) Refuses(err error) bool {
	_, answered := d.Report(err)
	return !answered && !d.lost(err)
}

// unsettled is an error of a driver's own after which nobody knows what became
// of the statement.
type unsettled struct{ error }

func (e *unsettled) Unwrap() error { return e.error }

// settle returns the error of a statement that writes, as *unsettled if it is
// neither the engine's nor a lost connection's, and nobody knows whether the
// driver had sent the statement. It had not if it still understands the server:
// then every answer was read, and none of them was to this statement.
func (c *call) settle(ctx context.Context, err error) error {
	if !c.dialect.Refuses(err) {
		return err
	}
	conn, ok := c.on.(*sqlx.Conn)
	if ok && conn.PingContext(ctx) == nil {
		return err
	}
	return &unsettled{err}
}

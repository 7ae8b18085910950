package sqlstore

import (
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
)

// An error that the engine did not send has one of two origins. Either the
// connection was lost or could not be made: then the outcome of a statement that
// was sent is unknown. Or the driver refuses a value that it was given or has
// read: then it does so every time. The errors of lost connections are listed,
// here and in the dialect. Any other is the driver's refusal.

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
	if _, ok := errors.AsType[*unknownOutcome](err); ok {
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

// unknownOutcome is an error of a driver's own that leaves the outcome of the
// statement unknown.
type unknownOutcome struct{ error }

func (e *unknownOutcome) Unwrap() error { return e.error }

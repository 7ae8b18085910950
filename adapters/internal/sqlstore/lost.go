package sqlstore

import (
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/tenon-go/tenon/adapters/internal/linger"
)

// An error that the engine did not send has one of two origins. Either the connection was
// lost or could not be opened, and then the outcome of a statement that was sent is unknown.
// Or the driver refuses a value that it was given or has read, and then it does so every
// time. The errors of lost connections are listed here and in the dialect. Any other error
// is a refusal of the driver.

// lost reports whether an error, which is not an answer of the engine, means that the
// connection was lost or could not be opened.
func (d *Dialect) lost(err error) bool {
	if _, ok := errors.AsType[net.Error](err); ok { // errors of the system, and deadlines of the socket and the context
		return true
	}
	for _, gone := range []error{
		io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed,
		context.Canceled, driver.ErrBadConn, sql.ErrConnDone, linger.ErrUnanswered,
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
	// The owner has closed the handle. database/sql does not export this error.
	if err.Error() == "sql: database is closed" {
		return true
	}
	return d.Lost != nil && d.Lost(err)
}

// Refuses reports whether an error is a refusal of the driver.
func (d *Dialect) Refuses(err error) bool {
	_, answered := d.Report(err)
	return !answered && !d.lost(err)
}

// unknownOutcome is an error of the driver after which the outcome of the statement is
// unknown.
type unknownOutcome struct{ error }

func (e *unknownOutcome) Unwrap() error { return e.error }

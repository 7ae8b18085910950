package sqlstore

import (
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
)

func TestLost(t *testing.T) {
	t.Parallel()
	closed := sql.OpenDB(stub{})
	closed.Close()
	_, handleClosed := closed.Conn(t.Context())
	own := errors.New("of the driver")
	d := &Dialect{Errors: Errors{Report: noReport, Lost: func(err error) bool { return errors.Is(err, own) }}}
	for _, err := range []error{
		syscall.ECONNRESET, &net.OpError{Op: "dial", Err: errors.New("x")}, os.ErrDeadlineExceeded, net.ErrClosed, io.EOF, io.ErrUnexpectedEOF,
		context.Canceled, context.DeadlineExceeded, driver.ErrBadConn, sql.ErrConnDone, handleClosed, linger.ErrUnanswered,
		tls.RecordHeaderError{}, &tls.CertificateVerificationError{Err: errors.New("x")}, own,
	} {
		if wrapped := fmt.Errorf("wrapped: %w", err); err != handleClosed && !d.lost(wrapped) || !d.lost(err) || d.Refuses(err) {
			t.Errorf("%v (%[1]T) is not a lost connection", err)
		}
	}
	for _, err := range []error{
		errors.New("cannot encode"), driver.ErrSkip, sql.ErrNoRows, errors.New("sql: database is closed, says somebody"),
	} {
		if d.lost(err) || !d.Refuses(err) {
			t.Errorf("%v (%[1]T) is a lost connection", err)
		}
	}
}

// What a driver itself says of a write: if it still understands the server,
// the write was not sent; if not, or if the write had succeeded, its outcome is unknown.
func TestDriversOwnErrorOfAWrite(t *testing.T) {
	t.Parallel()
	refuses := errors.New("the driver refuses")
	for name, c := range map[string]struct {
		stub stub
		want error
	}{
		"it still understands the server": {stub{exec: refuses}, spec.ErrFailed},
		"it no longer does":               {stub{exec: refuses, ping: driver.ErrBadConn}, spec.ErrIndeterminate},
		"it cannot say what was changed":  {stub{rows: refuses}, spec.ErrIndeterminate},
	} {
		db := sql.OpenDB(c.stub)
		s := newStore(&Dialect{Name: "stub", Errors: Errors{Report: noReport}}, db, true)
		_, err := s.deleteRows(t.Context(), "DELETE")
		if spec.ClassOf(err) != c.want || !errors.Is(err.(*spec.Error).Cause, refuses) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func noReport(error) (Report, bool) { return Report{}, false }

// stub is a driver, its connection and its results.
type stub struct{ exec, ping, rows error }

func (s stub) Connect(context.Context) (driver.Conn, error) { return s, nil }
func (s stub) Driver() driver.Driver                        { return nil }
func (s stub) Prepare(string) (driver.Stmt, error)          { return nil, errors.ErrUnsupported }
func (s stub) Begin() (driver.Tx, error)                    { return nil, errors.ErrUnsupported }
func (s stub) Close() error                                 { return nil }
func (s stub) Ping(context.Context) error                   { return s.ping }
func (s stub) LastInsertId() (int64, error)                 { return 0, errors.ErrUnsupported }
func (s stub) RowsAffected() (int64, error)                 { return 0, s.rows }

func (s stub) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	return s, s.exec
}

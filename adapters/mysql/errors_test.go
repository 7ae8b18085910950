package mysql

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/adapters/internal/errordoc"
	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
)

// TestErrorsPage checks the codes in docs/errors.md.
func TestErrorsPage(t *testing.T) {
	errordoc.CheckCodes(t, "MySQL, MariaDB", errordoc.SQL(codes))
}

func TestReport(t *testing.T) {
	t.Parallel()
	const child = "Cannot add or update a child row: a foreign key constraint fails (`db`.`sessions`, CONSTRAINT `x` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`))"
	for _, c := range []struct {
		err      error
		want     sqlstore.Report
		answered bool
	}{
		{driver.ErrBadConn, sqlstore.Report{Code: "not sent"}, true},
		{fmt.Errorf("wrapped: %w", driver.ErrBadConn), sqlstore.Report{Code: "not sent"}, true},
		{errors.New("bad connection"), sqlstore.Report{Code: "not sent"}, true}, // the driver's errBadConnNoWrite, while it connects
		{mysql.ErrPktTooLarge, sqlstore.Report{Code: "too large for max_allowed_packet"}, true},
		{mysql.ErrNativePassword, sqlstore.Report{Code: "no such way to sign in: allowNativePasswords"}, true},
		{mysql.ErrNoTLS, sqlstore.Report{Code: "the server has no TLS"}, true},
		{mysql.ErrInvalidConn, sqlstore.Report{}, false},
		{&mysql.MySQLError{Number: 1062, Message: "text"}, sqlstore.Report{Code: "1062", Text: "text"}, true},
		{&mysql.MySQLError{Number: 1452, Message: child}, sqlstore.Report{Code: "1452", Text: child, Column: "user_id"}, true},
		{&mysql.MySQLError{Number: 1005, Message: `(errno: 121 "x")`}, sqlstore.Report{Code: "1005/121", Text: `(errno: 121 "x")`}, true},
		{&mysql.MySQLError{Number: 1005, Message: `(errno: 165 "x")`}, sqlstore.Report{Code: "1005/165", Text: `(errno: 165 "x")`}, true},
		{&mysql.MySQLError{Number: 1015, Message: `(errno: 165 - x)`}, sqlstore.Report{Code: "1015/165", Text: `(errno: 165 - x)`}, true},
		{&mysql.MySQLError{Number: 1005, Message: `(errno: 150 "x")`}, sqlstore.Report{Code: "1005", Text: `(errno: 150 "x")`}, true},
	} {
		if got, answered := report(c.err); got != c.want || answered != c.answered {
			t.Errorf("%v: got %+v, %t, want %+v, %t", c.err, got, answered, c.want, c.answered)
		}
	}
}

package mysql

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"strconv"

	"github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
)

// literals returns how values are written into statements. MaxPacket is the size of the
// largest packet that the server accepts, or 0 if the server itself refuses longer ones.
func literals(maxPacket int) *sqlstore.Literals {
	return &sqlstore.Literals{Write: literal, Quote: quote("")[0], MaxStatement: maxPacket - packetHeader}
}

// packetHeader is the size of a packet without the statement.
const packetHeader = 1

// literal returns a value as written in a statement. Text and bytes are in hexadecimal.
// They need no escaping in any sql_mode or character set, and text is UTF-8 in any
// character set of the session.
func literal(v any) string {
	switch v := v.(type) {
	case string:
		return "_utf8mb4 X'" + hex.EncodeToString([]byte(v)) + "'"
	case []byte:
		return "X'" + hex.EncodeToString(v) + "'"
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'e', -1, 64) // with an exponent, because otherwise it would be a DECIMAL
	case bool:
		if v {
			return "TRUE"
		}
		return "FALSE"
	}
	return "NULL"
}

// writer is a connection that writes values into statements.
type writer struct {
	session
	literals *sqlstore.Literals
}

// ExecContext implements driver.ExecerContext.
func (w writer) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	query, err := w.write(query, args)
	if err != nil {
		return nil, err
	}
	return w.session.ExecContext(ctx, query, nil)
}

// QueryContext implements driver.QueryerContext.
func (w writer) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	query, err := w.write(query, args)
	if err != nil {
		return nil, err
	}
	return w.session.QueryContext(ctx, query, nil)
}

func (w writer) write(query string, args []driver.NamedValue) (string, error) {
	if len(args) == 0 {
		return query, nil
	}
	values := make([]any, len(args))
	for i, arg := range args {
		values[i] = arg.Value
	}
	query, fits := w.literals.Inline(query, values)
	if !fits {
		return "", mysql.ErrPktTooLarge
	}
	return query, nil
}

package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
)

// Through database/sql a column costs a closure and a boxed value, and a context
// that may end costs a goroutine: more than all that pgx does. So queries run on
// pgx's connection in the handle, and their rows are read as the server sends
// them, where pgx keeps prepared statements. The other modes, which a handle may
// be set to, read text, or do not know the types of columns before they ask.

// native implements sqlstore.Statements.Native.
func native(ctx context.Context, db *sql.DB, q *sqlstore.Query) (done bool, err error) {
	if _, ours := db.Driver().(*stdlib.Driver); !ours {
		return false, nil
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	err = conn.Raw(func(c any) error { return runNative(ctx, c, q) })
	if err == errNotNative || errors.Is(err, driver.ErrBadConn) { // which database/sql has closed, and will try others
		return false, nil
	}
	return true, err
}

// errNotNative says that a connection is not one for native queries.
var errNotNative = errors.New("not a connection that prepares")

// runNative runs a query on a connection of a handle. The error is
// driver.ErrBadConn if the query was not sent, because the connection is gone.
func runNative(ctx context.Context, c any, q *sqlstore.Query) error {
	of, ok := c.(*stdlib.Conn)
	if !ok || !knownOf(of.Conn()).prepares {
		return errNotNative
	}
	conn := of.Conn()
	if conn.IsClosed() {
		return driver.ErrBadConn
	}
	rows, err := conn.Query(ctx, q.Text, append([]any{formats}, q.Args...)...)
	if err != nil {
		if pgconn.SafeToRetry(err) {
			err = driver.ErrBadConn
		}
		return err
	}
	defer rows.Close()
	for rows.Next() {
		q.Begin()
		fields, values := rows.FieldDescriptions(), rows.RawValues()
		for i := range q.Cells {
			to := &q.Cells[i]
			if decode(to.Direct(), &fields[i], values[i]) {
				continue
			}
			value, err := driverValue(conn.TypeMap(), &fields[i], values[i])
			if err != nil {
				return err
			}
			if q.Misfit = to.Scan(value); q.Misfit != nil {
				return nil
			}
		}
	}
	return rows.Err()
}

// formats says which types come in binary, as for database/sql; all others come as
// text.
var formats = pgx.QueryResultFormatsByOID{
	pgtype.BoolOID:        pgtype.BinaryFormatCode,
	pgtype.ByteaOID:       pgtype.BinaryFormatCode,
	pgtype.CIDOID:         pgtype.BinaryFormatCode,
	pgtype.DateOID:        pgtype.BinaryFormatCode,
	pgtype.Float4OID:      pgtype.BinaryFormatCode,
	pgtype.Float8OID:      pgtype.BinaryFormatCode,
	pgtype.Int2OID:        pgtype.BinaryFormatCode,
	pgtype.Int4OID:        pgtype.BinaryFormatCode,
	pgtype.Int8OID:        pgtype.BinaryFormatCode,
	pgtype.OIDOID:         pgtype.BinaryFormatCode,
	pgtype.TimestampOID:   pgtype.BinaryFormatCode,
	pgtype.TimestamptzOID: pgtype.BinaryFormatCode,
	pgtype.XIDOID:         pgtype.BinaryFormatCode,
}

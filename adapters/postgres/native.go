package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
)

// Through database/sql a column costs a closure and a boxed value, and a context
// that may end costs a goroutine: more than all that pgx does. So statements run
// on pgx's connection in the handle, and rows are read as the server sends them,
// where pgx keeps prepared statements. The other modes, which a handle may be set
// to, read text, or do not know the types of columns before they ask.

// query implements sqlstore.Native.
func query(ctx context.Context, db *sql.DB, q *sqlstore.Query) (done bool, err error) {
	if _, ours := db.Driver().(*stdlib.Driver); !ours {
		return false, nil
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	err = conn.Raw(func(c any) error {
		of, err := native(c)
		if err != nil {
			return err
		}
		return read(ctx, of, q)
	})
	if err == errNotNative || errors.Is(err, driver.ErrBadConn) { // which database/sql has closed, and will try others
		return false, nil
	}
	return true, err
}

// exec implements sqlstore.Native.
func exec(ctx context.Context, conn *sql.Conn, statement string, args []any) (result driver.Result, done bool, err error) {
	var rows int64
	err = conn.Raw(func(c any) error {
		of, err := native(c)
		if err != nil {
			return err
		}
		rows, err = write(ctx, of, statement, args)
		return err
	})
	if err == errNotNative {
		return nil, false, nil
	}
	return driver.RowsAffected(rows), true, err
}

// closeConn implements sqlstore.Native, for handles on a pool of pgx's.
func closeConn(c any) {
	if of, ok := c.(*stdlib.Conn); ok {
		ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		_ = of.Conn().Close(ctx) // it is closed nevertheless
	}
}

// closeTimeout is for telling the server that a connection is closed.
const closeTimeout = 5 * time.Second

// errNotNative says that a connection is not one for native statements.
var errNotNative = errors.New("not a connection that prepares")

// native returns pgx's connection in one of a handle's, or errNotNative, or
// driver.ErrBadConn if it is closed.
func native(c any) (*pgx.Conn, error) {
	of, ok := c.(*stdlib.Conn)
	if !ok || !knownOf(of.Conn()).prepares {
		return nil, errNotNative
	}
	if of.Conn().IsClosed() {
		return nil, driver.ErrBadConn
	}
	return of.Conn(), nil
}

// unsent returns the error of a statement, or driver.ErrBadConn if that says that
// it was not sent. database/sql then closes the connection.
func unsent(err error) error {
	if err != nil && pgconn.SafeToRetry(err) {
		return driver.ErrBadConn
	}
	return err
}

// read runs a query and reads its rows. The error is driver.ErrBadConn if the
// query was not sent.
func read(ctx context.Context, conn *pgx.Conn, q *sqlstore.Query) error {
	rows, err := conn.Query(ctx, q.Text, append([]any{formats}, q.Args...)...)
	if err != nil {
		return unsent(err)
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

// write runs a statement and returns how many rows it changed, or
// driver.ErrBadConn if it was not sent. pgx gives up a statement in its cache
// after any error, and takes two round trips to have it again; so that an id that
// is taken does not cost them, the statement is one that the connection was told
// to prepare.
func write(ctx context.Context, conn *pgx.Conn, statement string, args []any) (rows int64, err error) {
	k := knownOf(conn)
	if !k.prepared[statement] && len(k.prepared) < maxPrepared {
		if _, err := conn.Prepare(ctx, statement, statement); err != nil {
			return 0, unsent(err)
		}
		k.prepared[statement] = true
	}
	tag, err := conn.Exec(ctx, statement, args...)
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == noSuchStatement && k.prepared[statement] {
		delete(k.prepared, statement)
		_ = conn.Deallocate(ctx, statement) // if this fails, so does whatever comes next on the connection
	}
	return tag.RowsAffected(), unsent(err)
}

// maxPrepared is more than the adapter's statements that write, but for those that
// set some attributes of many: what is over it is left to pgx's cache.
const maxPrepared = 64

// noSuchStatement is the code of a statement that DEALLOCATE or DISCARD has taken
// away, as an application or a pooler may do.
const noSuchStatement = "26000"

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

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

// Through database/sql each column costs a closure and an interface value, and each
// context that can end costs a goroutine. That is more than pgx itself costs. Therefore,
// if pgx is in the mode that keeps prepared statements, statements run directly on the
// pgx connection of the handle, and rows are read as the server sends them. A handle can
// have another mode. Those modes read text, or do not know the types of columns before
// they ask the server.

// isPgx reports whether a handle's driver is pgx. With pgx calls end with their contexts.
// lib/pq looks at no context while it sets up a connection, and waits for the server's
// answer after the context of a statement has ended.
func isPgx(d driver.Driver) bool {
	_, ok := d.(*stdlib.Driver)
	return ok
}

// query implements sqlstore.Native.
func query(ctx context.Context, db *sql.DB, q *sqlstore.Query) (done bool, err error) {
	if !isPgx(db.Driver()) {
		return false, nil
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	err = conn.Raw(func(c any) error {
		of, err := nativeConn(c)
		if err != nil {
			return err
		}
		return read(ctx, of, q)
	})
	if err == errNotNative || errors.Is(err, driver.ErrBadConn) { // database/sql has closed the connection and will try another one
		return false, nil
	}
	return true, err
}

// exec implements sqlstore.Native.
func exec(ctx context.Context, conn *sql.Conn, statement string, args []any) (result driver.Result, done bool, err error) {
	var rows int64
	err = conn.Raw(func(c any) error {
		of, err := nativeConn(c)
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

// closeConn implements sqlstore.Native, for handles on a pgxpool.Pool.
func closeConn(c any) {
	if of, ok := c.(*stdlib.Conn); ok {
		ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		_ = of.Conn().Close(ctx) // closes the connection even if it fails
	}
}

// closeTimeout is the time limit for telling the server that a connection is closed.
const closeTimeout = 5 * time.Second

// errNotNative reports that native statements cannot run on a connection.
var errNotNative = errors.New("not a connection that prepares")

// nativeConn returns the pgx connection in a connection of the handle. The error is
// errNotNative, or driver.ErrBadConn if the connection is closed.
func nativeConn(c any) (*pgx.Conn, error) {
	of, ok := c.(*stdlib.Conn)
	if !ok || !knownOf(of.Conn()).prepares {
		return nil, errNotNative
	}
	if of.Conn().IsClosed() {
		return nil, driver.ErrBadConn
	}
	return of.Conn(), nil
}

// unsent returns the error of a statement, or driver.ErrBadConn if the error means that
// the statement was not sent. database/sql then closes the connection.
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
			if q.ScanError = to.Scan(value); q.ScanError != nil {
				return nil
			}
		}
	}
	return rows.Err()
}

// write runs a statement and returns how many rows it changed, or driver.ErrBadConn if the
// statement was not sent. After any error pgx removes a statement from its cache, and
// needs two round trips to prepare it again. To avoid that after, for example, a taken id,
// the adapter prepares the statement explicitly.
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
		_ = conn.Deallocate(ctx, statement) // if this fails, the next statement on the connection fails too
	}
	return tag.RowsAffected(), unsent(err)
}

// maxPrepared is the maximum number of statements that the adapter prepares on a
// connection. It has fewer that write, except for updates of some of many attributes.
// Statements over the limit are left to pgx's cache.
const maxPrepared = 64

// noSuchStatement is the code for a statement that was removed by DEALLOCATE or DISCARD,
// which an application or a pooler can run.
const noSuchStatement = "26000"

// formats are the types that are read in binary, as by database/sql. All others are read
// as text.
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

package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
)

// Through database/sql a query with a context that can end costs a goroutine, and each
// column costs a conversion that the cell then repeats. Therefore statements on the
// connections of Open bypass database/sql.

// native runs the statements on connections of Open.
var native = &sqlstore.Native{Query: query, Exec: exec}

// query implements sqlstore.Native.
func query(ctx context.Context, db *sql.DB, q *sqlstore.Query) (done bool, err error) {
	of, err := db.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer of.Close()
	err = of.Raw(func(c any) error { return read(ctx, c.(connection), q) })
	if errors.Is(err, driver.ErrBadConn) { // database/sql has closed the connection and will try another one
		return false, nil
	}
	return true, err
}

// exec implements sqlstore.Native.
func exec(ctx context.Context, of *sql.Conn, statement string, args []any) (result driver.Result, done bool, err error) {
	err = of.Raw(func(c any) error {
		conn := c.(connection)
		values, err := namedValues(conn, args)
		if err == nil {
			result, err = conn.ExecContext(ctx, statement, values)
		}
		return err
	})
	return result, true, err
}

// connection is the type of the connector's connections.
type connection interface {
	driver.ExecerContext
	driver.QueryerContext
	driver.NamedValueChecker
}

// namedValues returns values in the form that the driver accepts.
func namedValues(c driver.NamedValueChecker, args []any) ([]driver.NamedValue, error) {
	values := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: arg}
		if err := c.CheckNamedValue(&values[i]); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// read runs a query and reads its rows. The error is driver.ErrBadConn if the
// query was not sent.
func read(ctx context.Context, c connection, q *sqlstore.Query) error {
	args, err := namedValues(c, q.Args)
	if err != nil {
		return err
	}
	rows, err := c.QueryContext(ctx, q.Text, args)
	if err != nil {
		return err
	}
	defer rows.Close()
	row := make([]driver.Value, len(q.Cells))
	for {
		switch err := rows.Next(row); err {
		case nil:
		case io.EOF:
			return nil
		default:
			return err
		}
		q.Begin()
		for i, value := range row {
			if q.ScanError = q.Cells[i].Scan(value); q.ScanError != nil {
				return nil
			}
		}
	}
}

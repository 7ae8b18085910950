package sqlstore

import (
	"context"
	"database/sql"

	"github.com/tenon-go/tenon/spec"
)

// Query is one run of a query, and the destination of its rows.
type Query struct {
	Text  string
	Args  []any
	Cells []Cell // the cells of one row; each row is read into them

	// ScanError is the error of a cell's Scan. No more rows are read after it.
	ScanError error

	next func() // if not nil, called before each row; can change the cells
	rows int
}

// Begin must be called before each row is read into the cells.
func (q *Query) Begin() {
	q.rows++
	if q.next != nil {
		q.next()
	}
}

// each runs a query, reads its rows, and returns how many there were.
func (c *call) each(ctx context.Context, q Query) (rows int, err error) {
	if c.dialect.Native != nil && c.on == connection(c.db) {
		native := q // a copy, because it escapes to the heap
		done, err := c.dialect.Native.Query(ctx, c.db.DB, &native)
		switch {
		case err != nil:
			return 0, c.classify(err, c.queries)
		case native.ScanError != nil:
			return 0, scanFailed(native.ScanError)
		case done:
			return native.rows, nil
		}
	}
	err = c.query(ctx, &q)
	return q.rows, err
}

// query runs a query through database/sql.
func (c *call) query(ctx context.Context, q *Query) error {
	text, args, err := c.dialect.written(q.Text, q.Args)
	if err != nil {
		return err
	}
	if c.dialect.QueriesOutlive && c.on == connection(c.db) {
		return c.queryOrLeave(ctx, q, text, args)
	}
	var rows *sql.Rows
	err = c.retryLocked(ctx, func() (err error) {
		if rows, err = c.on.QueryContext(ctx, text, args...); err != nil {
			err = c.classify(err, c.queries)
		}
		return err
	})
	if err != nil {
		return err
	}
	defer rows.Close()
	cells := q.Cells
	into := make([]any, len(cells))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		q.Begin()
		if err := rows.Scan(into...); err != nil {
			return &spec.Error{Class: spec.ErrFailed, Detail: scanDetail(err), Cause: err}
		}
	}
	if err := rows.Err(); err != nil {
		return c.classify(err, c.queries)
	}
	return nil
}

// one runs a query for at most one row, and reports whether there was one.
func (c *call) one(ctx context.Context, query string, args []any, cells []Cell) (found bool, err error) {
	rows, err := c.each(ctx, Query{Text: query, Args: args, Cells: cells})
	return rows > 0 && err == nil, err
}

// exists runs a query that returns whether there is a row.
func (c *call) exists(ctx context.Context, query string, args ...any) (found bool, err error) {
	_, err = c.one(ctx, query, args, answers(&found))
	return found, err
}

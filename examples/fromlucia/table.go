package main

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// table is a source in an SQL database.
type table struct {
	db      *sql.DB
	name    string // quoted
	schema  *attr.Schema[Session]
	user    int // the positions of columns
	active  int // -1: the table has none
	expires int
	id      int
	columns []string
}

// openTable opens a table, whose name is quoted, with a driver of database/sql.
func openTable(ctx context.Context, driver, dsn, name string) (*table, error) {
	schema, err := spec.SessionSchema[Session]()
	if err != nil {
		return nil, err
	}
	db, err := openSQL(driver, dsn)
	if err != nil {
		return nil, fmt.Errorf("open Lucia's database: %w", err)
	}
	t := &table{db: db, name: name, schema: schema}
	if err := t.look(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return t, nil
}

// look finds the columns of the table.
func (t *table) look(ctx context.Context) error {
	var err error
	if t.columns, err = columnsOf(ctx, t.db, t.name); err != nil {
		return fmt.Errorf("check Lucia's table: %w", err)
	}
	t.id = position(t.columns, "id")
	t.user = position(t.columns, userColumns...)
	t.active = position(t.columns, activeColumns...)
	t.expires = position(t.columns, expiresColumns...)
	if t.id < 0 || t.user < 0 || t.expires < 0 {
		return fmt.Errorf("the table is not one of Lucia's sessions: its columns are %s", strings.Join(t.columns, ", "))
	}
	return nil
}

// position returns the index in columns of the first of these names that it contains, or -1.
func position(columns []string, names ...string) int {
	for _, name := range names {
		if i := slices.Index(columns, name); i >= 0 {
			return i
		}
	}
	return -1
}

func (t *table) Close() error { return t.db.Close() }

func (t *table) all(ctx context.Context) iter.Seq2[luciaSession, error] {
	return func(yield func(luciaSession, error) bool) {
		rows, err := t.db.QueryContext(ctx, "SELECT * FROM "+t.name)
		if err != nil {
			yield(luciaSession{}, fmt.Errorf("read Lucia's table: %w", err))
			return
		}
		defer rows.Close()
		for n := 1; rows.Next(); n++ {
			session, err := t.scan(rows)
			if err != nil {
				err = atRow(n, err)
			}
			if !yield(session, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(luciaSession{}, fmt.Errorf("read Lucia's table: %w", err))
		}
	}
}

// scan reads one row: Lucia's columns, and the attributes that both tables have. It skips
// all other columns.
func (t *table) scan(rows *sql.Rows) (luciaSession, error) {
	var session luciaSession
	into := make([]any, len(t.columns))
	for i := range into {
		into[i] = new(any)
	}
	fields, destinations := t.schema.Fields(), t.schema.Destinations(&session.Attributes)
	for i, field := range fields {
		if at := position(t.columns, field.Column); at >= 0 {
			into[at] = destinations[i]
		}
	}
	into[t.id], into[t.user] = &session.ID, &session.UserID
	into[t.expires] = (*instant)(&session.ExpiresAt)
	if t.active >= 0 {
		into[t.active] = (*instant)(&session.ActiveUntil)
	}
	if err := rows.Scan(into...); err != nil {
		return session, err
	}
	session.UserID = userID(session.UserID)
	return session, nil
}

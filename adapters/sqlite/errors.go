package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"strconv"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
)

// report reads an error of SQLite. The text of such an error contains a line like this,
// with a column or the name of a constraint but never a value. With modernc.org/sqlite
// the code is at its end:
//
//	UNIQUE constraint failed: users.email (2067)
func report(err error) (sqlstore.Report, bool) {
	for ; err != nil; err = errors.Unwrap(err) {
		if several, ok := err.(interface{ Unwrap() []error }); ok {
			for _, err := range several.Unwrap() {
				if r, answered := report(err); answered {
					return r, true
				}
			}
		}
		code, ok := resultCode(err)
		if !ok {
			continue
		}
		r := sqlstore.Report{Code: strconv.Itoa(code), Group: strconv.Itoa(code & 0xff)}
		// The author of a trigger chooses its text.
		if code&0xff == sqlite3.SQLITE_CONSTRAINT && code != sqlite3.SQLITE_CONSTRAINT_TRIGGER {
			r.Constraint = strings.TrimSuffix(constraint(err.Error()), " ("+r.Code+")")
		}
		restricts := code == sqlite3.SQLITE_CONSTRAINT_TRIGGER && strings.Contains(err.Error(), "FOREIGN KEY constraint failed") // ON DELETE RESTRICT
		r.Refers = code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY || restricts
		if _, table, found := strings.Cut(err.Error(), "no such table: "); found && code == sqlite3.SQLITE_ERROR {
			r.NoTable, r.Text = true, table
		}
		return r, true
	}
	return sqlstore.Report{}, false
}

// constraint returns the column or constraint that SQLite's text names.
func constraint(text string) string {
	for _, kind := range []string{"UNIQUE", "NOT NULL", "CHECK"} {
		if _, name, found := strings.Cut(text, kind+" constraint failed: "); found {
			return name
		}
	}
	return ""
}

// resultCode returns the extended result code in a driver's error. In modernc.org/sqlite
// it is returned by a method Code. In github.com/ncruces/go-sqlite3 it is returned by a
// method ExtendedCode with its own result type, or the error itself is the code. In
// github.com/mattn/go-sqlite3 it is a field ExtendedCode. Only reflection can read all of
// them without importing the modules.
func resultCode(err error) (code int, ok bool) {
	if e, ok := err.(interface{ Code() int }); ok {
		return e.Code(), true
	}
	v := reflect.ValueOf(err)
	if m := v.MethodByName("ExtendedCode"); m.IsValid() && m.Type().NumIn() == 0 && m.Type().NumOut() == 1 {
		return number(m.Call(nil)[0])
	}
	switch v.Kind() {
	case reflect.Struct:
		return number(v.FieldByName("ExtendedCode"))
	case reflect.Uintptr:
		return 0, false // an error of the operating system
	}
	return number(v)
}

func number(v reflect.Value) (n int, ok bool) {
	switch {
	case !v.IsValid():
		return 0, false
	case v.CanInt():
		return int(v.Int()), true
	case v.CanUint():
		return int(v.Uint()), true
	}
	return 0, false
}

// legible returns an error if the driver's errors do not contain a result code: a taken id
// would look like an outage. It makes SQLite refuse a row of a temporary table, which
// only this connection sees.
func legible(ctx context.Context, d *sqlstore.Dialect, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "CREATE TEMP TABLE IF NOT EXISTS tenon_legible (id INTEGER NOT NULL)"); err != nil {
		if _, answered := report(err); answered {
			return nil // for example a read-only handle
		}
		return d.Unreached(ctx, err)
	}
	_, refused := conn.ExecContext(ctx, "INSERT INTO temp.tenon_legible VALUES (NULL)")
	if _, err := conn.ExecContext(ctx, "DROP TABLE temp.tenon_legible"); err != nil {
		return d.Unreached(ctx, err)
	}
	if ctx.Err() != nil {
		return d.Unreached(ctx, ctx.Err())
	}
	r, _ := report(refused)
	if r.Code != strconv.Itoa(sqlite3.SQLITE_CONSTRAINT_NOTNULL) || r.Constraint != "tenon_legible.id" {
		return d.Unusable("the errors of the handle's driver cannot be read: use that of modernc.org/sqlite, "+
			"github.com/ncruces/go-sqlite3 or github.com/mattn/go-sqlite3", refused)
	}
	return nil
}

package engines

import (
	"context"
	"database/sql"
	"strings"

	"github.com/jmoiron/sqlx"
)

var (
	userColumns    = []string{"id", "name", "email", "logins"}
	sessionColumns = []string{"id", "user_id", "created_at", "active_until", "expires_at", "credential", "name", "agent", "address", "visits"}
)

// insert returns the statement that inserts this number of rows.
func (d Dialect) insert(table string, columns []string, rows int) string {
	one := "(" + strings.Repeat("?, ", len(columns)-1) + "?)"
	return sqlx.Rebind(d.bind, "INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES "+strings.Repeat(one+", ", rows-1)+one)
}

// Run opens a handle, calls f with it and closes it.
func (d Dialect) Run(dsn string, f func(*sql.DB) error) error {
	db, err := sql.Open(d.driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	return f(db)
}

// fill returns a function that creates Tenon's tables and fills them.
func (d Dialect) fill(open func(context.Context, string) (*store, error)) func(context.Context, *Place) error {
	return func(ctx context.Context, at *Place) error {
		if err := migrate(ctx, open, at.DSN); err != nil {
			return err
		}
		return d.Run(at.DSN, func(db *sql.DB) error {
			err := d.InsertAll(ctx, db, usersTable, userColumns, at.Set.Users, func(i int) []any {
				u := at.Set.user(i)
				return userArgs(&u)
			})
			if err != nil {
				return err
			}
			return d.fillSessions(ctx, db, at, sessionsTable)
		})
	}
}

func (d Dialect) fillSessions(ctx context.Context, db *sql.DB, at *Place, table string) error {
	rows := NewRows(at.Set)
	return d.InsertAll(ctx, db, table, sessionColumns, at.Set.Sessions, func(i int) []any {
		s := rows.Session(i)
		return d.createArgs(&s)
	})
}

// batch is the number of rows in one INSERT when tables are filled.
const batch = 200

// InsertAll fills a table with n rows, in one transaction.
func (d Dialect) InsertAll(ctx context.Context, db *sql.DB, table string, columns []string, n int, row func(i int) []any) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var full *sql.Stmt
	for first := 0; first < n; first += batch {
		count := min(batch, n-first)
		args := make([]any, 0, count*len(columns))
		for i := range count {
			args = append(args, row(first+i)...)
		}
		if count < batch {
			_, err = tx.ExecContext(ctx, d.insert(table, columns, count), args...)
		} else {
			if full == nil {
				if full, err = tx.PrepareContext(ctx, d.insert(table, columns, batch)); err != nil {
					return err
				}
			}
			_, err = full.ExecContext(ctx, args...)
		}
		if err != nil {
			return err
		}
	}
	return tx.Commit()
}

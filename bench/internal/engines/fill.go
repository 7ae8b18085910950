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

// insert returns the statement that inserts so many rows.
func (d dialect) insert(table string, columns []string, rows int) string {
	one := "(" + strings.Repeat("?, ", len(columns)-1) + "?)"
	return sqlx.Rebind(d.bind, "INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES "+strings.Repeat(one+", ", rows-1)+one)
}

// run runs f on a handle of its own.
func (d dialect) run(dsn string, f func(*sql.DB) error) error {
	db, err := sql.Open(d.driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	return f(db)
}

// fill returns what makes Tenon's tables and fills them.
func (d dialect) fill(open func(context.Context, string) (*store, error)) func(context.Context, *place) error {
	return func(ctx context.Context, at *place) error {
		if err := migrate(ctx, open, at.dsn); err != nil {
			return err
		}
		return d.run(at.dsn, func(db *sql.DB) error {
			err := d.insertAll(ctx, db, usersTable, userColumns, at.set.Users, func(i int) []any {
				u := at.set.user(i)
				return userArgs(&u)
			})
			if err != nil {
				return err
			}
			return d.fillSessions(ctx, db, at, sessionsTable)
		})
	}
}

func (d dialect) fillSessions(ctx context.Context, db *sql.DB, at *place, table string) error {
	rows := newRows(at.set)
	return d.insertAll(ctx, db, table, sessionColumns, at.set.Sessions, func(i int) []any {
		s := rows.session(i)
		return d.createArgs(&s)
	})
}

// batch is how many rows an INSERT has when tables are filled.
const batch = 200

// insertAll fills a table with n rows, in one transaction.
func (d dialect) insertAll(ctx context.Context, db *sql.DB, table string, columns []string, n int, row func(i int) []any) error {
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

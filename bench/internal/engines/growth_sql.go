package engines

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

func userArgs(u *user) []any {
	return []any{u.ID, u.Attributes.Name, u.Attributes.Email, u.Attributes.Logins}
}

// loadRows loads a piece by INSERTs of many rows.
func (d dialect) loadRows(ctx context.Context, o *Opened, users []user, sessions []session) error {
	return d.run(o.place.dsn, func(db *sql.DB) error {
		return errors.Join(
			d.insertAll(ctx, db, usersTable, userColumns, len(users), func(i int) []any { return userArgs(&users[i]) }),
			d.insertAll(ctx, db, sessionsTable, sessionColumns, len(sessions), func(i int) []any { return d.createArgs(&sessions[i]) }))
	})
}

// execute runs statements on a connection of its own.
func (d dialect) execute(ctx context.Context, o *Opened, statements ...string) error {
	return d.run(o.place.dsn, func(db *sql.DB) error {
		for _, statement := range statements {
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// number asks for one.
func (d dialect) number(ctx context.Context, o *Opened, query string) (n int64, err error) {
	err = d.run(o.place.dsn, func(db *sql.DB) error { return db.QueryRowContext(ctx, query).Scan(&n) })
	return n, err
}

// postgresGrowth loads by COPY. Rows lie in the order in which they came.
func postgresGrowth() *growth {
	return &growth{
		sizes: []int{100_000, 1_000_000, 10_000_000},
		load:  copyRows,
		settle: func(ctx context.Context, o *Opened) error {
			return postgresDialect.execute(ctx, o, "VACUUM ANALYZE "+usersTable+", "+sessionsTable, "CHECKPOINT")
		},
		held: func(ctx context.Context, o *Opened) (int64, error) {
			return postgresDialect.number(ctx, o, fmt.Sprintf("SELECT pg_total_relation_size('%s') + pg_total_relation_size('%s')", usersTable, sessionsTable))
		},
	}
}

func copyRows(ctx context.Context, o *Opened, users []user, sessions []session) error {
	c, err := pgx.Connect(ctx, o.place.dsn)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	load := func(table string, columns []string, n int, row func(i int) []any) error {
		if n == 0 {
			return nil
		}
		_, err := c.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromSlice(n, func(i int) ([]any, error) { return row(i), nil }))
		return err
	}
	return errors.Join(
		load(usersTable, userColumns, len(users), func(i int) []any { return userArgs(&users[i]) }),
		load(sessionsTable, sessionColumns, len(sessions), func(i int) []any { return postgresDialect.createArgs(&sessions[i]) }))
}

// mysqlGrowth loads by INSERTs, in the order of the ids, in which InnoDB keeps rows.
func mysqlGrowth(sizes ...int) *growth {
	return &growth{
		sizes: sizes, sorted: true,
		load: mysqlDialect.loadRows,
		settle: func(ctx context.Context, o *Opened) error {
			return mysqlDialect.run(o.place.dsn, func(db *sql.DB) error {
				rows, err := db.QueryContext(ctx, "ANALYZE TABLE "+usersTable+", "+sessionsTable)
				if err != nil {
					return err
				}
				return rows.Close()
			})
		},
		held: func(ctx context.Context, o *Opened) (int64, error) {
			return mysqlDialect.number(ctx, o, "SELECT CAST(SUM(data_length + index_length) AS SIGNED) FROM information_schema.tables WHERE table_schema = DATABASE()")
		},
	}
}

// sqliteGrowth loads by INSERTs, in the order of the ids, in which their index is.
// The indexes that can be made afterwards are.
func sqliteGrowth() *growth {
	var indexes []string
	return &growth{
		sizes: []int{100_000, 1_000_000, 3_000_000, 10_000_000}, sorted: true,
		load: func(ctx context.Context, o *Opened, users []user, sessions []session) error {
			hasty := *o
			at := *o.place
			at.dsn = at.dsn + "&_pragma=synchronous(0)&_pragma=cache_size(-500000)"
			hasty.place = &at
			return sqliteDialect.loadRows(ctx, &hasty, users, sessions)
		},
		before: func(ctx context.Context, o *Opened) error {
			indexes = nil
			return sqliteDialect.run(o.place.dsn, func(db *sql.DB) error { return dropIndexes(ctx, db, &indexes) })
		},
		settle: func(ctx context.Context, o *Opened) error {
			made := indexes
			indexes = nil
			return sqliteDialect.execute(ctx, o, append(made, "PRAGMA wal_checkpoint(TRUNCATE)")...)
		},
		held: func(ctx context.Context, o *Opened) (int64, error) {
			return sqliteDialect.number(ctx, o, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
		},
	}
}

// dropIndexes drops the indexes of sessions and adds the statements that make them
// to a list.
func dropIndexes(ctx context.Context, db *sql.DB, made *[]string) error {
	rows, err := db.QueryContext(ctx, "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = '"+sessionsTable+"'")
	if err != nil {
		return err
	}
	defer rows.Close()
	var drop []string
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return err
		}
		drop, *made = append(drop, `DROP INDEX "`+name+`"`), append(*made, text)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, statement := range drop {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

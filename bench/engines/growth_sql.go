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

// loadRows loads a piece with INSERTs of many rows.
func (d Dialect) loadRows(ctx context.Context, o *Opened, users []user, sessions []session) error {
	return d.Run(o.place.DSN, func(db *sql.DB) error {
		return errors.Join(
			d.InsertAll(ctx, db, usersTable, userColumns, len(users), func(i int) []any { return userArgs(&users[i]) }),
			d.InsertAll(ctx, db, sessionsTable, sessionColumns, len(sessions), func(i int) []any { return d.createArgs(&sessions[i]) }))
	})
}

// execute runs statements on a new connection.
func (d Dialect) execute(ctx context.Context, o *Opened, statements ...string) error {
	return d.executeAt(ctx, o.place.DSN, statements...)
}

func (d Dialect) executeAt(ctx context.Context, dsn string, statements ...string) error {
	return d.Run(dsn, func(db *sql.DB) error {
		for _, statement := range statements {
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// number returns the number that a query selects.
func (d Dialect) number(ctx context.Context, o *Opened, query string) (n int64, err error) {
	err = d.Run(o.place.DSN, func(db *sql.DB) error { return db.QueryRowContext(ctx, query).Scan(&n) })
	return n, err
}

// postgresGrowth loads rows with COPY, since PostgreSQL keeps them in the order in which
// they arrive. The foreign key, and all indexes except the primary key, are created
// afterwards.
func postgresGrowth() *growth {
	var made dropped
	return &growth{
		sizes: []int{100_000, 1_000_000, 10_000_000},
		load:  copyRows,
		before: func(ctx context.Context, o *Opened) error {
			return made.drop(ctx, PostgresDialect, o, fmt.Sprintf(
				"SELECT 'ALTER TABLE %[1]s DROP CONSTRAINT ' || conname, 'ALTER TABLE %[1]s ADD CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '%[1]s'::regclass AND contype = 'f' "+
					"UNION ALL SELECT 'DROP INDEX ' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid) FROM pg_index AS i WHERE i.indrelid = '%[1]s'::regclass AND NOT i.indisprimary", sessionsTable))
		},
		settle: func(ctx context.Context, o *Opened) error {
			statements := []string{"VACUUM ANALYZE " + usersTable + ", " + sessionsTable}
			if !o.server.given { // else the user's role may lack the privilege
				statements = append(statements, "CHECKPOINT")
			}
			return made.remake(ctx, PostgresDialect, o, statements...)
		},
		held: func(ctx context.Context, o *Opened) (int64, error) {
			return PostgresDialect.number(ctx, o, fmt.Sprintf("SELECT pg_total_relation_size('%s') + pg_total_relation_size('%s')", usersTable, sessionsTable))
		},
	}
}

func copyRows(ctx context.Context, o *Opened, users []user, sessions []session) error {
	c, err := pgx.Connect(ctx, o.place.DSN)
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
		load(sessionsTable, sessionColumns, len(sessions), func(i int) []any { return PostgresDialect.createArgs(&sessions[i]) }))
}

// mysqlGrowth loads rows with INSERTs, in the order of the ids, in which InnoDB keeps them.
// A server that Open started gets a buffer pool of 3 GiB, so that it need not write pages
// to make room for others, and a redo log of 2 GiB, the size of which is in the variable
// redo. With the default of about 100 MB, statements wait while the server writes pages to
// make room in the log.
func mysqlGrowth(redo string, sizes ...int) *growth {
	return &growth{
		sizes: sizes, sorted: true,
		load: MySQLDialect.loadRows,
		before: func(ctx context.Context, o *Opened) error {
			if o.server.given {
				return nil
			}
			return MySQLDialect.execute(ctx, o, "SET GLOBAL innodb_buffer_pool_size = 3 << 30", "SET GLOBAL "+redo+" = 2 << 30")
		},
		settle: func(ctx context.Context, o *Opened) error {
			return MySQLDialect.Run(o.place.DSN, func(db *sql.DB) error {
				rows, err := db.QueryContext(ctx, "ANALYZE TABLE "+usersTable+", "+sessionsTable)
				if err != nil {
					return err
				}
				return rows.Close()
			})
		},
		held: func(ctx context.Context, o *Opened) (int64, error) {
			return MySQLDialect.number(ctx, o, "SELECT CAST(SUM(data_length + index_length) AS SIGNED) FROM information_schema.tables WHERE table_schema = DATABASE()")
		},
	}
}

// sqliteGrowth loads rows with INSERTs, in the order of the ids, which is the order of
// their index. The other indexes are created afterwards.
func sqliteGrowth() *growth {
	var indexes dropped
	return &growth{
		sizes: []int{100_000, 1_000_000, 3_000_000, 10_000_000}, sorted: true,
		load: func(ctx context.Context, o *Opened, users []user, sessions []session) error {
			hasty := *o
			at := *o.place
			at.DSN = at.DSN + "&_pragma=synchronous(0)&_pragma=cache_size(-500000)"
			hasty.place = &at
			return SQLiteDialect.loadRows(ctx, &hasty, users, sessions)
		},
		before: func(ctx context.Context, o *Opened) error {
			return indexes.drop(ctx, SQLiteDialect, o, "SELECT 'DROP INDEX \"' || name || '\"', sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = '"+sessionsTable+"'")
		},
		settle: func(ctx context.Context, o *Opened) error {
			return indexes.remake(ctx, SQLiteDialect, o, "PRAGMA wal_checkpoint(TRUNCATE)")
		},
		held: func(ctx context.Context, o *Opened) (int64, error) {
			return SQLiteDialect.number(ctx, o, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
		},
	}
}

// dropped are the statements that recreate dropped indexes and constraints.
type dropped []string

// drop runs the DROP statements in the first column of a query's result, and keeps the
// statements in its second column, which recreate what they drop.
func (d *dropped) drop(ctx context.Context, in Dialect, o *Opened, query string) error {
	return in.Run(o.place.DSN, func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, query)
		if err != nil {
			return err
		}
		defer rows.Close()
		var drops []string
		for rows.Next() {
			var drop, remake string
			if err := rows.Scan(&drop, &remake); err != nil {
				return err
			}
			drops, *d = append(drops, drop), append(*d, remake)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		return in.execute(ctx, o, drops...)
	})
}

// remake recreates what was dropped, and then runs more statements.
func (d *dropped) remake(ctx context.Context, in Dialect, o *Opened, more ...string) error {
	list := append(*d, more...)
	*d = nil
	return in.execute(ctx, o, list...)
}

// Package postgres lists what surrounds the tables on a user's PostgreSQL server, in the
// terms of the results of package environment.
package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/tenon-go/tenon/internal/environment"
)

// The kinds of settings, by where a session gets them. A setting that each session gets
// from the server's configuration counts as one of the role, since it has the same effect.
const (
	Role     = "role"
	Database = "database"
	DSN      = "DSN"
	Server   = "configuration of the server" // a setting that a session cannot change
)

// Survey lists the settings of db's sessions that differ from the defaults, and the
// objects around the tables of users and of sessions, whose names are given in that
// order, as a statement writes them. Server is "PostgreSQL" and the major version. See
// package environment.
func Survey(ctx context.Context, db *sql.DB, tables ...string) ([]environment.Case, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var server string
	err = conn.QueryRowContext(ctx, "SELECT 'PostgreSQL ' || split_part(split_part(current_setting('server_version'), ' ', 1), '.', 1)").Scan(&server)
	if err != nil {
		return nil, fmt.Errorf("environment: asking for the server's version: %w", err)
	}
	cases, err := ask(ctx, conn, server, false, settings)
	if err != nil {
		return nil, err
	}
	for i, table := range tables {
		if i >= len(roles) {
			break
		}
		for _, query := range objects {
			arguments := []any{table}
			if strings.Contains(query, "$2") {
				arguments = append(arguments, tables[len(tables)-1])
			}
			found, err := ask(ctx, conn, server, true, strings.ReplaceAll(query, "{table}", roles[i]), arguments...)
			if err != nil {
				return nil, err
			}
			cases = append(cases, found...)
		}
	}
	found, err := ask(ctx, conn, server, true, database)
	return append(cases, found...), err
}

// roles are the names of the tables in the results.
var roles = []string{"users", "sessions"}

// ask returns a case for each row of kind, name and value.
func ask(ctx context.Context, conn *sql.Conn, server string, object bool, query string, arguments ...any) ([]environment.Case, error) {
	rows, err := conn.QueryContext(ctx, query, arguments...)
	if err != nil {
		return nil, fmt.Errorf("environment: asking what the server has: %w", err)
	}
	defer rows.Close()
	var cases []environment.Case
	for rows.Next() {
		c := environment.Case{Server: server, Object: object}
		if err := rows.Scan(&c.Kind, &c.Name, &c.Value); err != nil {
			return nil, fmt.Errorf("environment: reading what the server has: %w", err)
		}
		cases = append(cases, c)
	}
	return cases, rows.Err()
}

const settings = `
SELECT CASE WHEN context IN ('postmaster', 'sighup') THEN '` + Server + `'
	WHEN source = 'database' THEN '` + Database + `' WHEN source = 'client' THEN '` + DSN + `' ELSE '` + Role + `' END,
	name, setting
FROM pg_settings
WHERE source NOT IN ('default', 'override') AND context <> 'internal' AND setting IS DISTINCT FROM boot_val
ORDER BY 1, 2`

const database = `
SELECT 'database', 'encoding ' || pg_encoding_to_char(encoding), '' FROM pg_database WHERE datname = current_database()`

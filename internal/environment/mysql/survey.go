// Package mysql lists what surrounds the tables on a user's MySQL or MariaDB, in the terms
// of the results of package environment.
package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/internal/environment"
)

// Survey lists the settings of db's connections that differ from the defaults, and the
// objects around the tables of users and of sessions, whose names are given in that
// order. See package environment. It only reads. It does not list an account's
// privileges.
func Survey(ctx context.Context, db *sql.DB, tables ...string) ([]environment.Case, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var version string
	if err := conn.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return nil, err
	}
	s := survey{ctx, conn, serverOf(version), tables[:min(len(tables), len(roles))], nil}
	settings := mysqlSettings
	if strings.Contains(version, "MariaDB") {
		settings = mariadbSettings
	}
	kinds, err := kindsOf()
	if err != nil {
		return nil, err
	}
	err = s.read(settings, nil, func(row []string) environment.Case {
		kind := "global"
		if known := kinds[row[0]]; row[2] == "session" {
			kind = "session"
		} else if len(known) > 0 && !slices.Contains(known, kind) {
			kind = known[0]
		}
		return environment.Case{Kind: kind, Name: row[0], Value: row[1]}
	})
	if err != nil {
		return nil, err
	}
	return s.found, s.addObjects()
}

// serverOf returns a server's name in the results.
func serverOf(version string) string {
	parts := strings.SplitN(version, ".", 3)
	switch {
	case strings.Contains(version, "MariaDB") && len(parts) > 1:
		return "MariaDB " + parts[0] + "." + parts[1]
	case len(parts) > 1 && parts[0] == "8":
		return "MySQL 8." + parts[1]
	}
	return "MySQL " + parts[0]
}

// kindsOf returns, for each setting in the results, the ways in which it was set.
func kindsOf() (map[string][]string, error) {
	results, err := environment.Judged("mysql")
	if err != nil {
		return nil, err
	}
	kinds := make(map[string][]string)
	for _, r := range results {
		if !slices.Contains(kinds[r.Name], r.Kind) && !r.Object {
			kinds[r.Name] = append(kinds[r.Name], r.Kind)
		}
	}
	return kinds, nil
}

type survey struct {
	ctx    context.Context
	conn   *sql.Conn
	server string
	tables []string // of users, and of sessions
	found  []environment.Case
}

// read adds a case for each row of a query.
func (s *survey) read(query string, args []any, add func(row []string) environment.Case) error {
	rows, err := s.conn.QueryContext(s.ctx, query, args...)
	if err != nil {
		return fmt.Errorf("environment: asking the server: %w", err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		row, into := make([]sql.Null[string], len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		text := make([]string, len(row))
		for i := range row {
			text[i] = row[i].V
		}
		c := add(text)
		c.Server = s.server
		if !slices.Contains(s.found, c) {
			s.found = append(s.found, c)
		}
	}
	return rows.Err()
}

// The queries about settings return a name, a value, and "session" for a session
// variable. They leave out the names of the server and of its files.
const (
	mysqlSettings = "SELECT i.variable_name, COALESCE(s.variable_value, ''), IF(m.variable_scope = 'GLOBAL', 'global', 'session') " +
		"FROM performance_schema.variables_info AS i JOIN performance_schema.variables_metadata AS m USING (variable_name) " +
		"JOIN performance_schema.session_variables AS s USING (variable_name) " +
		"WHERE i.variable_source <> 'COMPILED' AND " + ours + " ORDER BY 1"

	mariadbSettings = "SELECT LOWER(variable_name), COALESCE(session_value, global_value), IF(variable_scope = 'GLOBAL', 'global', 'session') " +
		"FROM information_schema.system_variables " +
		"WHERE COALESCE(session_value, global_value) <> default_value AND " + ours + " ORDER BY 1"

	ours = `variable_name NOT REGEXP '(dir|file|path|socket|port|_id|_at|_error|_log|hostname|timestamp|rand_seed[12]|pseudo_thread_id|version.*)$'`
)

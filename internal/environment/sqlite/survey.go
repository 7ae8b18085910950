// Package sqlite lists what surrounds the tables in a user's SQLite database, in the terms
// of the results of package environment.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/tenon-go/tenon/internal/environment"
)

// Server returns the name and version of a handle's SQLite: "SQLite 3.53".
func Server(ctx context.Context, db interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (string, error) {
	var version string
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return "", fmt.Errorf("asking for SQLite's version: %w", err)
	}
	parts := strings.SplitN(version, ".", 3)
	return "SQLite " + strings.Join(parts[:min(2, len(parts))], "."), nil
}

// Survey lists the settings of a handle's connection and file that differ from the
// defaults, and the objects around the tables of users and of sessions, whose names are
// given in that order. See package environment. It lists triggers, tables that differ
// from those that Migrate creates, objects that hide them, and foreign keys from other
// tables.
func Survey(ctx context.Context, db *sql.DB, tables ...string) ([]environment.Case, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("surveying SQLite: %w", err)
	}
	defer conn.Close()
	server, err := Server(ctx, conn)
	if err != nil {
		return nil, err
	}
	s := &survey{conn: conn, server: server}
	for _, p := range settings {
		if err := s.setting(ctx, p); err != nil {
			return nil, fmt.Errorf("surveying %s: %w", p.name, err)
		}
	}
	for i, table := range tables {
		role := table
		if i < len(roles) {
			role = roles[i]
		}
		if err := s.addObjects(ctx, table, role); err != nil {
			return nil, fmt.Errorf("surveying what surrounds %q: %w", table, err)
		}
	}
	return s.found, nil
}

// roles are the names of the tables in the results.
var roles = []string{"users", "sessions"}

// The kinds of settings in the results.
const (
	ofFile   = "file for Open"
	ofHandle = "DSN of a handle, _pragma"
)

// settings lists the readable pragmas, with their defaults as SQLite shows them, and the
// names of other values in the results.
var settings = []struct {
	kind, name, usual string
	words             map[string]string
}{
	{ofFile, "application_id", "0", nil}, {ofFile, "auto_vacuum", "0", nil}, {ofFile, "default_cache_size", "-2000", nil},
	{ofFile, "encoding", "UTF-8", nil}, {ofFile, "journal_mode", "delete", nil}, {ofFile, "page_size", "4096", nil}, {ofFile, "user_version", "0", nil},
	{ofHandle, "automatic_index", "1", onOff}, {ofHandle, "cell_size_check", "0", onOff}, {ofHandle, "count_changes", "0", onOff},
	{ofHandle, "foreign_keys", "0", onOff}, {ofHandle, "full_column_names", "0", onOff}, {ofHandle, "fullfsync", "0", onOff},
	{ofHandle, "ignore_check_constraints", "0", onOff}, {ofHandle, "legacy_alter_table", "0", onOff}, {ofHandle, "locking_mode", "normal", nil},
	{ofHandle, "query_only", "0", onOff}, {ofHandle, "read_uncommitted", "0", onOff}, {ofHandle, "recursive_triggers", "0", onOff},
	{ofHandle, "reverse_unordered_selects", "0", onOff}, {ofHandle, "secure_delete", "0", map[string]string{"1": "on", "2": "fast"}},
	{ofHandle, "short_column_names", "1", onOff}, {ofHandle, "synchronous", "2", map[string]string{"0": "off", "1": "normal", "3": "extra"}},
	{ofHandle, "temp_store", "0", map[string]string{"1": "file", "2": "memory"}}, {ofHandle, "trusted_schema", "1", onOff},
	{ofHandle, "writable_schema", "0", onOff}, {ofHandle, "cache_size", "-2000", nil}, {ofHandle, "mmap_size", "0", nil},
	{ofHandle, "wal_autocheckpoint", "1000", nil}, {ofHandle, "journal_size_limit", "-1", nil}, {ofHandle, "max_page_count", "4294967294", nil},
}

var onOff = map[string]string{"0": "off", "1": "on"}

type survey struct {
	conn   *sql.Conn
	server string
	found  []environment.Case
}

func (s *survey) setting(ctx context.Context, p struct {
	kind, name, usual string
	words             map[string]string
}) error {
	var is string
	err := s.conn.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(&is)
	if errors.Is(err, sql.ErrNoRows) || err == nil && is == p.usual {
		return nil
	}
	if err != nil {
		return err
	}
	if word, ok := p.words[is]; ok {
		is = word
	}
	s.found = append(s.found, environment.Case{Server: s.server, Kind: p.kind, Name: p.name, Value: is})
	return nil
}

func (s *survey) addObject(kind, name string) {
	s.found = append(s.found, environment.Case{Server: s.server, Kind: kind, Name: name, Object: true})
}

// queryTexts runs a query whose rows are two texts.
func (s *survey) queryTexts(ctx context.Context, query string, args ...any) ([][2]string, error) {
	rows, err := s.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list [][2]string
	for rows.Next() {
		var row [2]string
		if err := rows.Scan(&row[0], &row[1]); err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

func (s *survey) addObjects(ctx context.Context, table, role string) error {
	kinds, err := s.queryTexts(ctx, `SELECT type, CASE WHEN strict THEN 'strict table' WHEN wr THEN 'tables without rowid' ELSE '' END `+
		`FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE`, table)
	if err != nil || len(kinds) == 0 {
		return err
	}
	switch {
	case kinds[0][0] != "table":
		s.addObject("table", map[string]string{"view": "view with triggers", "virtual": "virtual table"}[kinds[0][0]])
	case kinds[0][1] != "":
		s.addObject("table", kinds[0][1])
	}
	hiding, err := s.queryTexts(ctx, `SELECT type, schema FROM pragma_table_list WHERE schema <> 'main' AND name = ? COLLATE NOCASE`, table)
	if err != nil {
		return err
	}
	for _, h := range hiding {
		switch {
		case h[1] != "temp":
			s.addObject("table", "another database with such tables")
		case h[0] == "view":
			s.addObject("table", "temporary view")
		default:
			s.addObject("table", "temporary tables")
		}
	}
	triggers, err := s.queryTexts(ctx, `SELECT sql, '' FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE `+
		`UNION ALL SELECT sql, 'TEMP ' FROM temp.sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE`, table)
	if err != nil {
		return err
	}
	for _, t := range triggers {
		s.addObject("trigger", triggerName(t[0], t[1], role))
	}
	keys, err := s.queryTexts(ctx, `SELECT f.on_delete, '' FROM pragma_table_list AS t JOIN pragma_foreign_key_list(t.name, t.schema) AS f `+
		`WHERE t.schema = 'main' AND f.seq = 0 AND f."table" = ?1 COLLATE NOCASE AND NOT (?2 = 'users' AND f."from" = 'user_id' AND f.on_delete = 'CASCADE')`, table, role)
	if err != nil {
		return err
	}
	for _, k := range keys {
		s.addObject("foreign key", fmt.Sprintf("another table to %s, ON DELETE %s, NOT DEFERRABLE", role, k[0]))
	}
	return nil
}

var (
	triggerHead  = regexp.MustCompile(`(?is)(BEFORE|AFTER|INSTEAD\s+OF)?\s*\b(INSERT|DELETE|UPDATE)\b(\s+OF\b)?.*?\bON\b`)
	triggerRaise = regexp.MustCompile(`(?i)\bRAISE\s*\(\s*(IGNORE|ROLLBACK|ABORT|FAIL)`)
	writes       = regexp.MustCompile(`(?i)\b(INSERT|UPDATE|DELETE|REPLACE)\b`)
)

// triggerName returns the name of a trigger in the results.
func triggerName(text, temp, role string) string {
	head, body := text, ""
	if i := strings.Index(strings.ToUpper(text), "BEGIN"); i >= 0 {
		head, body = text[:i], text[i:]
	}
	m := triggerHead.FindStringSubmatch(head)
	if m == nil {
		return "of a form that is not known"
	}
	time := strings.ToUpper(m[1])
	if time == "" {
		time = "BEFORE"
	}
	event := strings.ToUpper(m[2])
	if strings.HasPrefix(time, "INSTEAD") {
		return "INSTEAD OF " + event + " on a view of users"
	}
	if m[3] != "" {
		event += map[string]string{"users": " OF name", "sessions": " OF expires_at"}[role]
	}
	does := "selects"
	if raise := triggerRaise.FindStringSubmatch(body); raise != nil {
		does = "RAISE(" + strings.ToUpper(raise[1]) + ")"
	} else if writes.MatchString(body) {
		does = "writes elsewhere"
	}
	return fmt.Sprintf("%s%s %s on %s, %s", temp, time, event, role, does)
}

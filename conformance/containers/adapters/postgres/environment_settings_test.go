package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tenon-go/tenon/internal/environment"
)

// pgSetting is a setting as the server describes it.
type pgSetting struct {
	name, context, vartype, category string
	boot, min, max                   string
	enums                            []string
}

// settings are all that the server has, and those of modules that are loaded as
// a session begins or a function runs.
func (v *version) settings(ctx context.Context) ([]pgSetting, error) {
	conn, err := v.admin.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Raw(func(any) error { return fmt.Errorf("with modules loaded: %w", errBad) }) // not for others
	for _, module := range []string{"plpgsql", "auto_explain"} {
		if _, err := conn.ExecContext(ctx, "LOAD '"+module+"'"); err != nil {
			return nil, err
		}
	}
	rows, err := conn.QueryContext(ctx, `SELECT name, context, vartype, category, coalesce(boot_val, ''), coalesce(min_val, ''), coalesce(max_val, ''),
		CAST(to_json(coalesce(enumvals, ARRAY[]::text[])) AS text) FROM pg_settings ORDER BY name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []pgSetting
	for rows.Next() {
		var s pgSetting
		var enums string
		if err := rows.Scan(&s.name, &s.context, &s.vartype, &s.category, &s.boot, &s.min, &s.max, &enums); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(enums), &s.enums); err != nil {
			return nil, err
		}
		found = append(found, s)
	}
	// What pg_settings does not show.
	for _, name := range []string{"role", "session_authorization", "seed", "tenon.custom"} {
		found = append(found, pgSetting{name: name, context: "user", vartype: "string", category: "Client"})
	}
	return found, rows.Err()
}

// values are those that a setting is given: both booleans, each of an enum, the
// smallest and the largest number, and text from a list.
func (s pgSetting) values() []string {
	if texts, ok := texts[s.name]; ok {
		return texts
	}
	switch s.vartype {
	case "bool":
		return []string{"on", "off"}
	case "enum":
		return s.enums
	case "integer", "real":
		list := append([]string{s.min, s.max}, between[s.name]...)
		if boot, err := strconv.ParseFloat(s.boot, 64); s.context == "postmaster" && err == nil && boot > 0 {
			list = append(list, strconv.FormatInt(int64(2*boot), 10)) // the largest may be more than the machine has
		}
		if unit := s.timeout(); unit {
			list = append(list, "1", "60000")
		}
		slices.Sort(list)
		return slices.Compact(list)
	}
	return []string{"", "x"}
}

// timeout reports whether it ends statements, transactions or sessions after so
// many milliseconds.
func (s pgSetting) timeout() bool {
	return s.context == "user" && strings.HasSuffix(s.name, "_timeout") && strings.HasPrefix(s.category, "Client Connection")
}

// differs are settings with which calls are refused or limited in one way or
// another, and so are tried alone.
var differs = []string{
	"session_replication_role", "exit_on_error", "default_transaction_read_only", "transaction_read_only", "default_table_access_method", "default_tablespace",
	"role", "session_authorization",
}

// pools are those that Open sets for itself, or that its driver does not mind.
var pools = []string{"client_encoding", "DateStyle", "standard_conforming_strings", "bytea_output", "extra_float_digits"}

// together reports whether a value is not expected to matter in a way.
func (s pgSetting) together(w way, value string) bool {
	return !slices.Contains(differs, s.name) && !(s.timeout() && value == "1") && !(w.handle != "" && slices.Contains(pools, s.name)) && value != "nothing"
}

// settingCases are the cases of the server's settings.
func (v *version) settingCases(ctx context.Context) ([]environment.Case, error) {
	settings, err := v.settings(ctx)
	if err != nil {
		return nil, err
	}
	encodings, err := v.encodings(ctx)
	if err != nil {
		return nil, err
	}
	var cases []environment.Case
	add := func(kind string, s pgSetting, values []string, together func(value string) bool) {
		for _, value := range values {
			cases = append(cases, environment.Case{Server: v.name, Kind: kind, Name: s.name, Value: value, Together: together(value)})
		}
	}
	for _, s := range settings {
		values := s.values()
		switch s.context {
		case "postmaster", "sighup":
			add(serverKind, s, values, func(value string) bool {
				return !slices.Contains(serverAlone, s.name) && (s.context == "sighup" || value != s.max) && value != "nothing"
			})
			continue
		case "internal":
			values = values[:1]
		}
		for i, w := range ways {
			// How a setting comes to a session does not change with the version.
			if i > 0 && (s.context == "internal" || v.name != newest && w.mode != "simple_protocol") {
				continue
			}
			values := values
			if few, ok := fewer[s.name]; ok && i > 0 {
				values = few
			}
			if s.name == "client_encoding" && w.kind == poolKind {
				values = encodings
			}
			add(w.kind, s, values, func(value string) bool { return s.together(w, value) })
		}
	}
	return cases, nil
}

// encodings are the names of all that a client may have.
func (v *version) encodings(ctx context.Context) (names []string, err error) {
	rows, err := v.admin.QueryContext(ctx, "SELECT name FROM (SELECT pg_encoding_to_char(n) AS name FROM generate_series(0, 60) AS n) AS e WHERE name <> '' ORDER BY name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

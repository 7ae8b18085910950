package mysql_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	mysqldriver "github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/internal/environment"
)

// variable is one of a server's.
type variable struct {
	name            string
	session, global bool
	readOnly        bool   // while the server runs
	kind            string // "Boolean", "Integer", "Numeric", "String", "Enumeration", "Set"
	min, max        string // of numbers
	current         string // globally
	list            []string
}

// variables asks a server for its own list of what can be set, and to what.
func variables(ctx context.Context, db *sql.DB, mariadb bool) ([]variable, error) {
	if mariadb {
		return mariadbVariables(ctx, db)
	}
	return mysqlVariables(ctx, db)
}

// mariadbKinds are MySQL's names of MariaDB's types.
var mariadbKinds = map[string]string{
	"BOOLEAN": "Boolean", "INT": "Integer", "INT UNSIGNED": "Integer", "BIGINT": "Integer", "BIGINT UNSIGNED": "Integer",
	"DOUBLE": "Numeric", "VARCHAR": "String", "ENUM": "Enumeration", "SET": "Set", "FLAGSET": "Set",
}

func mariadbVariables(ctx context.Context, db *sql.DB) ([]variable, error) {
	rows, err := db.QueryContext(ctx, "SELECT LOWER(variable_name), variable_scope, variable_type, read_only = 'YES', command_line_argument IS NOT NULL, "+
		"COALESCE(numeric_min_value, ''), COALESCE(numeric_max_value, ''), COALESCE(enum_value_list, ''), COALESCE(global_value, '') "+
		"FROM information_schema.system_variables ORDER BY variable_name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []variable
	for rows.Next() {
		var v variable
		var scope, kind, values string
		var argument bool
		if err := rows.Scan(&v.name, &scope, &kind, &v.readOnly, &argument, &v.min, &v.max, &values, &v.current); err != nil {
			return nil, err
		}
		if v.readOnly && !argument {
			continue // is told, and not set
		}
		v.session, v.global, v.kind = scope != "GLOBAL", scope != "SESSION ONLY", mariadbKinds[kind]
		if values != "" && v.kind != "Boolean" {
			v.list = strings.Split(values, ",")
		}
		found = append(found, v)
	}
	return found, rows.Err()
}

func mysqlVariables(ctx context.Context, db *sql.DB) ([]variable, error) {
	rows, err := db.QueryContext(ctx, "SELECT m.variable_name, m.variable_scope, m.data_type, COALESCE(m.min_value, ''), COALESCE(m.max_value, ''), COALESCE(g.variable_value, '') "+
		"FROM performance_schema.variables_metadata AS m LEFT JOIN performance_schema.global_variables AS g USING (variable_name) ORDER BY 1")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []variable
	for rows.Next() {
		var v variable
		var scope string
		if err := rows.Scan(&v.name, &scope, &v.kind, &v.min, &v.max, &v.current); err != nil {
			return nil, err
		}
		v.session, v.global = scope != "GLOBAL", scope != "SESSION_ONLY"
		v.list = enums[v.name]
		found = append(found, v)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i, v := range found {
		if v.readOnly, err = readOnly(ctx, db, v); err != nil {
			return nil, err
		}
		found[i] = v
	}
	return slices.DeleteFunc(found, func(v variable) bool { return v.readOnly && slices.Contains(told, v.name) }), nil
}

// readOnly asks MySQL, which lists that nowhere. Nothing is set, since the second
// assignment is always an error.
func readOnly(ctx context.Context, db *sql.DB, v variable) (bool, error) {
	scope := "GLOBAL"
	if !v.global {
		scope = "SESSION"
	}
	_, err := db.ExecContext(ctx, fmt.Sprintf("SET %s %s = @@%[1]s.%[2]s, GLOBAL version = 'x'", scope, v.name))
	failed, ok := errors.AsType[*mysqldriver.MySQLError](err)
	if !ok {
		return false, err
	}
	return failed.Number == 1238 && !strings.Contains(failed.Message, "'version'"), nil
}

// values are what a variable is set to.
func (v variable) values(sets map[string][]string) []string {
	values := slices.Clone(more[v.name])
	switch v.kind {
	case "Boolean":
		values = append(values, "OFF", "ON")
	case "Integer", "Numeric":
		values = append(values, v.min, v.max)
	case "Enumeration":
		values = append(values, v.list...)
	case "Set":
		if v.name == "optimizer_switch" {
			for _, flag := range v.list {
				other := "on"
				if strings.Contains(","+v.current, ","+flag+"=on") {
					other = "off"
				}
				values = append(values, flag+"="+other)
			}
			break
		}
		values = append(append(values, v.list...), "", strings.Join(v.list, ","))
	case "String":
		if of, ok := setNames[v.name]; ok {
			values = append(values, sets[of]...)
		} else if len(values) == 0 {
			values = append(values, "", "x")
		}
	}
	slices.Sort(values)
	return slices.DeleteFunc(slices.Compact(values), func(s string) bool { return strings.Contains(s, "default=") || v.kind == "Integer" && s == "" })
}

// names asks a server for its character sets and collations.
func names(ctx context.Context, db *sql.DB) (map[string][]string, error) {
	found := make(map[string][]string)
	for of, query := range map[string]string{
		"character sets": "SELECT character_set_name FROM information_schema.character_sets",
		"collations": "SELECT MIN(collation_name) FROM information_schema.collations WHERE character_set_name IS NOT NULL " +
			"GROUP BY character_set_name UNION SELECT MAX(collation_name) FROM information_schema.collations WHERE character_set_name IN ('utf8mb4', 'latin1')",
		"engines": "SELECT engine FROM information_schema.engines WHERE support IN ('YES', 'DEFAULT')",
	} {
		rows, err := db.QueryContext(ctx, query)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				rows.Close()
				return nil, err
			}
			found[of] = append(found[of], name)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
		slices.Sort(found[of])
	}
	return found, nil
}

// settingCases are the values of every variable, set in each way.
func settingCases(server string, variables []variable, sets map[string][]string) []environment.Case {
	var cases []environment.Case
	for _, v := range variables {
		values := v.values(sets)
		add := func(kind string, values []string) {
			for _, value := range values {
				c := environment.Case{Server: server, Kind: kind, Name: v.name, Value: value}
				c.Together = notRun(c) == "" && !slices.Contains(alone, v.name) && !slices.Contains(alone, v.name+"="+value)
				cases = append(cases, c)
			}
		}
		few := values // of those which sessions are tried with
		if v.session && len(few) > mostGlobal {
			few = few[:mostGlobal]
		}
		switch {
		case v.readOnly && v.global:
			add("configuration", values)
		case !v.readOnly:
			if v.session {
				add("session", values)
			}
			if v.global {
				add("global", few)
			}
			if slices.Contains(atConnect, v.name) {
				add("init_connect", few)
			}
		}
	}
	for _, statement := range []string{"SELECT 1", "SET NAMES latin1", "SET @a = 1", "no statement", "BEGIN"} {
		cases = append(cases, environment.Case{Server: server, Kind: "init_connect", Name: "statement", Value: statement})
	}
	return cases
}

// mostGlobal is how many values of a variable are set globally, or by init_connect,
// of those that are also set for sessions.
const mostGlobal = 3

// leaveAlone leaves to be tried alone what the server refuses, so that no others are
// tried again for it. Nothing is set, as in readOnly.
func leaveAlone(ctx context.Context, db *sql.DB, cases []environment.Case) error {
	for i, c := range cases {
		if !c.Together || c.Kind != "session" && c.Kind != "global" {
			continue
		}
		_, err := db.ExecContext(ctx, fmt.Sprintf("SET %s %s = %s, GLOBAL version = 'x'", strings.ToUpper(c.Kind), c.Name, literal(c.Value)))
		failed, ok := errors.AsType[*mysqldriver.MySQLError](err)
		if !ok {
			return err
		}
		cases[i].Together = failed.Number == 1238 && strings.Contains(failed.Message, "'version'")
	}
	return nil
}

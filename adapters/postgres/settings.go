package postgres

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// A session's settings come from the server, the database, the role and the data source
// name. Most do not affect the adapter's statements.

// startup are the settings that Open makes on each of its connections, which override all
// of those. PgBouncer tracks only these settings for each client.
var startup = map[string]string{
	"client_encoding":             "UTF8",
	"DateStyle":                   "ISO",
	"standard_conforming_strings": "on",
}

// start adds them to the parameters of a data source name, whose names are
// case-insensitive.
func start(parameters map[string]string) {
	maps.DeleteFunc(parameters, func(name, _ string) bool {
		for ours := range startup {
			if strings.EqualFold(name, ours) {
				return true
			}
		}
		return false
	})
	maps.Copy(parameters, startup)
}

// setting is a setting that a session must have or, if it has a probe, should have.
type setting struct {
	name, value string
	harm        string // the harm that any other value does

	// probe is an expression whose value the driver reads wrong, in some of its modes,
	// if the setting has another value.
	probe string
	right func(got any) bool
}

var settings = []setting{
	{name: "client_encoding", value: "UTF8", harm: "text would be stored as other characters"},
	{name: "session_replication_role", value: "origin", harm: "foreign keys would not be enforced"},
	{name: "exit_on_error", value: "off", harm: "each id that is taken would cost the connection"},
	{
		name: "DateStyle", value: "ISO", harm: "the driver cannot read its times",
		probe: "CAST('2026-03-04 05:06:07.008Z' AS timestamptz)",
		right: func(got any) bool {
			t, ok := got.(time.Time)
			return ok && t.Equal(time.Date(2026, 3, 4, 5, 6, 7, 8e6, time.UTC))
		},
	},
	{
		name: "bytea_output", value: "hex", harm: "the driver cannot read its bytes",
		probe: `decode('005cff', 'hex')`,
		right: func(got any) bool {
			b, ok := got.([]byte)
			return ok && bytes.Equal(b, []byte{0, '\\', 0xff})
		},
	},
	{
		name: "extra_float_digits", value: "1", harm: "numbers would lose their last digits",
		probe: "CAST('0.30000000000000004' AS double precision)",
		right: func(got any) bool { return got == 0.30000000000000004 },
	},
}

// accepts reports whether this value of a setting is right. DateStyle also contains the order
// in which days and months are read. For extra_float_digits all values above 0 are
// equivalent.
func (s setting) accepts(value string) bool {
	style, _, _ := strings.Cut(value, ",")
	return style == s.value || s.name == "extra_float_digits" && (value == "2" || value == "3") ||
		s.name == "session_replication_role" && value == "local"
}

// advice returns a text that says how to change a setting.
func (s setting) advice(value string) string {
	return fmt.Sprintf("the session has %s = %s: %s; set it to %[4]s, as a parameter of the data source name or by ALTER ROLE … SET %[1]s = '%[4]s'",
		s.name, value, s.harm, s.value)
}

// checkSettings returns an error if the settings of a handle's sessions would make results wrong.
func checkSettings(ctx context.Context, db *sql.DB) error {
	d := dialect()
	values := make([]string, len(settings))
	into, columns := make([]any, len(settings)), make([]string, len(settings))
	for i, s := range settings {
		into[i], columns[i] = &values[i], "pg_catalog.current_setting('"+s.name+"')"
	}
	err := db.QueryRowContext(ctx, "SELECT "+strings.Join(columns, ", ")).Scan(into...)
	if errors.Is(err, errStandby) {
		return &spec.Error{Adapter: d.Name, Op: spec.OpOpen, Class: spec.ErrUnavailable, Detail: isStandby, Cause: err}
	}
	if err != nil && d.Refuses(err) {
		return d.Unusable("the driver refuses to send statements in this session: pgx's simple_protocol needs "+
			"standard_conforming_strings = on and client_encoding = UTF8, in the data source name or by ALTER ROLE … SET; "+
			"its modes that cache need a statement_cache_capacity or description_cache_capacity above 0", err)
	}
	if err != nil {
		return d.Unreached(ctx, err)
	}
	for i, s := range settings {
		if s.accepts(values[i]) {
			continue
		}
		if s.probe != "" {
			var got any
			// With a parameter, because the adapter's statements have parameters.
			err := db.QueryRowContext(ctx, "SELECT "+s.probe+" WHERE CAST($1 AS text) = ''", "").Scan(&got)
			if err == nil && s.right(got) {
				continue
			}
			if err != nil && !d.Refuses(err) {
				return d.Unreached(ctx, err)
			}
		}
		return d.Unusable(s.advice(values[i]), nil)
	}
	return nil
}

package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	moderncsqlite "modernc.org/sqlite"

	"github.com/tenon-go/tenon/internal/environment"
)

// pragma is a pragma of SQLite, with values that are not its default.
type pragma struct {
	name   string
	values []string // empty if it is a query or a command, which is run
	reads  bool     // the value that was set can be read
	idle   bool     // it is not expected to matter, and is tried together with others
	whole  bool     // it applies to the process, not to a connection
}

const (
	minInt32 = "-2147483648"
	maxInt32 = "2147483647"
	maxInt64 = "9223372036854775807"
)

var (
	on      = []string{"on"}
	off     = []string{"off"}
	noValue = []string{""}
)

// pragmas are all pragmas in PRAGMA pragma_list.
var pragmas = []pragma{
	{name: "analysis_limit", values: []string{"1", maxInt32}, reads: true, idle: true},
	{name: "application_id", values: []string{minInt32, maxInt32}, reads: true},
	{name: "auto_vacuum", values: []string{"full", "incremental"}, reads: true},
	{name: "automatic_index", values: off, reads: true, idle: true},
	{name: "busy_timeout", values: []string{"0", "1", maxInt32}},
	{name: "cache_size", values: []string{minInt32, "-1", "0", "1", maxInt32}, reads: true, idle: true},
	{name: "cache_spill", values: []string{"off", "1000", maxInt32}, reads: true, idle: true},
	{name: "case_sensitive_like", values: on, idle: true},
	{name: "cell_size_check", values: on, reads: true, idle: true},
	{name: "checkpoint_fullfsync", values: on, reads: true, idle: true},
	{name: "collation_list", values: noValue, idle: true},
	{name: "compile_options", values: noValue, idle: true},
	{name: "count_changes", values: on, reads: true},
	{name: "data_version", values: noValue, idle: true},
	{name: "database_list", values: noValue, idle: true},
	{name: "default_cache_size", values: []string{"1", maxInt32}, reads: true},
	{name: "defer_foreign_keys", values: on, reads: true},
	{name: "empty_result_callbacks", values: on, reads: true},
	{name: "encoding", values: []string{`"UTF-16"`, `"UTF-16le"`, `"UTF-16be"`}, reads: true},
	{name: "foreign_key_check", values: noValue, idle: true},
	{name: "foreign_key_list", values: []string{"sessions"}, idle: true},
	{name: "foreign_keys", values: []string{"off", "on"}},
	{name: "freelist_count", values: noValue, idle: true},
	{name: "full_column_names", values: on, reads: true},
	{name: "fullfsync", values: on, reads: true, idle: true},
	{name: "function_list", values: noValue, idle: true},
	{name: "hard_heap_limit", values: []string{"1", "1000000", maxInt64}, whole: true},
	{name: "ignore_check_constraints", values: on, reads: true},
	{name: "incremental_vacuum", values: []string{"", "1"}},
	{name: "index_info", values: []string{"users_email_key"}, idle: true},
	{name: "index_list", values: []string{"users"}, idle: true},
	{name: "index_xinfo", values: []string{"users_email_key"}, idle: true},
	{name: "integrity_check", values: []string{"", "1"}, idle: true},
	{name: "journal_mode", values: []string{"delete", "truncate", "persist", "memory", "off", "wal"}},
	{name: "journal_size_limit", values: []string{"0", "1", maxInt64}, reads: true},
	{name: "legacy_alter_table", values: on, reads: true},
	{name: "locking_mode", values: []string{"exclusive"}, reads: true},
	{name: "max_page_count", values: []string{"1", "8", "4294967293"}, reads: true},
	{name: "mmap_size", values: []string{"1", "4096", maxInt64}, reads: true},
	{name: "module_list", values: noValue, idle: true},
	{name: "optimize", values: []string{"", "0x10002"}},
	{name: "page_count", values: noValue, idle: true},
	{name: "page_size", values: []string{"512", "1024", "2048", "8192", "16384", "32768", "65536"}, reads: true},
	{name: "pragma_list", values: noValue, idle: true},
	{name: "query_only", values: on, reads: true},
	{name: "quick_check", values: []string{"", "1"}, idle: true},
	{name: "read_uncommitted", values: on, reads: true},
	{name: "recursive_triggers", values: on, reads: true},
	{name: "reverse_unordered_selects", values: on, reads: true},
	{name: "schema_version", values: []string{minInt32, maxInt32}},
	{name: "secure_delete", values: []string{"on", "fast"}, reads: true},
	{name: "short_column_names", values: off, reads: true},
	{name: "shrink_memory", values: noValue, idle: true},
	{name: "soft_heap_limit", values: []string{"1", "1000000", maxInt64}, whole: true},
	{name: "synchronous", values: []string{"off", "normal", "extra"}, reads: true},
	{name: "table_info", values: []string{"users"}, idle: true},
	{name: "table_list", values: []string{"", "users"}, idle: true},
	{name: "table_xinfo", values: []string{"users"}, idle: true},
	{name: "temp_store", values: []string{"file", "memory"}, reads: true, idle: true},
	{name: "temp_store_directory", values: []string{"'/'", "'/no/such/folder'"}, whole: true},
	{name: "threads", values: []string{"1", "8"}, reads: true, idle: true},
	{name: "trusted_schema", values: off, reads: true},
	{name: "user_version", values: []string{minInt32, maxInt32}, reads: true},
	{name: "wal_autocheckpoint", values: []string{"0", "1", maxInt32}, reads: true, idle: true},
	{name: "wal_checkpoint", values: []string{"", "passive", "full", "restart", "truncate", "noop"}},
	{name: "writable_schema", values: on, reads: true},
}

// All pragmas of SQLite are tried.
func TestPragmasAreAll(t *testing.T) {
	t.Parallel()
	db := openHandle(t, ":memory:")
	rows, err := db.QueryContext(t.Context(), "PRAGMA pragma_list")
	must(t, err)
	defer rows.Close()
	var has, tried []string
	for rows.Next() {
		var name string
		must(t, rows.Scan(&name))
		has = append(has, name)
	}
	must(t, rows.Err())
	for _, p := range pragmas {
		tried = append(tried, p.name)
	}
	slices.Sort(has)
	if !slices.Equal(has, tried) {
		t.Errorf("SQLite has the pragmas\n%q, tried are\n%q", has, tried)
	}
}

func (p pragma) text(value string) string {
	if value == "" {
		return p.name
	}
	return p.name + "(" + value + ")"
}

// pragmaTrials returns trials of the pragmas, in the data source names of Open and of a
// handle for New.
func pragmaTrials() []trial {
	var list []trial
	for _, p := range pragmas {
		for _, value := range p.values {
			tr := trial{name: p.name, value: value, together: p.idle, inChild: p.whole}
			tr.kind, tr.try = "DSN of Open, _pragma", func(ctx context.Context, dir string, merged []trial) environment.Verdict {
				return tryPragma(ctx, dir, merged, database(dir), byOpen)
			}
			list = append(list, tr)
			tr.kind, tr.try = "DSN of a handle, _pragma", func(ctx context.Context, dir string, merged []trial) environment.Verdict {
				dsn := database(dir)
				if p.name != "busy_timeout" {
					dsn = patientDSN(dsn)
				}
				return tryPragma(ctx, dir, merged, dsn, func(dsn string) opener { return byNew(dsn, nil) })
			}
			list = append(list, tr)
		}
	}
	return list
}

func tryPragma(ctx context.Context, dir string, merged []trial, dsn string, open func(string) opener) environment.Verdict {
	reference := with(database(dir)+"-reference", "_pragma", "busy_timeout(1000)")
	var asked []string
	for _, tr := range merged {
		p := pragmas[slices.IndexFunc(pragmas, func(p pragma) bool { return p.name == tr.name })]
		dsn = with(dsn, "_pragma", p.text(tr.value))
		reference = with(reference, "_pragma", p.text(tr.value))
		if p.reads {
			asked = append(asked, p.name)
		}
	}
	if err := tried(ctx, reference, asked...); err != nil {
		return engine.Verdict(err)
	}
	second := byOpen(database(dir))
	if merged[0].name == "locking_mode" && strings.Contains(merged[0].kind, "handle") {
		return judge(ctx, byNew(dsn, oneConnection), nil)
	}
	return judge(ctx, open(dsn), second)
}

// oneConnection makes a handle keep one connection forever.
func oneConnection(_ context.Context, db *sql.DB) error {
	db.SetMaxOpenConns(1)
	return nil
}

// limits are the limits of a connection, in the order of SQLite's numbers for them.
var limits = []string{
	"SQLITE_LIMIT_LENGTH", "SQLITE_LIMIT_SQL_LENGTH", "SQLITE_LIMIT_COLUMN", "SQLITE_LIMIT_EXPR_DEPTH",
	"SQLITE_LIMIT_COMPOUND_SELECT", "SQLITE_LIMIT_VDBE_OP", "SQLITE_LIMIT_FUNCTION_ARG", "SQLITE_LIMIT_ATTACHED",
	"SQLITE_LIMIT_LIKE_PATTERN_LENGTH", "SQLITE_LIMIT_VARIABLE_NUMBER", "SQLITE_LIMIT_TRIGGER_DEPTH", "SQLITE_LIMIT_WORKER_THREADS",
	"SQLITE_LIMIT_PARSER_DEPTH",
}

// All limits of SQLite are tried.
func TestLimitsAreAll(t *testing.T) {
	t.Parallel()
	db := openHandle(t, ":memory:")
	conn, err := db.Conn(t.Context())
	must(t, err)
	defer conn.Close()
	for id := range len(limits) + 1 {
		is, err := moderncsqlite.Limit(conn, id, -1)
		must(t, err)
		if (is >= 0) != (id < len(limits)) {
			t.Errorf("limit %d is %d", id, is)
		}
	}
}

// limitTrials returns trials of handles with one connection that has a limit.
func limitTrials() []trial {
	var list []trial
	for id, name := range limits {
		for _, value := range []string{"0", "1", "3", "10", "100", "1000", maxInt32} {
			list = append(list, trial{kind: "sqlite3_limit of a handle", name: name, value: value,
				try: func(ctx context.Context, dir string, _ []trial) environment.Verdict {
					limit := func(ctx context.Context, db *sql.DB) error {
						db.SetMaxOpenConns(1)
						conn, err := db.Conn(ctx)
						if err != nil {
							return err
						}
						defer conn.Close()
						n, err := strconv.Atoi(value)
						if err != nil {
							return err
						}
						was, err := moderncsqlite.Limit(conn, id, n)
						if err != nil {
							return err
						}
						if is, err := moderncsqlite.Limit(conn, id, -1); err != nil || is == was {
							return fmt.Errorf("%s stays at %d", name, is)
						}
						return nil
					}
					return judge(ctx, byNew(patientDSN(database(dir)), limit), byOpen(database(dir)))
				}})
		}
	}
	return list
}

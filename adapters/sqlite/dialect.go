package sqlite

import (
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec/attr"
)

// dialect returns the dialect of SQLite.
func dialect() *sqlstore.Dialect {
	return &sqlstore.Dialect{
		Name:    name,
		Engine:  "SQLite",
		Version: "SELECT sqlite_version()",

		Naming: sqlstore.Naming{
			Quote:  func(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` },
			Folded: true,
			Home:   "main",
		},
		Statements: sqlstore.Statements{
			Bind:  sqlx.QUESTION,
			Time:  func(t time.Time) any { return t.UnixMilli() },
			List:  "SELECT value FROM json_each(?)",
			Batch: "IN (%s)",
		},
		Transactions: sqlstore.Transactions{
			Begin:    begin,
			Embedded: &sqlstore.Embedded{LockTries: 1},
		},
		Rows: sqlstore.Rows{Silent: true},
		Errors: sqlstore.Errors{
			Report:    report,
			Codes:     codes,
			Referring: referring,
		},
		Schema: sqlstore.Schema{
			Type:          columnType,
			Zero:          zero,
			TableOptions:  " STRICT",
			Catalog:       catalog,
			TypeMismatch:  typeMismatch,
			UserIDOptions: []sqlstore.UserIDOption{{Name: "WithUserIDs(sqlite.IntegerIDs)", Of: "integers", IDs: sqlstore.IntegerIDs}},
		},
	}
}

// begin begins a write transaction. A transaction that reads first and writes later
// would fail at once with SQLITE_BUSY_SNAPSHOT if another one wrote in between.
const begin = "BEGIN IMMEDIATE"

// referring finds the tables with foreign keys to a table, ordered by name.
const referring = `SELECT DISTINCT t.name FROM pragma_table_list AS t JOIN pragma_foreign_key_list(t.name, t.schema) AS f ` +
	`WHERE t.schema = 'main' AND f."table" = ? COLLATE NOCASE AND f.on_delete NOT IN ('CASCADE', 'SET NULL') ORDER BY 1`

// codes are SQLite's result codes. A primary code also stands for its extended codes that
// are not listed themselves.
var codes = []fault.Code{
	{Code: "1", Name: "SQLITE_ERROR", Fault: fault.Failed, Note: "also says that a table is missing; if it is one of ours, the error says so"},
	{Code: "5", Name: "SQLITE_BUSY", Fault: fault.Conflict,
		Note: "another connection or process held the lock for longer than the busy timeout; 517, SQLITE_BUSY_SNAPSHOT, cannot be cured by waiting, but BEGIN IMMEDIATE avoids it"},
	{Code: "6", Name: "SQLITE_LOCKED", Fault: fault.Conflict, Note: "only with a shared cache, which does not wait"},
	{Code: "7", Name: "SQLITE_NOMEM", Fault: fault.Unavailable},
	{Code: "8", Name: "SQLITE_READONLY", Fault: fault.Failed},
	{Code: "9", Name: "SQLITE_INTERRUPT", Fault: fault.Cancelled},
	{Code: "10", Name: "SQLITE_IOERR", Fault: fault.Lost,
		Note: "after a crash, a transaction whose fsync failed may or may not be there"},
	{Code: "11", Name: "SQLITE_CORRUPT", Fault: fault.Failed},
	{Code: "13", Name: "SQLITE_FULL", Fault: fault.Failed, Note: "the disk, or max_page_count"},
	{Code: "14", Name: "SQLITE_CANTOPEN", Fault: fault.Unavailable},
	{Code: "15", Name: "SQLITE_PROTOCOL", Fault: fault.Conflict, Note: "lost the race for the locks of WAL many times over"},
	{Code: "18", Name: "SQLITE_TOOBIG", Fault: fault.TooLong, Note: "over SQLITE_MAX_LENGTH, a gigabyte by default; names no column"},
	{Code: "26", Name: "SQLITE_NOTADB", Fault: fault.Failed},
	{Code: "787", Name: "SQLITE_CONSTRAINT_FOREIGNKEY", Fault: fault.NoReference,
		Note: "names no key"},
	{Code: "1299", Name: "SQLITE_CONSTRAINT_NOTNULL", Fault: fault.Null},
	{Code: "1555", Name: "SQLITE_CONSTRAINT_PRIMARYKEY", Fault: fault.NotUnique},
	{Code: "2067", Name: "SQLITE_CONSTRAINT_UNIQUE", Fault: fault.NotUnique,
		Note: "names table.column and no index; may be reported before a taken id"},
	{Code: "19", Name: "SQLITE_CONSTRAINT", Fault: fault.CheckRule, Note: "CHECK rules, triggers, types of STRICT tables"},
}

func columnType(c sqlstore.Column) string { return types[c.Kind] }

var types = map[attr.Kind]string{
	attr.String: "TEXT",
	attr.Bool:   "INTEGER",
	attr.Int:    "INTEGER",
	attr.Float:  "REAL",
	attr.Time:   "INTEGER",
	attr.Bytes:  "BLOB",
	attr.JSON:   "TEXT",
}

var zero = map[attr.Kind]string{
	attr.String: "''",
	attr.Bool:   "0",
	attr.Int:    "0",
	attr.Float:  "0.0",
	attr.Time:   strconv.FormatInt(time.Time{}.UnixMilli(), 10),
	attr.JSON:   "'null'",
}

package postgres

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec/attr"
)

// dialect returns the dialect of PostgreSQL.
func dialect() *sqlstore.Dialect {
	return &sqlstore.Dialect{
		Name:    name,
		Engine:  "PostgreSQL",
		Version: "SELECT current_setting('server_version')",

		Naming: sqlstore.Naming{
			Quote:   func(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` },
			MaxName: 63,
		},
		Statements: sqlstore.Statements{
			Bind:  sqlx.DOLLAR,
			Param: params,
			List:  "SELECT jsonb_array_elements_text(CAST(CAST(? AS text) AS jsonb))",
			// The array is built once, whereas the planner may run a subquery with a
			// LIMIT again for each row.
			Batch:      "= ANY (ARRAY(%s FOR UPDATE SKIP LOCKED))",
			Overriding: "OVERRIDING SYSTEM VALUE ",
			Native:     &sqlstore.Native{Query: query, Exec: exec, Close: closeConn},
		},
		// The catalog must be read as of the time at which the lock was acquired.
		Transactions: sqlstore.Transactions{Begin: "BEGIN ISOLATION LEVEL READ COMMITTED"},
		Rows:         sqlstore.Rows{ForeignKeys: true, Silent: true},
		Servers:      sqlstore.Servers{CheckSettings: checkSettings, Unserving: unserving, DatabaseProblem: databaseProblem},
		Errors: sqlstore.Errors{
			Report:            report,
			Lost:              lost,
			Codes:             codes,
			ConstraintColumns: constraintColumns,
			TooNarrow:         tooNarrow,
		},
		Schema: sqlstore.Schema{
			Type:          columnType,
			Zero:          zero,
			AddForeignKey: true,
			// The first key is "teno" in ASCII. Unlike a session's lock, the lock of a
			// transaction works behind PgBouncer.
			MigrationLock: "SELECT pg_advisory_xact_lock(x'74656e6f'::integer, hashtext(CAST(? AS text)))",
			SchemaExists:  "SELECT 1 FROM pg_namespace WHERE nspname = CAST(? AS text)",
			Catalog:       catalog,
			TypeMismatch:  typeMismatch,
			UserIDOptions: []sqlstore.UserIDOption{
				{Name: "WithUserIDs(postgres.IntegerIDs)", Of: "integers", IDs: sqlstore.IntegerIDs},
				{Name: "WithUserIDs(postgres.UUIDs)", Of: "UUIDs", IDs: sqlstore.UUIDs(sqlstore.UUID)},
			},
		},
	}
}

// params specify the types of parameters. Some of pgx's modes send none, and pgx would
// otherwise refuse a value that a narrow column of an existing table cannot hold. They
// use CAST because :: binds more tightly than the minus of a number that
// simple_protocol writes into the statement.
var params = map[attr.Kind]string{
	attr.String: "CAST(? AS text)",
	attr.Bool:   "CAST(? AS boolean)",
	attr.Int:    "CAST(? AS bigint)",
	attr.Float:  "CAST(? AS double precision)",
	attr.Time:   "CAST(? AS timestamptz)",
	attr.Bytes:  "CAST(? AS bytea)",
	attr.JSON:   "CAST(? AS text)",

	sqlstore.UUID: "CAST(? AS uuid)",
}

// codes are SQLSTATEs, and classes of SQLSTATEs, which have two characters.
var codes = []fault.Code{
	{Code: standby, Name: "in_hot_standby", Fault: fault.Unavailable,
		Note: "the adapter's own: it has connected to a standby, which it does not use"},
	{Code: "08", Name: "connection_exception", Fault: fault.Lost},
	{Code: bouncerWaits, Name: "protocol_violation", Fault: fault.Unavailable,
		Note: "PgBouncer, by its text: the statement still waited for a connection to the server, so it was not sent"},
	{Code: "22001", Name: "string_data_right_truncation", Fault: fault.TooLong,
		Note: "only in existing tables; names no column, so the adapter compares the value with the columns"},
	{Code: "22003", Name: "numeric_value_out_of_range", Fault: fault.OutOfRange,
		Note: "an integer or smallint column of an existing table; names no column"},
	{Code: "22008", Name: "datetime_field_overflow", Fault: fault.OutOfRange},
	{Code: "23", Name: "integrity_constraint_violation", Fault: fault.CheckRule},
	{Code: "23502", Name: "not_null_violation", Fault: fault.Null},
	{Code: "23503", Name: "foreign_key_violation", Fault: fault.NoReference},
	{Code: "23505", Name: "unique_violation", Fault: fault.NotUnique,
		Note: "a separate field names the constraint or the index"},
	{Code: "25006", Name: "read_only_sql_transaction", Fault: fault.ReadOnly,
		Note: "a standby, or a server that was made read-only, as before a failover: the connection is closed"},
	{Code: "25P03", Name: "idle_in_transaction_session_timeout", Fault: fault.Unavailable},
	{Code: "25P04", Name: "transaction_timeout", Fault: fault.Unavailable},
	{Code: "40001", Name: "serialization_failure", Fault: fault.Conflict,
		Note: "if the default isolation of the server or the role is not READ COMMITTED"},
	{Code: "40003", Name: "statement_completion_unknown", Fault: fault.Lost},
	{Code: "40P01", Name: "deadlock_detected", Fault: fault.Conflict},
	{Code: "44000", Name: "with_check_option_violation", Fault: fault.CheckRule},
	{Code: "42P01", Name: "undefined_table", Fault: fault.Failed, Note: "if it is one of ours, the error says so"},
	{Code: "53200", Name: "out_of_memory", Fault: fault.Unavailable},
	{Code: "53300", Name: "too_many_connections", Fault: fault.Unavailable},
	{Code: "55P03", Name: "lock_not_available", Fault: fault.Conflict,
		Note: "if a lock_timeout is set"},
	{Code: "57014", Name: "query_canceled", Fault: fault.Cancelled,
		Note: "also sent when statement_timeout has passed, and not the caller's context"},
	{Code: "57P01", Name: "admin_shutdown", Fault: fault.Unavailable,
		Note: "the server sends this for a statement that it did not finish"},
	{Code: "57P02", Name: "crash_shutdown", Fault: fault.Lost},
	{Code: "57P03", Name: "cannot_connect_now", Fault: fault.Unavailable,
		Note: "starting, shutting down, recovering"},
	{Code: "57P05", Name: "idle_session_timeout", Fault: fault.Unavailable},
}

// lost reports whether an error of pgx means that a connection could not be opened, or
// that it was closed before anything was sent.
func lost(err error) bool {
	_, ok := errors.AsType[*pgconn.ConnectError](err)
	return ok || pgconn.SafeToRetry(err)
}

// report reads an error of the server, from pgx or from lib/pq.
func report(err error) (sqlstore.Report, bool) {
	if errors.Is(err, errStandby) {
		return sqlstore.Report{Code: standby}, true
	}
	var e interface{ SQLState() string }
	if !errors.As(err, &e) || len(e.SQLState()) != 5 {
		return sqlstore.Report{}, false
	}
	r := sqlstore.Report{Code: e.SQLState(), Group: e.SQLState()[:2]}
	var message string
	switch e := e.(type) {
	case *pgconn.PgError:
		r.Table, r.Constraint, r.Column, message = e.TableName, e.ConstraintName, e.ColumnName, e.Message
	case interface{ Get(field byte) string }: // lib/pq: fields have the letters of the protocol
		r.Table, r.Constraint, r.Column, message = e.Get('t'), e.Get('n'), e.Get('c'), e.Get('M')
	}
	if r.Code == "08P01" && (strings.HasPrefix(message, "server login has been failing") || message == "query_wait_timeout") {
		r.Code = bouncerWaits
	}
	r.Refers = r.Code == "23503" || r.Code == "23001"
	r.Hint = hints[r.Code]
	if r.Code == "42P01" { // this text contains no values
		r.NoTable, r.Text = true, message
	}
	return r, true
}

// hints explain errors that are common while a server is set up.
var hints = map[string]string{
	"0A000": "the server lacks what was asked of it, such as a conversion between UTF-8 and the encoding of the database: create one with ENCODING 'UTF8'",
	"22023": "a setting has a value that the server cannot use here, such as a default_tablespace for tables of its own",
	"28000": "the server does not let the role in",
	"28P01": "the server does not let the role in: its password is wrong, or has run out",
	"3D000": "there is no such database",
	"42501": "the role lacks a privilege",
	"55000": "something is not in the state that this needs: no foreign key can refer to a primary key that is DEFERRABLE, and a table that is published needs a replica identity",
}

// bouncerWaits is the code of our own for PgBouncer's error when a client has waited too
// long for a connection to the server. In transaction mode a client has a connection from
// its first statement on, so PgBouncer has sent nothing to the server. PgBouncer uses the
// same code for "server conn crashed?", about a client that had a connection.
const bouncerWaits = "08P01/waited"

const standby = "standby"

// constraintColumns finds the columns of a constraint or of a unique index.
const constraintColumns = `
SELECT CAST(a.attname AS text)
FROM (SELECT to_regclass(CAST(? AS text)) AS rel, CAST(? AS text) AS name) AS t
CROSS JOIN LATERAL (
	SELECT unnest(c.conkey) AS num FROM pg_constraint AS c WHERE c.conrelid = t.rel AND c.conname = t.name
	UNION
	SELECT unnest((CAST(i.indkey AS int2[]))[0:i.indnkeyatts - 1]) FROM pg_index AS i
	JOIN pg_class AS x ON x.oid = i.indexrelid WHERE i.indrelid = t.rel AND x.relname = t.name
) AS k
JOIN pg_attribute AS a ON a.attrelid = t.rel AND a.attnum = k.num`

func columnType(c sqlstore.Column) string {
	if c.Bytewise {
		return types[c.Kind] + ` COLLATE "C"`
	}
	return types[c.Kind]
}

var types = map[attr.Kind]string{
	attr.String: "text",
	attr.Bool:   "boolean",
	attr.Int:    "bigint",
	attr.Float:  "double precision",
	attr.Time:   "timestamptz(3)",
	attr.Bytes:  "bytea",
	attr.JSON:   "text", // jsonb changes values

	sqlstore.UUID: "uuid",
}

var zero = map[attr.Kind]string{
	attr.String: "''",
	attr.Bool:   "false",
	attr.Int:    "0",
	attr.Float:  "0",
	attr.Time:   "'0001-01-01 00:00:00+00'",
	attr.JSON:   "'null'",
}

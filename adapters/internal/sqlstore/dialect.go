package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Dialect describes one SQL engine: everything in its statements, tables and errors that
// differs from other engines. Fields that are pointers are optional, as are functions and
// texts whose comments say so.
type Dialect struct {
	Name    string // name of the adapter: "sqlite"
	Engine  string // name of the engine: "SQLite"
	Version string // query for the engine's version

	Weaknesses spec.Weaknesses // what the adapter declares

	Naming
	Statements
	Transactions
	Rows
	Servers
	Errors
	Schema
}

// Naming describes how an engine treats names.
type Naming struct {
	Quote   func(name string) string
	MaxName int  // maximum length of a name in bytes; 0 for no limit
	Folded  bool // names that differ only in case are the same

	// Home is the schema that statements on rows name if the tables have no other, so
	// that no other table can hide them. It is empty if the schema cannot be known.
	Home string

	// NameProblem returns why the engine cannot hold a name, or "". It is nil if the engine
	// can hold every name.
	NameProblem func(name string) string
}

// Statements are the parts of statements on rows.
type Statements struct {
	Bind  int                  // form of parameters: sqlx.DOLLAR, sqlx.QUESTION
	Param map[attr.Kind]string // a parameter of this kind, with a ?; without an entry, just a ?
	Time  func(time.Time) any  // returns a time as a parameter; nil if times are passed unchanged
	List  string               // a query for the strings in a JSON array, which is its parameter
	Batch string               // the condition "is in this subquery", %s, whose rows are locked; empty if DELETE accepts a LIMIT
	Dual  string               // the FROM of a SELECT without a table: "FROM DUAL "
	Share string               // makes a subquery lock the rows that it reads: " FOR SHARE"

	// Selected is the expression that reads a column, %s, of this kind; without an entry,
	// just its name.
	Selected map[attr.Kind]string

	// Overriding stands before the VALUES of a new user. It lets the statement set an id
	// that the engine would otherwise generate. It is empty if that needs no words.
	Overriding string

	// PinSettings makes a statement on rows independent of the session's settings. It is
	// nil if statements do not depend on settings.
	PinSettings func(statement string) string

	// WritesOutlive and QueriesOutlive report that such statements can outlive their
	// contexts, because the driver, or an embedded engine, does not check the context
	// while it waits.
	WritesOutlive, QueriesOutlive bool

	Native   *Native   // nil if all statements run through database/sql
	Literals *Literals // nil if the connection sends parameters
	Outcome  *Outcome  // nil if the number of rows that an UPDATE changed is sufficient
}

// Native runs statements directly on the driver's connection, without database/sql. If
// database/sql must run a statement, its functions return false and do nothing.
type Native struct {
	Query func(ctx context.Context, db *sql.DB, q *Query) (done bool, err error)

	// Exec runs a statement that has parameters, and sends it at most once.
	Exec func(ctx context.Context, conn *sql.Conn, statement string, args []any) (result driver.Result, done bool, err error)

	// Close closes the driver's connection behind a connection of the handle. The handle
	// could otherwise return it to a pool that it came from. Close is nil if handles do
	// not use such pools.
	Close func(conn any)
}

// Literals describes how values are written into statements instead of parameters, if
// sending parameters would need a second round trip.
type Literals struct {
	Write func(v any) string
	Quote byte // the character that surrounds names

	// MaxStatement is the size in bytes of the largest statement, including its literals,
	// that the server accepts. 0 means no limit.
	MaxStatement int
}

// Outcome describes how an UPDATE of one row notes what it found. It sets the last insert
// id to one of the constants below. The id is 0 if there was no row, and also after a
// trigger.
type Outcome struct {
	Condition string // the condition of the UPDATE, which contains the condition %s
	Always    string // a condition on a column, %s, that is always true but must be evaluated for a row
}

// The last insert id after an UPDATE with an [Outcome].
const (
	OutcomeUnmet = 1 // the row did not meet the condition
	OutcomeMet   = 2
)

// Transactions describes how an engine begins and ends transactions.
type Transactions struct {
	Begin    string    // the statement that begins a write transaction
	Ended    string    // follows COMMIT and ROLLBACK if they could otherwise do more
	Embedded *Embedded // nil if statements run on a server
}

// Embedded describes an engine whose statements run in this process. Writes then run one
// after the other, each in a transaction. Statements of a transaction that has begun do not
// get its context, because SQLite can report a context error for a statement that it has
// applied.
type Embedded struct {
	// LockTries is how often the adapter tries to get a lock, each time for the engine's
	// busy timeout, before the error is ErrConflict.
	LockTries int
}

// Rows describes what an engine does with rows that a statement does not say.
type Rows struct {
	// ForeignKeys reports that the engine always enforces foreign keys. Otherwise the
	// adapter's statements do.
	ForeignKeys bool

	// Unreferenced reports that the sessions have no foreign key in the database.
	Unreferenced bool

	// Silent reports that a trigger or a rule can prevent the write of a row without an
	// error.
	Silent bool
}

// Servers are checks whether a server and its sessions can be used.
type Servers struct {
	// CheckSettings returns an error if results in the sessions of a handle would be wrong. It is
	// nil if statements do not depend on settings.
	CheckSettings func(ctx context.Context, db *sql.DB) error

	// Unserving is a query that returns one row, a text, if the server must not be used
	// now because it is a standby. It is empty if there are no such servers.
	Unserving string

	// DatabaseProblem returns why a database cannot be used, or "". It is nil if all can be.
	DatabaseProblem func(context.Context, sqlx.QueryerContext) (string, error)
}

// Errors describes how an engine's errors are read.
type Errors struct {
	// Report returns the content of a driver's error, and false if the error is not an
	// answer of the engine.
	Report func(error) (Report, bool)

	// Codes are the meanings of the engine's codes.
	Codes []fault.Code

	// Lost reports whether an error of the driver itself, not an answer, means that the
	// connection was lost or could not be opened. It need not recognize errors of the
	// standard library. It is nil if the driver has no such errors.
	Lost func(error) bool

	// ConstraintColumns is a query for the columns of a constraint. Its parameters are the
	// table and the name. It is empty if errors name the columns.
	ConstraintColumns string

	// TooNarrow reports whether a column of this type is too small for a value. It is nil
	// if errors name the columns.
	TooNarrow func(typ string, v any) bool

	// Referring is a query for the tables whose foreign keys to a table, its parameter,
	// can prevent the deletion of a row. It is empty if errors name them.
	Referring string
}

// Schema describes how tables are created and examined.
type Schema struct {
	Type         func(Column) string  // returns a column's type in DDL
	Zero         map[attr.Kind]string // the literals of zero values
	TableOptions string               // follows a CREATE TABLE
	OneCreate    bool                 // CREATE TABLE also creates the indexes, so no table is without them

	// AddForeignKey reports that a foreign key can be added to an existing table.
	AddForeignKey bool

	// MayRefer reports whether a column of the type from can be a foreign key to a column
	// of the type to or, if Unreferenced, can be compared with it. It is nil if types do
	// not matter. If it is not nil, the column of a foreign key is created with exactly
	// the type of the id.
	MayRefer func(from, to string) bool

	// MigrationLock waits, inside the transaction, until no other migration of a schema
	// runs. It is empty if Begin does that, or if each statement of a migration is its own
	// transaction.
	MigrationLock string

	// AutoCommit reports that each statement that creates tables is its own transaction.
	AutoCommit bool

	// Guard surrounds the statements that create tables. It is nil if their checks do not
	// depend on settings.
	Guard *Guard

	// SchemaExists is a query that returns a row if there is a schema with this name.
	SchemaExists string

	// Catalog reads the definition of an existing table.
	Catalog func(ctx context.Context, q sqlx.QueryerContext, name Name) (Catalog, error)

	// TypeMismatch returns why a column's type does not fit, or "".
	TypeMismatch func(Column, CatalogColumn) string

	// UserIDOptions are the adapter's options for ids of users that are not text.
	UserIDOptions []UserIDOption
}

// Guard contains the statement that changes the session's settings so that statements that
// create tables check everything, and the statement that restores the settings.
type Guard struct{ Set, Reset string }

// UserIDOption is an option for ids of users that are not text.
type UserIDOption struct {
	Name string // as written in code: "WithUserIDs(postgres.IntegerIDs)"
	Of   string // what the ids are: "integers"
	IDs  *IDs
}

// Name is the name of a table, as given by the options.
type Name struct {
	Schema string // empty if the engine determines it
	Table  string
}

// Qualified returns the name as written in statements.
func (d *Dialect) Qualified(n Name) string {
	if n.Schema == "" {
		return d.Quote(n.Table)
	}
	return d.Quote(n.Schema) + "." + d.Quote(n.Table)
}

// qualify returns the name as written in statements on rows.
func (d *Dialect) qualify(n Name) string {
	if n.Schema == "" && d.Home != "" {
		return d.Home + "." + d.Quote(n.Table)
	}
	return d.Qualified(n)
}

// param returns the text of a parameter.
func (d *Dialect) param(k attr.Kind) string {
	if p := d.Param[k]; p != "" {
		return p
	}
	return "?"
}

// selected returns the expression that reads a column.
func (d *Dialect) selected(k attr.Kind, column string) string {
	if s := d.Selected[k]; s != "" {
		return fmt.Sprintf(s, column)
	}
	return column
}

// noteOutcome returns the condition of an UPDATE of one row, which notes the outcome if the
// dialect has an [Outcome].
func (d *Dialect) noteOutcome(condition string) string {
	if d.Outcome == nil {
		return condition
	}
	return fmt.Sprintf(d.Outcome.Condition, condition)
}

// pin returns a statement on rows with the dialect's PinSettings applied.
func (d *Dialect) pin(statement string) string {
	if d.PinSettings == nil {
		return statement
	}
	return d.PinSettings(statement)
}

// The following is the same for all engines so far. If it differs for an engine, add a field
// to Dialect.

// exists returns the expression for whether a query has a row.
func (d *Dialect) exists(query string) string { return "EXISTS (" + query + ")" }

// limit returns a query, or a DELETE, with its last parameter as the maximum number of rows.
func (d *Dialect) limit(statement string) string { return statement + " LIMIT " + d.param(attr.Int) }

// createSchema returns the statement that creates a schema unless it exists.
func (d *Dialect) createSchema(name string) string {
	return "CREATE SCHEMA IF NOT EXISTS " + d.Quote(name)
}

// encode returns a value as a parameter.
func (d *Dialect) encode(v any) any {
	if t, ok := v.(time.Time); ok && d.Time != nil {
		return d.Time(t)
	}
	return v
}

// appendValues appends attributes' values as parameters.
func (d *Dialect) appendValues(args, values []any) []any {
	for _, v := range values {
		args = append(args, d.encode(v))
	}
	return args
}

// same reports whether the engine treats two names as the same.
func (d *Dialect) same(a, b string) bool {
	return a == b || d.Folded && strings.EqualFold(a, b)
}

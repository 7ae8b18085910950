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

// Dialect is one SQL engine: everything in its statements, tables and errors
// that others have not. Its fields are in groups; of those that are pointers, and
// of functions and texts that say so, an engine may have none.
type Dialect struct {
	Name    string // the adapter's name: "sqlite"
	Engine  string // what answers: "SQLite"
	Version string // the query for the engine's version

	Weaknesses spec.Weaknesses // what the adapter declares

	Naming
	Statements
	Transactions
	Rows
	Servers
	Errors
	Schema
}

// Naming is how an engine writes and takes names.
type Naming struct {
	Quote   func(name string) string
	MaxName int  // bytes of the longest name; 0: no limit
	Folded  bool // names that differ only in case are the same

	// Home is the schema that statements on rows name where no other is given,
	// so that nothing hides its tables. It is empty if that cannot be known.
	Home string

	// Unnamable says why the engine cannot hold a name; it returns nothing if it
	// can. It is nil if the engine can hold any.
	Unnamable func(name string) string
}

// Statements are the parts of statements on rows.
type Statements struct {
	Bind  int                  // how parameters are written: sqlx.DOLLAR, sqlx.QUESTION
	Param map[attr.Kind]string // a parameter of this kind, with a ?; without an entry, a ? alone
	Time  func(time.Time) any  // a time as a parameter; nil: as it is
	List  string               // a query for the strings in a JSON array, which is its parameter
	Batch string               // the condition "is in this subquery", %s, whose rows are locked; empty: DELETE takes a LIMIT
	Dual  string               // the FROM of a SELECT of no table: "FROM DUAL "
	Share string               // what makes a subquery lock the rows that it sees: " FOR SHARE"

	// Selected is how a column of this kind, %s, is read; without an entry, by
	// its name alone.
	Selected map[attr.Kind]string

	// Overriding stands before the VALUES of a new user, so that they may have
	// an id that the engine would otherwise make. It is empty if they may anyway.
	Overriding string

	// PinSettings adds to a statement on rows what makes it independent of the
	// session's settings. It is nil if nothing has to be added.
	PinSettings func(statement string) string

	Native   *Native   // nil: all statements run through database/sql
	Literals *Literals // nil: the connection sends parameters
	Outcome  *Outcome  // nil: how many rows an UPDATE changed says enough
}

// Native runs statements on the driver's own connection, past database/sql. Its
// functions report false, and have done nothing, if database/sql has to run the
// statement.
type Native struct {
	Query func(ctx context.Context, db *sql.DB, q *Query) (done bool, err error)

	// Exec runs a statement that has parameters, and sends it once at the most.
	Exec func(ctx context.Context, conn *sql.Conn, statement string, args []any) (result driver.Result, done bool, err error)

	// Close closes the connection of the driver's that a handle's stands for: the
	// handle may have it from a pool, and would only give it back. It is nil if no
	// handle has.
	Close func(conn any)
}

// Literals are values in statements instead of parameters, where sending those
// would need a second round trip.
type Literals struct {
	Write func(v any) string
	Quote byte // what surrounds names

	// MaxStatement is how many bytes of a statement with its literals the
	// server takes. 0: no limit.
	MaxStatement int
}

// Outcome is how an UPDATE of one row leaves behind what it found: as the last
// insert id, one of the constants below, or 0 if there was no row, and after
// a trigger.
type Outcome struct {
	Condition string // of the UPDATE, which has the condition %s in it
	Always    string // a condition on a column, %s, that is always true and must be evaluated for a row
}

// What the last insert id is after an UPDATE with an [Outcome].
const (
	OutcomeUnmet = 1 // the row did not meet the condition
	OutcomeMet   = 2
)

// Transactions are how an engine begins and ends them.
type Transactions struct {
	Begin    string    // opens a transaction that may write
	Ended    string    // follows COMMIT and ROLLBACK, where they might do more than that
	Embedded *Embedded // nil: statements run on a server
}

// Embedded says that statements run in this process. Writes then take turns,
// each in a transaction, and once one has begun its statements do not get its
// context: SQLite reports a context error for statements that it applied.
type Embedded struct {
	// LockTries is how often the engine is asked for a lock, each time for as
	// long as its busy timeout, before that is a conflict.
	LockTries int
}

// Rows is what an engine does to rows besides what a statement says.
type Rows struct {
	// ForeignKeys says that the engine always enforces them. If not, the
	// statements do.
	ForeignKeys bool

	// Unreferenced says that the sessions have no foreign key in the database.
	Unreferenced bool

	// Silent says that a trigger or a rule may keep a row from being written
	// without an error.
	Silent bool
}

// Servers are queries for whether a server and its sessions can be used.
type Servers struct {
	// Fit returns an error if no adapter can be right in the sessions of
	// a handle. It is nil if statements depend on no setting.
	Fit func(ctx context.Context, db *sql.DB) error

	// Unserving is a query with one row, a text, if the server must not be used
	// as it is now: a standby. It is empty if there are no such servers.
	Unserving string

	// Unfit is a query with one row, a text, if the database cannot hold what
	// the tables should. It is empty if there are no such databases.
	Unfit string
}

// Errors are how an engine's errors are read.
type Errors struct {
	// Report returns what a driver's error says, and false if it is not the
	// engine's answer.
	Report func(error) (Report, bool)

	// Codes are what the engine's codes mean.
	Codes []fault.Code

	// Lost reports whether an error of the driver's own, which is no answer,
	// says that the connection is gone or could not be made, besides those of
	// the standard library. It is nil if there are no such errors.
	Lost func(error) bool

	// ConstraintColumns is a query for the columns of a constraint, by its
	// table and its name. It is empty if errors name the columns.
	ConstraintColumns string

	// TooNarrow reports whether a column of this type is too small for
	// a value. It is nil if errors name the columns.
	TooNarrow func(typ string, v any) bool

	// Referring is a query for the tables whose foreign keys to a table, which is
	// its parameter, do not let a row be deleted. It is empty if errors name them.
	Referring string
}

// Schema is how tables are made, and looked at.
type Schema struct {
	Type         func(Column) string  // a column's type in DDL
	Zero         map[attr.Kind]string // the literals of zero values
	TableOptions string               // what follows a CREATE TABLE
	OneCreate    bool                 // CREATE TABLE makes the indexes too, so that no table is without

	// AddForeignKey says that a table can get a foreign key after it was
	// created.
	AddForeignKey bool

	// MayRefer reports whether a column of the type from can be a foreign key to
	// one of the type to, or if Unreferenced, be compared with it. It is nil if
	// types do not matter. If it is not, the column of a foreign key is made of
	// the very type that the id has.
	MayRefer func(from, to string) bool

	// MigrationLock waits, inside the transaction, until no other migration of
	// a schema runs. It is empty if Begin does that, or if each statement of
	// a migration is a transaction of its own.
	MigrationLock string

	// AutoCommit says that each statement that makes tables is a transaction of
	// its own.
	AutoCommit bool

	// Guard surrounds the statements that make tables. It is nil if what they
	// check depends on no setting.
	Guard *Guard

	// SchemaExists is a query that has a row if there is a schema of this name.
	SchemaExists string

	// Catalog reads a table as it is.
	Catalog func(ctx context.Context, q sqlx.QueryerContext, name Name) (Catalog, error)

	// Misfit says why a column's type does not fit; it is empty if it does.
	Misfit func(Column, CatalogColumn) string

	// UserIDOptions are the adapter's options for ids of users that are no text.
	UserIDOptions []UserIDOption
}

// Guard are statements that make the session one in which the statements that
// make tables check all that they should, and give it back as it was.
type Guard struct{ Set, Reset string }

// UserIDOption is an option for ids of users that are no text.
type UserIDOption struct {
	Name string // as it is written: "WithUserIDs(postgres.IntegerIDs)"
	Of   string // what the ids are: "integers"
	IDs  *IDs
}

// Name is the name of a table, as it was given.
type Name struct {
	Schema string // empty: wherever the engine looks
	Table  string
}

// Qualified returns the name as it stands in statements.
func (d *Dialect) Qualified(n Name) string {
	if n.Schema == "" {
		return d.Quote(n.Table)
	}
	return d.Quote(n.Schema) + "." + d.Quote(n.Table)
}

// home returns the name as it stands in statements on rows.
func (d *Dialect) home(n Name) string {
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

// noteOutcome returns the condition of an UPDATE of one row.
func (d *Dialect) noteOutcome(condition string) string {
	if d.Outcome == nil {
		return condition
	}
	return fmt.Sprintf(d.Outcome.Condition, condition)
}

// pin returns a statement on rows as it is sent.
func (d *Dialect) pin(statement string) string {
	if d.PinSettings == nil {
		return statement
	}
	return d.PinSettings(statement)
}

// What follows all engines here write alike. One that does not gets a field for it.

// exists returns the value that says whether a query has a row.
func (d *Dialect) exists(query string) string { return "EXISTS (" + query + ")" }

// limit returns a query, or a DELETE, for as many rows as its last parameter
// says.
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

// same reports whether two names are one to the engine.
func (d *Dialect) same(a, b string) bool {
	return a == b || d.Folded && strings.EqualFold(a, b)
}

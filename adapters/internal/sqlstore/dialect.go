package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Dialect is one SQL engine: everything in its statements, tables and errors
// that others have not.
type Dialect struct {
	Name    string // the adapter's name: "sqlite"
	Engine  string // what answers: "SQLite"
	Version string // the query for the engine's version

	// Names.

	Quote   func(name string) string
	MaxName int  // bytes of the longest name; 0: no limit
	Folded  bool // names that differ only in case are the same
	// Home is the schema that statements on rows name where no other is given,
	// so that nothing hides its tables. It is empty if that cannot be known.
	Home string
	// Unnamable says why the engine cannot hold a name; it is empty if it can.
	Unnamable func(name string) string

	// Statements.

	Bind  int                  // how parameters are written: sqlx.DOLLAR, sqlx.QUESTION
	Param map[attr.Kind]string // a parameter of this kind, with a ?; without an entry, a ? alone
	Time  func(time.Time) any  // a time as a parameter; it comes back as time.Time or as milliseconds
	List  string               // a query for the strings in a JSON array, which is its parameter
	Batch string               // the condition "is in this subquery", %s, whose rows are locked; empty: DELETE takes a LIMIT
	Dual  string               // the FROM of a SELECT of no table: "FROM DUAL "
	Share string               // what makes a subquery lock the rows that it sees: " FOR SHARE"

	// Selected is how a column of this kind, %s, is read; without an entry, by
	// its name alone.
	Selected map[attr.Kind]string

	// Settled adds to a statement on rows what makes it independent of the
	// session's settings. It is nil if nothing has to be added.
	Settled func(statement string) string

	// Literal writes the value of a parameter, where the driver would need
	// a second round trip to send it. It is nil if parameters are the driver's.
	Literal func(v any) string

	// MaxStatement is how many bytes of a statement with its literals the
	// server takes. 0: no limit.
	MaxStatement int

	// Noted is the condition %s of an UPDATE of one row, which leaves behind
	// what it found: the last insert id is then one of the constants below,
	// unless the row met the condition and a trigger ran. It is empty if how many
	// rows changed says enough.
	Noted string

	// Anything is a condition that every value of a column, %s, meets, and that
	// only a row can tell. It goes with Noted.
	Anything string

	// Overriding stands before the VALUES of a new user, so that they may have
	// an id that the engine would otherwise make. It is empty if they may anyway.
	Overriding string

	// Begin opens a transaction that may write.
	Begin string

	// Ended follows COMMIT and ROLLBACK, where they might do more than that.
	Ended string

	// Embedded says that statements run in this process. Writes then take
	// turns, each in a transaction, and once a transaction has begun its
	// context does not stop it: SQLite reports a context error for statements
	// that it applied.
	Embedded bool

	// LockTries is how often an embedded engine is asked for a lock, each time
	// for as long as its busy timeout, before that is a conflict.
	LockTries int

	// ForeignKeys says that the engine always enforces them. If not, the
	// statements do.
	ForeignKeys bool

	// Silent says that a trigger or a rule may keep a row from being written
	// without an error.
	Silent bool

	// Referring is a query for the tables whose foreign keys to a table, which is
	// its parameter, do not let a row be deleted. It is empty if errors name them.
	Referring string

	// Unreferenced says that the sessions have no foreign key in the database.
	Unreferenced bool

	// Sessions and servers.

	// Fit returns an error if no adapter can be right in the sessions of
	// a handle. It is nil if statements depend on no setting.
	Fit func(ctx context.Context, db *sql.DB) error

	// Unserving is a query with one row, a text, if the server must not be used
	// as it is now: a standby. It is empty if there are no such servers.
	Unserving string

	// Unfit is a query with one row, a text, if the database cannot hold what
	// the tables should. It is empty if there are no such databases.
	Unfit string

	// Errors.

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

	// Tables.

	Type         func(Column) string  // a column's type in DDL
	Zero         map[attr.Kind]string // the literals of zero values
	TableOptions string               // what follows a CREATE TABLE
	OneCreate    bool                 // CREATE TABLE makes the indexes too, so that there is no table without

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

	// Guard makes the session one in which the statements that make tables check
	// all that they should, and Unguard gives it back as it was. They are empty
	// if that depends on no setting.
	Guard, Unguard string

	// SchemaExists is a query that has a row if a schema of this name is there.
	SchemaExists string

	// Catalog reads a table as it is.
	Catalog func(ctx context.Context, q sqlx.QueryerContext, name Name) (Catalog, error)

	// UserIDOptions are the adapter's options for ids of users that are no text.
	UserIDOptions []UserIDOption

	// Misfit says why a column's type does not fit; it is empty if it does.
	Misfit func(Column, CatalogColumn) string

	// Weaknesses are what the adapter declares.
	Weaknesses spec.Weaknesses
}

// What the last insert id is after an UPDATE with a Noted condition. It is 0 if
// there was no row, and after a trigger.
const (
	NotedUnmet = 1 // the row did not meet the condition
	NotedMet   = 2
)

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

// noted returns the condition of an UPDATE of one row.
func (d *Dialect) noted(condition string) string {
	if d.Noted == "" {
		return condition
	}
	return fmt.Sprintf(d.Noted, condition)
}

// settled returns a statement on rows as it is sent.
func (d *Dialect) settled(statement string) string {
	if d.Settled == nil {
		return statement
	}
	return d.Settled(statement)
}

// encode returns an attribute's value as a parameter.
func (d *Dialect) encode(v any) any {
	if t, ok := v.(time.Time); ok {
		return d.Time(t)
	}
	return v
}

// same reports whether two names are one to the engine.
func (d *Dialect) same(a, b string) bool {
	return a == b || d.Folded && strings.EqualFold(a, b)
}

package sqlstore

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

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

	// Statements.

	Bind  int                  // how parameters are written: sqlx.DOLLAR, sqlx.QUESTION
	Param map[attr.Kind]string // a parameter of this kind, with a ?; without an entry, a ? alone
	Time  func(time.Time) any  // a time as a parameter; it comes back as time.Time or as milliseconds
	List  string               // a query for the strings in a JSON array, which is its parameter
	Batch string               // the condition "is in this subquery", %s, whose rows are locked

	// Begin opens a transaction that may write.
	Begin string

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

	// Errors.

	// Report returns what a driver's error says, and false if it is not the
	// engine's answer.
	Report func(error) (Report, bool)

	// Codes are what the engine's codes mean.
	Codes []Code

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

	// AddForeignKey says that a table can get a foreign key after it was
	// created.
	AddForeignKey bool

	// MigrationLock waits, inside the transaction, until no other migration of
	// a schema runs. It is empty if Begin does that.
	MigrationLock string

	// SchemaExists is a query that has a row if a schema of this name is there.
	SchemaExists string

	// Catalog reads a table as it is.
	Catalog func(ctx context.Context, q sqlx.QueryerContext, name Name) (Catalog, error)

	// Misfit says why a column's type does not fit; it is empty if it does.
	Misfit func(Column, CatalogColumn) string
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

// param returns the text of a parameter.
func (d *Dialect) param(k attr.Kind) string {
	if p := d.Param[k]; p != "" {
		return p
	}
	return "?"
}

// encode returns an attribute's value as a parameter.
func (d *Dialect) encode(v any) any {
	if t, ok := v.(time.Time); ok {
		return d.Time(t)
	}
	return v
}

package sqlstore

import (
	"context"
	"slices"
)

// Catalog is the definition of an existing table.
type Catalog struct {
	Exists     bool
	NotTable   string   // if it is not a table, what it is: "view"
	Problems   []string // other properties that do not fit
	Keepers    []string // triggers that can silently prevent a row from being deleted by a statement that deletes several
	Columns    []CatalogColumn
	Indexes    []CatalogIndex
	References []CatalogReference
}

// CatalogColumn is an existing column.
type CatalogColumn struct {
	Name      string
	Type      string // as the engine writes it: "character varying(20)"
	NotNull   bool
	Default   bool // it gets a value if an insert does not set it
	Generated bool // no statement can set it
	Identity  bool // an update cannot set it, and an insert only with Dialect.Overriding
	Bytewise  bool // equal texts have equal bytes
}

// CatalogIndex is an existing index, including those of constraints.
type CatalogIndex struct {
	Name     string
	Columns  []string // in order; empty for an expression
	Unique   bool     // no two rows have the same values, and nulls never conflict
	Whole    bool     // it contains all rows and is ready for use
	Bytewise bool     // equal texts have equal bytes
}

// CatalogReference is an existing foreign key.
type CatalogReference struct {
	Columns []string
	Table   Name
	Bare    bool     // the name of the referenced table without a schema means this table
	To      []string // the referenced columns; empty for the primary key
	Cascade bool     // deleting the referenced row deletes the row
	Unsound string   // why rows can refer to nothing; empty if they cannot
}

// catalog reads the definition of an existing table.
func (c *call) catalog(ctx context.Context, t *table) (Catalog, error) {
	found, err := c.dialect.Catalog(ctx, c.on, t.name)
	if err != nil {
		return found, c.classify(err, c.queries)
	}
	return found, nil
}

// column returns the column with this name.
func (f Catalog) column(d *Dialect, name string) (CatalogColumn, bool) {
	i := slices.IndexFunc(f.Columns, func(c CatalogColumn) bool { return d.same(c.Name, name) })
	if i < 0 {
		return CatalogColumn{}, false
	}
	return f.Columns[i], true
}

// unique reports whether an index on only this column makes it unique.
func (f Catalog) unique(d *Dialect, column string) bool {
	return slices.ContainsFunc(f.Indexes, func(i CatalogIndex) bool {
		return i.Unique && i.Whole && i.Bytewise && len(i.Columns) == 1 && d.same(i.Columns[0], column)
	})
}

// indexed reports whether an index begins with the column.
func (f Catalog) indexed(d *Dialect, column string) bool {
	return slices.ContainsFunc(f.Indexes, func(i CatalogIndex) bool {
		return i.Whole && i.Bytewise && len(i.Columns) > 0 && d.same(i.Columns[0], column)
	})
}

package sqlstore

import (
	"context"
	"slices"
)

// Catalog is a table as it is.
type Catalog struct {
	Exists     bool
	NotTable   string   // what it is instead: "view"
	Unfit      []string // what else is wrong with it
	Keepers    []string // the triggers that may keep rows that a statement deletes with others, unnoticed
	Columns    []CatalogColumn
	Indexes    []CatalogIndex
	References []CatalogReference
}

// CatalogColumn is a column as it is.
type CatalogColumn struct {
	Name      string
	Type      string // as the engine writes it: "character varying(20)"
	NotNull   bool
	Default   bool // it has a value when an insert does not name it
	Generated bool // no statement can set it
	Identity  bool // no update can set it, and an insert only with Dialect.Overriding
	Bytewise  bool // equal text has equal bytes
}

// CatalogIndex is an index as it is, that of a constraint included.
type CatalogIndex struct {
	Name     string
	Columns  []string // in their order; empty for an expression
	Unique   bool     // no two rows have the same values, and nulls never conflict
	Whole    bool     // of all rows, and ready to use
	Bytewise bool     // equal text has equal bytes
}

// CatalogReference is a foreign key as it is.
type CatalogReference struct {
	Columns []string
	Table   Name
	Bare    bool     // statements that name the table without a schema mean this one
	To      []string // the columns it refers to; empty: the primary key
	Cascade bool     // a delete of the row it refers to deletes the row
	Unsound string   // why there may be rows that refer to nothing; empty if there cannot be
}

// catalog reads a table as it is.
func (c *call) catalog(ctx context.Context, t *table) (Catalog, error) {
	found, err := c.dialect.Catalog(ctx, c.on, t.name)
	if err != nil {
		return found, c.classify(err, c.queries)
	}
	return found, nil
}

// column returns the column of this name.
func (f Catalog) column(d *Dialect, name string) (CatalogColumn, bool) {
	i := slices.IndexFunc(f.Columns, func(c CatalogColumn) bool { return d.same(c.Name, name) })
	if i < 0 {
		return CatalogColumn{}, false
	}
	return f.Columns[i], true
}

// unique reports whether an index alone makes the column unique.
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

package sqlstore

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

// lookForReferences adds to a violation the tables that refer to the adapter's rows, if the
// engine does not name them.
func (c *call) lookForReferences(ctx context.Context, err error) error {
	var v *violation
	if c.dialect.Referring == "" || !errors.As(err, &v) || !v.report.Refers {
		return err
	}
	for _, t := range c.store.tables {
		var tables []string
		if sqlx.SelectContext(ctx, c.on, &tables, c.dialect.Referring, t.name.Table) == nil { // if the query fails, the error just says less
			v.tables = append(v.tables, tables...)
		}
	}
	return err
}

// explainReference returns the detail for a message about a row that could not be deleted.
// It contains no value, but the tables whose rows may refer to this one.
func (s *store) explainReference(v *violation) string {
	tables := slices.Clone(v.tables)
	if v.report.Refers && v.report.Table != "" {
		tables = []string{v.report.Table}
	}
	if len(tables) == 0 {
		return v.report.detail()
	}
	for i, t := range tables {
		tables[i] = s.dialect.Quote(t)
	}
	return v.report.detail() + ": a row of table " + strings.Join(tables, " or ") + " refers to it"
}

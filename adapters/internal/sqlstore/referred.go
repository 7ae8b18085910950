package sqlstore

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

// lookForReferences adds to a violation which tables refer to rows of ours,
// where the engine says only that one does.
func (c *call) lookForReferences(ctx context.Context, err error) error {
	var v *violation
	if c.dialect.Referring == "" || !errors.As(err, &v) || !v.report.Refers {
		return err
	}
	for _, t := range c.store.tables {
		var tables []string
		if sqlx.SelectContext(ctx, c.on, &tables, c.dialect.Referring, t.name.Table) == nil { // or else the error says less
			v.tables = append(v.tables, tables...)
		}
	}
	return err
}

// explainReference returns what a message may tell about a row that could not be deleted: no
// value is in it, but the tables whose rows may refer to this one.
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

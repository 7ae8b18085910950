package sqlstore

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/internal/fault"
)

// finders are the ways to find the column of a violation, in the order in which they are
// tried. The first that decides ends the search. Its column is empty if the column cannot be
// determined.
var finders = []func(*call, context.Context, *violation, assignment) (column string, decided bool, err error){
	(*call).excludeOtherTable,
	(*call).readReport,
	(*call).readText,
	(*call).lookUpOurs,
	(*call).queryConstraint,
	(*call).compareTypes,
}

// findColumn returns the column of a that a violation is about, or "" if that cannot be
// determined. It queries the catalog only for keys that Tenon did not
// create, and for one named like our primary key: in an existing table that name
// may belong to another column.
func (c *call) findColumn(ctx context.Context, v *violation, a assignment) (string, error) {
	for _, find := range finders {
		if column, decided, err := find(c, ctx, v, a); decided || err != nil {
			return column, err
		}
	}
	return "", nil
}

// excludeOtherTable decides that a violation in another table, for example by a trigger, is
// not about a column of this table.
func (c *call) excludeOtherTable(_ context.Context, v *violation, a assignment) (string, bool, error) {
	return "", v.report.Table != "" && !c.dialect.same(v.report.Table, a.table.name.Table), nil
}

// readReport reads the column from the error.
func (c *call) readReport(_ context.Context, v *violation, _ assignment) (string, bool, error) {
	return v.report.Column, v.report.Column != "", nil
}

// readText reads the column from the error's text.
func (c *call) readText(ctx context.Context, v *violation, a assignment) (string, bool, error) {
	if v.report.Text == "" {
		return "", false, nil
	}
	column, err := c.findNamed(ctx, v, a)
	return column, true, err
}

// lookUpOurs finds the column of a constraint that Tenon created.
func (c *call) lookUpOurs(_ context.Context, v *violation, a assignment) (string, bool, error) {
	column, ours := a.table.constrained(v.report.Constraint)
	return column, ours, nil
}

// queryConstraint queries the catalog for the columns of a constraint.
func (c *call) queryConstraint(ctx context.Context, v *violation, a assignment) (string, bool, error) {
	d := c.dialect
	if v.report.Constraint == "" || d.ConstraintColumns == "" {
		return "", false, nil
	}
	var columns []string
	into := answers(nil)
	query := sqlx.Rebind(d.Bind, d.ConstraintColumns)
	args := []any{d.Qualified(a.table.name), v.report.Constraint}
	_, err := c.each(ctx, Query{Text: query, Args: args, Cells: into, next: func() {
		columns = append(columns, "")
		into[0].into = &columns[len(columns)-1]
	}})
	if err != nil || len(columns) != 1 {
		return "", true, err
	}
	return columns[0], true, nil
}

// compareTypes looks for a column that is too narrow for its value.
func (c *call) compareTypes(ctx context.Context, v *violation, a assignment) (string, bool, error) {
	d := c.dialect
	if v.fault != fault.TooLong && v.fault != fault.OutOfRange || d.TooNarrow == nil {
		return "", false, nil
	}
	found, err := c.catalog(ctx, a.table)
	if err != nil {
		return "", false, err
	}
	for i, want := range a.columns {
		if is, ok := found.column(d, want.Name); ok && d.TooNarrow(is.Type, a.args[i]) {
			return want.Name, true, nil
		}
	}
	return "", false, nil
}

package sqlstore

import (
	"context"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

// SwapLease implements spec.SessionAdapter. If the answer does not show what the statement
// found, SwapLease reads the row afterwards. A read within the same statement would not do:
// it would see the row as it was before the statement waited for a concurrent swap, and
// confuse a stale lease with a missing session.
func (a *Adapter) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	args := make([]any, 0, 2*len(a.ofLease)+1)
	row := spec.SessionRow{Lease: to}
	args = a.appendLease(args, &row)
	args = append(args, id)
	row.Lease = from
	args = a.appendLease(args, &row)
	return a.write(ctx, func(ctx context.Context, c *call) error {
		for range lookTries { // a try fails only if the lease was swapped away and back in between
			found, err := c.change(ctx, a.statements.swap, args...)
			switch {
			case err != nil:
				return c.classifyUpdate(ctx, err, assignment{a.sessions, a.leaseColumns(), args}, a.statements.exists, id, spec.ErrSessionNotFound)
			case found == changed:
				return nil
			case found == unmet:
				return spec.ErrStale
			}
			var row spec.SessionRow
			exists, err := c.one(ctx, a.statements.lease, []any{id}, a.intoLease(&row))
			switch {
			case err != nil:
				return err
			case !exists:
				return spec.ErrSessionNotFound
			case !row.Lease.Equal(from):
				return spec.ErrStale
			case from.Equal(to): // nothing had to be changed
				return nil
			}
		}
		return errUnwritten
	})
}

// appendLease appends a row's lease as parameters, one for each of its columns.
func (a *Adapter) appendLease(args []any, row *spec.SessionRow) []any {
	for _, c := range a.ofLease {
		args = append(args, a.dialect.encode(c.Value(row)))
	}
	return args
}

// intoLease returns the cells of {lease.columns}.
func (a *Adapter) intoLease(row *spec.SessionRow) []Cell {
	columns := a.leaseColumns()
	cells := make([]Cell, len(columns))
	for i, c := range a.ofLease {
		cells[i] = Cell{into: c.Pointer(row), column: &columns[i]}
	}
	return cells
}

func (a *Adapter) leaseColumns() []Column {
	return slices.DeleteFunc(slices.Clone(a.sessions.columns), func(c Column) bool { return !c.inLease })
}

package sqlstore

import (
	"context"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

// SwapLease implements spec.SessionAdapter. Where the answer does not tell what
// the statement found, looking in the same statement would not do: that sees the row
// as it was before it waited for a concurrent swap, and calls stale what is
// gone, or the other way round.
func (s *Sessions[S]) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	const op = spec.OpSwapLease
	if err := s.enter(ctx, op); err != nil {
		return err
	}
	from, err := from.Normal()
	if err != nil {
		return s.error(op, err, "", nil)
	}
	to, err = to.Normal()
	if err != nil {
		return s.error(op, err, "", nil)
	}
	if !spec.ValidID(id) {
		return s.error(op, spec.ErrSessionNotFound, "", nil)
	}
	swap := change{s.table, s.table.lease(), s.leaseArgs(to)}
	args := slices.Concat(swap.args, []any{id}, s.leaseArgs(from))
	return s.write(ctx, op, func(ctx context.Context, c *call) error {
		for range lookTries { // each time, the lease was swapped away and back in between
			found, err := c.change(ctx, s.statements.swap, args...)
			switch {
			case err != nil:
				return c.classifyUpdate(ctx, err, swap, s.statements.exists, id, spec.ErrSessionNotFound)
			case found == changed:
				return nil
			case found == unmet:
				return c.error(op, spec.ErrStale, "", nil)
			}
			var row spec.SessionRow
			there, err := c.row(ctx, s.table, s.statements.lease, id, s.leaseInto(&row)...)
			switch {
			case err != nil:
				return err
			case !there:
				return c.error(op, spec.ErrSessionNotFound, "", nil)
			case !row.Lease.Equal(from):
				return c.error(op, spec.ErrStale, "", nil)
			case from.Equal(to): // so nothing had to be changed
				return nil
			}
		}
		return c.unwritten()
	})
}

// leaseArgs returns a lease as parameters, one for each of its columns.
func (s *Sessions[S]) leaseArgs(lease spec.Lease) []any {
	row := spec.SessionRow{Lease: lease}
	return s.table.args(ownValues(s.lease, &row, nil), nil)
}

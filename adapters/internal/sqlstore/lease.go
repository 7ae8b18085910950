package sqlstore

import (
	"context"

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
	encode := s.dialect.Time
	swap := change{s.table, s.table.lease(), []any{encode(to.ActiveUntil), encode(to.ExpiresAt), to.Credential}}
	args := append(swap.args[:3:3], id, encode(from.ActiveUntil), encode(from.ExpiresAt), from.Credential)
	return s.write(ctx, op, func(ctx context.Context, c *call) error {
		for range lookTries { // each time, the lease was swapped away and back in between
			found, err := c.change(ctx, s.statements.swap, args...)
			switch {
			case err != nil:
				return c.refusedUpdate(ctx, err, swap, s.statements.exists, id, spec.ErrSessionNotFound)
			case found == changed:
				return nil
			case found == unmet:
				return c.error(op, spec.ErrStale, "", nil)
			}
			var held spec.Lease
			there, err := c.row(ctx, s.table, s.statements.lease, id, leaseInto(&held)...)
			switch {
			case err != nil:
				return err
			case !there:
				return c.error(op, spec.ErrSessionNotFound, "", nil)
			case !held.Equal(from):
				return c.error(op, spec.ErrStale, "", nil)
			case from.Equal(to): // so nothing had to be changed
				return nil
			}
		}
		return c.unwritten()
	})
}

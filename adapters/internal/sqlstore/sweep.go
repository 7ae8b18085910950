package sqlstore

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// batch is the most rows that one statement of a sweep deletes, so that no
// transaction is long, whatever the limit.
const batch = 1000

// DeleteExpiredSessions implements spec.SessionAdapter. If a batch fails, what
// the earlier ones deleted is deleted: it is returned with the error.
func (a *Adapter) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (deleted int64, err error) {
	now, limit := a.dialect.encode(sweep.Now), int64(sweep.Limit)
	for {
		if err := ctx.Err(); err != nil {
			return deleted, err
		}
		size := min(limit-deleted, batch)
		statement, args := a.statements.sweep, []any{now, size}
		if !sweep.Everyone {
			statement, args = a.statements.sweepOfUser, []any{now, a.sessions.owners.encode(sweep.UserID), size}
		}
		if a.dialect.Batch != "" {
			args = append(args, now)
		}
		n, err := a.deleteRows(ctx, statement, args...)
		deleted += n
		if err != nil || n < size || deleted >= limit {
			return deleted, err
		}
	}
}

// deleteRows runs one statement that deletes, and returns how many rows.
func (s *store) deleteRows(ctx context.Context, statement string, args ...any) (n int64, err error) {
	err = s.write(ctx, func(ctx context.Context, c *call) error {
		n, err = c.exec(ctx, statement, args...)
		return err
	})
	return n, err
}

package sqlstore

import (
	"context"
	"time"

	"github.com/tenon-go/tenon/adapters/internal/batch"
	"github.com/tenon-go/tenon/spec"
)

// DeleteExpiredSessions implements spec.SessionAdapter. If a batch fails, it returns the
// error with the number of sessions that the earlier batches deleted.
func (a *Adapter) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (deleted int64, err error) {
	now, limit, batches := a.dialect.encode(sweep.Now), int64(sweep.Limit), batch.OnServer()
	if a.dialect.Embedded != nil {
		batches = batch.InFile()
	}
	for {
		if err := ctx.Err(); err != nil {
			return deleted, err
		}
		size := min(limit-deleted, batches.Rows())
		statement, args := a.statements.sweep, []any{now, size}
		if !sweep.Everyone {
			statement, args = a.statements.sweepOfUser, []any{now, a.sessions.owners.encode(sweep.UserID), size}
		}
		if a.dialect.Batch != "" {
			args = append(args, now)
		}
		begin := time.Now()
		n, err := a.deleteRows(ctx, statement, args...)
		batches.Took(n, time.Since(begin))
		deleted += n
		if err != nil || n < size || deleted >= limit {
			return deleted, err
		}
	}
}

// deleteRows runs one DELETE statement and returns how many rows it deleted. With an error
// it returns 0, because the deletion may have been rolled back.
func (s *store) deleteRows(ctx context.Context, statement string, args ...any) (int64, error) {
	var n int64
	err := s.write(ctx, func(ctx context.Context, c *call) (err error) {
		n, err = c.exec(ctx, statement, args...)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

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
func (s *Sessions[S]) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	const op = spec.OpDeleteExpiredSessions
	if err := s.enter(ctx, op); err != nil {
		return 0, err
	}
	sweep, err := sweep.Normal()
	if err != nil {
		return 0, s.error(op, err, "", nil)
	}
	now, statement := s.dialect.Time(sweep.Now), s.statements.sweep
	var user any // nil: everyone
	if sweep.UserID != "" {
		var ok bool
		if user, ok = s.table.owners.key(sweep.UserID); !ok {
			return 0, nil
		}
		statement = s.statements.sweepOfUser
	}
	var deleted int64
	for {
		size := min(int64(sweep.Limit)-deleted, batch)
		args := []any{now, size}
		if user != nil {
			args = []any{now, user, size}
		}
		if s.dialect.Batch != "" {
			args = append(args, now)
		}
		n, err := s.delete(ctx, op, statement, args...)
		deleted += n
		if err != nil || n < size || deleted >= int64(sweep.Limit) {
			return deleted, err
		}
	}
}

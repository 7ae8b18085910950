package storage

import (
	"context"
	"time"

	"github.com/tenon-go/tenon/session/internal/sweep"
	"github.com/tenon-go/tenon/spec"
)

const (
	sweepInterval = time.Hour // about how long Run waits between two sweeps
	sweepLimit    = 1000      // rows that one call of the store deletes at most
)

// Sweep deletes the rows of sessions that have expired, in batches, and returns
// how many it deleted, also when an error ends it. Those that have expired only
// because MaxAge or Absolute was shortened are deleted in their old time. What
// callbacks keep is theirs to delete: with [NewWithCallbacks] and [NewInCookie]
// Sweep does nothing.
func (st *Storage) Sweep(ctx context.Context) (int64, error) {
	s, ok := st.store.(sessionStore)
	if !ok {
		return 0, nil
	}
	var total int64
	for now := st.config.Now(); ; {
		n, err := s.sessions.DeleteExpiredSessions(ctx, spec.Sweep{Now: now, Everyone: true, Limit: sweepLimit})
		total += n
		// Fewer than the limit does not mean done while others sweep.
		if err != nil || n == 0 {
			return total, err
		}
	}
}

// Run sweeps, as Sweep does, about once an hour until ctx is done, and then
// returns. Processes started together do not sweep together. A sweep that fails
// is logged, and the next comes in its turn. The caller runs it where it likes:
//
//	go store.Run(ctx)
func (st *Storage) Run(ctx context.Context) {
	sweep.Run(ctx, sweepInterval, func(ctx context.Context) {
		_, err := st.Sweep(ctx)
		st.warn(ctx, "storage: expired sessions were not deleted", err)
	})
}

package storage

import (
	"context"
	"time"

	"github.com/tenon-go/tenon/session/internal/sweep"
	"github.com/tenon-go/tenon/spec"
)

const (
	sweepInterval = time.Hour // about how long Run waits between two sweeps
	sweepLimit    = 1000      // maximum number of rows that one call of the store deletes
)

// Sweep deletes the rows of expired sessions in batches. It returns how many it
// deleted, even with an error. A session that has expired only because MaxAge or
// Absolute was shortened is deleted when its original expiry has passed. With
// [NewWithCallbacks] and [NewInCookie] Sweep does nothing: callbacks must delete what
// they keep.
func (st *Storage) Sweep(ctx context.Context) (int64, error) {
	s, ok := st.store.(sessionStore)
	if !ok {
		return 0, nil
	}
	var total int64
	for now := st.config.Now(); ; {
		n, err := s.sessions.DeleteExpiredSessions(ctx, spec.Sweep{Now: now, Everyone: true, Limit: sweepLimit})
		total += n
		// While others sweep, fewer rows than the limit do not mean that none is left.
		if err != nil || n == 0 {
			return total, err
		}
	}
}

// Run calls Sweep about once an hour until ctx is done. Processes that start together
// do not sweep together. If a sweep fails, Run logs the error and continues with the
// next. Call Run in a goroutine:
//
//	go store.Run(ctx)
func (st *Storage) Run(ctx context.Context) {
	sweep.Run(ctx, sweepInterval, func(ctx context.Context) {
		_, err := st.Sweep(ctx)
		st.warn(ctx, "storage: expired sessions were not deleted", err)
	})
}

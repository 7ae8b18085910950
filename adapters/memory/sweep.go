package memory

import (
	"context"
	"runtime"

	"github.com/tenon-go/tenon/spec"
)

// sweepBatch is how many sessions a sweep looks at before it lets go of mu.
const sweepBatch = 128

// DeleteExpiredSessions deletes at most sweep.Limit sessions that have expired at
// sweep.Now, those that expired first before others. It takes them from a queue and
// stops at the first that is alive. It lets other writers in after every
// sweepBatch of them; that is also when it looks at ctx.
func (a Adapter) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	var n int64
	for {
		deleted, done := a.sweep(sweep, int64(sweep.Limit)-n)
		n += deleted
		if done || n == int64(sweep.Limit) {
			return n, nil
		}
		if err := ctx.Err(); err != nil {
			return n, err
		}
		runtime.Gosched() // to a writer that the unlocking has woken
	}
}

// sweep deletes one batch, and at most limit sessions. It reports how many, and
// whether no more have expired.
func (st *store) sweep(sweep spec.Sweep, limit int64) (deleted int64, done bool) {
	now := sweep.Now.UnixMilli()
	st.mu.Lock()
	defer st.mu.Unlock()
	candidates := &st.expiry
	if !sweep.Everyone {
		u := st.users.get(sweep.UserID)
		if u == nil {
			return 0, true
		}
		candidates = &u.sessions
	}
	renewed := func(s *session) bool {
		alive := s.expiresAt > s.queued
		if alive {
			st.requeue(s, s.expiresAt)
		}
		return alive
	}
	for range sweepBatch {
		s := candidates.first(now)
		if s == nil {
			return deleted, true
		}
		if st.takeOut(s, renewed) {
			deleted++
		}
		if deleted == limit {
			break
		}
	}
	return deleted, false
}

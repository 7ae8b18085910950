package memory

import (
	"context"
	"runtime"

	"github.com/tenon-go/tenon/spec"
)

// sweepBatch is how many sessions a sweep examines before it unlocks mu.
const sweepBatch = 64

// DeleteExpiredSessions deletes at most sweep.Limit sessions that have expired at
// sweep.Now, in the order in which they expired. It takes them from a queue and stops at
// the first one that has not expired. After every sweepBatch sessions it checks ctx and
// lets other writers run.
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
		runtime.Gosched() // lets a writer run that waited for mu
	}
}

// sweep deletes one batch of at most limit sessions. It returns how many it deleted,
// and whether no other session has expired.
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
	renewed := func(e entry) bool {
		alive := e.session.expiresAt > e.session.queued()
		if alive {
			st.requeue(e, e.session.expiresAt)
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

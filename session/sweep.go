package session

import (
	"context"
	"time"

	"github.com/tenon-go/tenon/session/internal/sweep"
	"github.com/tenon-go/tenon/spec"
)

// sweepLimit is how many rows one call of the store deletes at most, so that a
// sweep of millions of rows blocks no other call.
const sweepLimit = 1000

// DeleteExpired deletes the expired sessions of a user. For an unknown user it
// returns nil.
func (m *Manager[U, S]) DeleteExpired(ctx context.Context, userID string) error {
	if userID == "" { // sweep would delete the sessions of all users
		return nil
	}
	if _, err := m.sweep(ctx, userID); err != nil {
		return err
	}
	// The remaining expired sessions are past a lifetime in the config that was
	// longer when their lease was stored. No renewal can save them.
	now := m.config.Now()
	rows, err := m.store.UserSessions(ctx, userID)
	if err != nil {
		return err
	}
	for i := range rows {
		if rows[i].Lease.State(now) == spec.Expired || !m.expired(&rows[i], now) {
			continue
		}
		if err := m.end(ctx, ID(rows[i].ID), userID, Expired); err != nil {
			return err
		}
	}
	return nil
}

// Sweep deletes, in batches, the sessions of all users, and anonymous ones, whose
// lease has expired. It returns how many it deleted, even with an error. A session
// that has expired only because the absolute lifetime was shortened is deleted by
// the first sweep after its lease has expired too.
func (m *Manager[U, S]) Sweep(ctx context.Context) (int64, error) { return m.sweep(ctx, "") }

func (m *Manager[U, S]) sweep(ctx context.Context, userID string) (int64, error) {
	return m.sweepUntil(ctx, userID, m.config.Now(), Expired)
}

// sweepUntil deletes the sessions of a user whose lease has expired at now, or, if
// userID is empty, such sessions of all users and anonymous ones.
func (m *Manager[U, S]) sweepUntil(ctx context.Context, userID string, now time.Time, reason Reason) (int64, error) {
	var total int64
	for {
		n, err := m.store.DeleteExpiredSessions(ctx, spec.Sweep{Now: now, UserID: userID, Everyone: userID == "", Limit: sweepLimit})
		total += n
		// While others sweep, fewer rows than the limit do not mean that none is left.
		if err != nil || n == 0 {
			m.observeEnded(ctx, userID, total, reason)
			return total, err
		}
	}
}

// Run calls Sweep about once per [Config].SweepInterval until ctx is done. The
// interval varies by up to a tenth, and the first one has a random length, so that
// processes that start together do not sweep together. If a sweep fails, Run logs
// the error and continues with the next. Call Run in a goroutine:
//
//	go manager.Run(ctx)
func (m *Manager[U, S]) Run(ctx context.Context) {
	sweep.Run(ctx, m.config.SweepInterval, func(ctx context.Context) {
		_, err := m.Sweep(ctx)
		m.warn(ctx, "session: expired sessions were not deleted", err)
	})
}

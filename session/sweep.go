package session

import (
	"context"
	"time"

	"github.com/tenon-go/tenon/session/internal/sweep"
	"github.com/tenon-go/tenon/spec"
)

// sweepLimit is how many rows one call of the store deletes at most, so that
// a sweep of millions holds no call up.
const sweepLimit = 1000

// DeleteExpired deletes the expired sessions of a user. An unknown user has none,
// which is no error.
func (m *Manager[U, S]) DeleteExpired(ctx context.Context, userID string) error {
	if userID == "" { // to sweep it would mean everyone
		return nil
	}
	if _, err := m.sweep(ctx, userID); err != nil {
		return err
	}
	// What is left has expired by the config alone: its lease was stored when the
	// lifetime was longer. No renewal can save it.
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

// Sweep deletes the sessions of everyone, anonymous ones too, whose lease has
// expired, in batches, and returns how many it deleted, also when an error ends
// it. A session that has expired only because the absolute lifetime was shortened
// is deleted when its lease has expired as well.
func (m *Manager[U, S]) Sweep(ctx context.Context) (int64, error) { return m.sweep(ctx, "") }

func (m *Manager[U, S]) sweep(ctx context.Context, userID string) (int64, error) {
	return m.sweepUntil(ctx, userID, m.config.Now(), Expired)
}

// sweepUntil deletes the sessions of a user, or of everyone, whose lease has
// expired at now.
func (m *Manager[U, S]) sweepUntil(ctx context.Context, userID string, now time.Time, reason Reason) (int64, error) {
	var total int64
	for {
		n, err := m.store.DeleteExpiredSessions(ctx, spec.Sweep{Now: now, UserID: userID, Everyone: userID == "", Limit: sweepLimit})
		total += n
		// Fewer than the limit does not mean done while others sweep.
		if err != nil || n == 0 {
			m.observeEnded(ctx, userID, total, reason)
			return total, err
		}
	}
}

// Run sweeps, as Sweep does, about once in every [Config].SweepInterval until
// ctx is done, and then returns. The interval varies by a tenth and the first
// one is of random length, so that processes started together do not sweep
// together. A sweep that fails is logged, and the next comes in its turn. The
// caller runs it where it likes:
//
//	go manager.Run(ctx)
func (m *Manager[U, S]) Run(ctx context.Context) {
	sweep.Run(ctx, m.config.SweepInterval, func(ctx context.Context) {
		_, err := m.Sweep(ctx)
		m.warn(ctx, "session: expired sessions were not deleted", err)
	})
}

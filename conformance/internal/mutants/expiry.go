package mutants

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// expiryMutants returns mutants whose store deletes expired sessions by its own clock,
// which they declare.
func expiryMutants() []Mutant {
	return []Mutant{
		{Name: "sessions_expire_when_they_are_no_longer_active", Clause: "TIM-05", Subject: expiring(func(a *expiry) {
			a.end = func(l spec.Lease) time.Time {
				if time.Until(l.ExpiresAt) > 48*time.Hour { // an expiry that the suite has shifted
					return l.ExpiresAt
				}
				return l.ActiveUntil
			}
		})},
		{Name: "a_swap_leaves_the_time_of_expiry", Clause: "TIM-05", Shipped: "a Redis adapter", Subject: expiring(func(a *expiry) { a.swapLease = a.inner.SwapLease })},
		{Name: "a_stale_swap_moves_the_time_of_expiry", Clause: "TIM-05", Subject: expiring(func(a *expiry) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				a.expire(id, to)
				return a.rows.SwapLease(ctx, id, from, to)
			}
		})},
		{Name: "an_update_takes_the_time_of_expiry_away", Clause: "TIM-05", Shipped: "SET in Redis, without KEEPTTL", Subject: expiring(func(a *expiry) {
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				a.expire(id, spec.Lease{ExpiresAt: time.Now().AddDate(1000, 0, 0)})
				return a.rows.UpdateSession(ctx, id, change)
			}
		})},
		{Name: "sessions_expire_in_whole_seconds_rounded_down", Clause: "TIM-05", Shipped: "EXPIREAT in Redis", Subject: expiring(func(a *expiry) {
			a.end = func(l spec.Lease) time.Time { return l.ExpiresAt.Truncate(time.Second) }
		})},
		{Name: "sessions_expire_in_whole_seconds_rounded", Clause: "TIM-05", Subject: expiring(func(a *expiry) {
			a.end = func(l spec.Lease) time.Time { return l.ExpiresAt.Round(time.Second) }
		})},
		{Name: "sessions_expire_long_after_the_slack", Clause: "TIM-05", Subject: expiring(func(a *expiry) {
			a.end = func(l spec.Lease) time.Time { return l.ExpiresAt.Add(time.Hour) }
		})},
		{Name: "a_list_keeps_ids_that_expired", Clause: "TIM-05", Shipped: "a Redis adapter", Subject: expiring(func(a *expiry) {
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				list, err := a.rows.UserSessions(ctx, userID)
				for _, id := range a.listed(userID) {
					session, err := a.Session(ctx, id)
					if err == nil && session.UserID != userID {
						list = append(list, session)
					}
				}
				return list, err
			}
		})},
		{Name: "deleting_all_but_some_takes_ids_that_expired", Clause: "TIM-05", Shipped: "a Redis adapter", Subject: expiring(func(a *expiry) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				n, err := a.rows.DeleteUserSessions(ctx, userID, keep)
				return n, errors.Join(err, a.deleteListed(ctx, userID, keep))
			}
		})},
		{Name: "a_sweep_of_a_user_takes_ids_that_expired", Clause: "TIM-05", Subject: expiring(func(a *expiry) {
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				n, err := a.rows.DeleteExpiredSessions(ctx, sweep)
				return n, errors.Join(err, a.deleteListed(ctx, sweep.UserID, nil))
			}
		})},
		{Name: "delete_user_takes_ids_that_expired", Clause: "TIM-05", Subject: expiring(func(a *expiry) {
			a.deleteUser = func(ctx context.Context, id string) error {
				return errors.Join(a.rows.DeleteUser(ctx, id), a.deleteListed(ctx, id, nil))
			}
		})},
		{Name: "unique_values_outlive_a_session_that_expired", Clause: "TIM-05", Shipped: "indexes that are kept by hand", Subject: expiring(func(a *expiry) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				for _, old := range a.expired() {
					if old.ID != session.ID && len(old.Attributes) > 0 && reflect.DeepEqual(old.Attributes, session.Attributes) {
						return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "DeviceID"}
					}
				}
				return a.rows.CreateSession(ctx, session)
			}
		})},
	}
}

// expiry is an adapter whose store deletes sessions at times that it keeps separately.
type expiry struct {
	*altered
	*expirer
}

// expiring returns a subject whose store deletes expired sessions at once, which it
// declares, with one part altered.
func expiring(alter func(*expiry)) conformance.Subject {
	return subject(func(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
		e := &expirer{inner: openHealthy(t, s, columns), ends: map[string]time.Time{}}
		e.end = func(l spec.Lease) time.Time { return l.ExpiresAt }
		a := &altered{rows: e.purging()}
		alter(&expiry{a, e})
		declares(a, func(c *spec.Weaknesses) { c.Expires, c.ExpirySlack = true, time.Millisecond })
		return a
	})
}

// expirer deletes the expired sessions of a store without a clock.
type expirer struct {
	inner rows
	end   func(spec.Lease) time.Time // returns when a session with this lease ends

	mu    sync.Mutex
	ends  map[string]time.Time // ends by session id
	ended []spec.SessionRow
}

// expire sets when a session ends.
func (e *expirer) expire(id string, lease spec.Lease) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ends[id] = e.end(lease)
}

// purge deletes the sessions that have ended.
func (e *expirer) purge() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for id, end := range e.ends {
		if !time.Now().Before(end) {
			delete(e.ends, id)
			if session, err := e.inner.Session(context.Background(), id); err == nil {
				e.ended = append(e.ended, session)
			}
			_ = e.inner.DeleteSession(context.Background(), id) // fails after the store was closed
		}
	}
}

// expired returns the sessions that purge has deleted.
func (e *expirer) expired() []spec.SessionRow {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.ended)
}

// listed returns the ids of those that belonged to a user.
func (e *expirer) listed(userID string) []string {
	var ids []string
	for _, session := range e.expired() {
		if session.UserID == userID {
			ids = append(ids, session.ID)
		}
	}
	return ids
}

// deleteListed deletes them, except those to keep.
func (e *expirer) deleteListed(ctx context.Context, userID string, keep []string) error {
	for _, id := range e.listed(userID) {
		if slices.Contains(keep, id) {
			continue
		}
		if err := e.inner.DeleteSession(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// purging returns the store, which before every call deletes the sessions that have ended.
func (e *expirer) purging() rows {
	return &altered{rows: e.inner,
		sessionAndUser: func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
			e.purge()
			return e.inner.SessionAndUser(ctx, id)
		},
		deleteUser: func(ctx context.Context, id string) error {
			e.purge()
			return e.inner.DeleteUser(ctx, id)
		},
		createSession: func(ctx context.Context, session spec.SessionRow) error {
			e.purge()
			err := e.inner.CreateSession(ctx, session)
			if err == nil {
				e.expire(session.ID, session.Lease)
			}
			return err
		},
		session: func(ctx context.Context, id string) (spec.SessionRow, error) {
			e.purge()
			return e.inner.Session(ctx, id)
		},
		userSessions: func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
			e.purge()
			return e.inner.UserSessions(ctx, userID)
		},
		updateSession: func(ctx context.Context, id string, change spec.Change) error {
			e.purge()
			return e.inner.UpdateSession(ctx, id, change)
		},
		swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
			e.purge()
			err := e.inner.SwapLease(ctx, id, from, to)
			if err == nil {
				e.expire(id, to)
			}
			return err
		},
		deleteUserSessions: func(ctx context.Context, userID string, keep []string) (int64, error) {
			e.purge()
			return e.inner.DeleteUserSessions(ctx, userID, keep)
		},
		deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
			e.purge()
			return e.inner.DeleteExpiredSessions(ctx, sweep)
		},
	}
}

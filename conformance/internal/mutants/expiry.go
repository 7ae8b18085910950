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
			a.before(spec.OpSwapLease, func(c *call) { a.expire(c.id, c.to) })
		})},
		{Name: "an_update_takes_the_time_of_expiry_away", Clause: "TIM-05", Shipped: "SET in Redis, without KEEPTTL", Subject: expiring(func(a *expiry) {
			a.before(spec.OpUpdateSession, func(c *call) { a.expire(c.id, spec.Lease{ExpiresAt: time.Now().AddDate(1000, 0, 0)}) })
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
			a.after(spec.OpUserSessions, func(c *call) {
				for _, id := range a.listed(c.id) {
					session, err := a.Session(c.ctx, id)
					if err == nil && session.UserID != c.id {
						c.list = append(c.list, session)
					}
				}
			})
		})},
		{Name: "deleting_all_but_some_takes_ids_that_expired", Clause: "TIM-05", Shipped: "a Redis adapter",
			Subject: expiring(func(a *expiry) { a.after(spec.OpDeleteUserSessions, a.deleteListed) })},
		{Name: "a_sweep_of_a_user_takes_ids_that_expired", Clause: "TIM-05", Subject: expiring(func(a *expiry) { a.after(spec.OpDeleteExpiredSessions, a.deleteListed) })},
		{Name: "delete_user_takes_ids_that_expired", Clause: "TIM-05", Subject: expiring(func(a *expiry) { a.after(spec.OpDeleteUser, a.deleteListed) })},
		{Name: "unique_values_outlive_a_session_that_expired", Clause: "TIM-05", Shipped: "indexes that are kept by hand", Subject: expiring(func(a *expiry) {
			a.before(spec.OpCreateSession, func(c *call) {
				for _, old := range a.expired() {
					if old.ID != c.id && len(old.Attributes) > 0 && reflect.DeepEqual(old.Attributes, c.session.Attributes) {
						c.answer(&spec.ConstraintError{Kind: spec.NotUnique, Attribute: "DeviceID"})
					}
				}
			})
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

// deleteListed deletes them after a call about a user, except those to keep.
func (e *expirer) deleteListed(c *call) {
	for _, id := range e.listed(c.id) {
		if !slices.Contains(c.keep, id) {
			c.err = errors.Join(c.err, e.inner.DeleteSession(c.ctx, id))
		}
	}
}

// purging returns the store, which before every call deletes the sessions that have ended.
func (e *expirer) purging() rows {
	a := &altered{rows: e.inner}
	a.before(everyCall, func(*call) { e.purge() })
	a.after(spec.OpCreateSession, func(c *call) {
		if c.err == nil {
			e.expire(c.id, c.session.Lease)
		}
	})
	a.after(spec.OpSwapLease, func(c *call) {
		if c.err == nil {
			e.expire(c.id, c.to)
		}
	})
	return a
}

package memory

import (
	"context"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

// CreateSession inserts a session.
func (a Adapter) CreateSession(_ context.Context, row sessionRow) error {
	s := &session{
		row:         packSession(&row),
		credential:  strings.Clone(row.Credential),
		activeUntil: row.ActiveUntil.UnixMilli(),
		expiresAt:   row.ExpiresAt.UnixMilli(),
		order:       orderOf(row.ExpiresAt.UnixMilli(), a.sessions.number(row.ID)),
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.sessions.get(row.ID).session != nil {
		return spec.ErrSessionExists
	}
	u, err := a.userOf(&row)
	if err != nil {
		return err
	}
	if err := a.sessionKeys.checkUnique(s, cellsIn(s.row)); err != nil {
		return err
	}
	a.add(s, u)
	return nil
}

// UpdateSession applies a change of attributes.
func (a Adapter) UpdateSession(_ context.Context, id string, change spec.Change) error {
	unique := a.sessionKeys.changes(change)
	if unique {
		a.mu.Lock()
		defer a.mu.Unlock()
	}
	part := a.sessions.shardFor(id)
	part.Lock()
	defer part.Unlock()
	e := part.rows[id]
	s := e.session
	if s == nil || !e.userExists() {
		return spec.ErrSessionNotFound
	}
	if len(change.Places) == 0 {
		return nil
	}
	var space [512]byte
	at := head(s.row)
	row := string(appendChanged(append(space[:0], s.row[:at]...), s.row[at:], change))
	if unique {
		if err := a.sessionKeys.checkUnique(s, row[at:]); err != nil {
			return err
		}
		a.sessionKeys.replace(s, s.row[at:], row[at:])
	}
	delete(part.rows, id) // delete the key, which is a part of the old row
	part.rows[idIn(row)] = e
	s.row = row
	return nil
}

// SwapLease replaces the session's lease with to if the lease equals from.
func (a Adapter) SwapLease(_ context.Context, id string, from, to spec.Lease) error {
	to.Credential = strings.Clone(to.Credential) // it may be a part of a large string
	if swapped, err := a.swapLease(id, from, to, false); swapped || err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	_, err := a.swapLease(id, from, to, true)
	return err
}

// swapLease swaps a lease. If the new lease requires a change of the queues, for which
// the caller must hold mu, and it does not, swapLease does nothing and returns false
// and no error.
func (st *store) swapLease(id string, from, to spec.Lease, holdsMu bool) (swapped bool, err error) {
	part := st.sessions.shardFor(id)
	part.Lock()
	defer part.Unlock()
	e := part.rows[id]
	s := e.session
	if s == nil || !e.userExists() {
		return false, spec.ErrSessionNotFound
	}
	if s.activeUntil != from.ActiveUntil.UnixMilli() || s.expiresAt != from.ExpiresAt.UnixMilli() || s.credential != from.Credential {
		return false, spec.ErrStale
	}
	expiresAt := to.ExpiresAt.UnixMilli()
	if expiresAt < s.queued() {
		if !holdsMu {
			return false, nil
		}
		st.requeue(e, expiresAt)
	}
	s.activeUntil, s.expiresAt, s.credential = to.ActiveUntil.UnixMilli(), expiresAt, to.Credential
	return true, nil
}

// requeue moves a session in the queues. The caller holds mu and the lock of the
// session's shard.
func (st *store) requeue(e entry, expiresAt int64) {
	s := e.session
	s.order = orderOf(expiresAt, s.shard())
	st.expiry.move(s)
	if e.user != nil {
		e.user.sessions.move(s)
	}
}

// DeleteSession deletes a session.
func (a Adapter) DeleteSession(_ context.Context, id string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.sessions.get(id).session; s != nil {
		a.remove(s)
	}
	return nil
}

// DeleteUserSessions deletes all sessions of a user except those to keep.
func (a Adapter) DeleteUserSessions(_ context.Context, userID string, keep []string) (int64, error) {
	kept := make(map[string]bool, len(keep))
	for _, id := range keep {
		kept[id] = true
	}
	toKeep := func(e entry) bool { return kept[idIn(e.session.row)] }

	a.mu.Lock()
	defer a.mu.Unlock()
	u := a.users.get(userID)
	if u == nil {
		return 0, nil
	}
	var n int64
	for _, s := range slices.Clone(u.sessions.items) {
		if a.takeOut(s, toKeep) {
			n++
		}
	}
	return n, nil
}

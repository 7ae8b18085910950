package memory

import (
	"context"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

// CreateSession inserts a session.
func (a Adapter) CreateSession(_ context.Context, row sessionRow) error {
	st := a.store
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.sessions.get(row.ID) != nil {
		return spec.ErrSessionExists
	}
	u, err := st.userOf(&row)
	if err != nil {
		return err
	}
	s := &session{user: u}
	if err := st.sessionKeys.checkUnique(s, row.Attributes); err != nil {
		return err
	}
	st.add(s, &row)
	return nil
}

// Session reads the session with this id.
func (a Adapter) Session(_ context.Context, id string, into *sessionRow) error {
	row, _ := a.read(id)
	return fillSession(into, row)
}

// UserSessions reads all sessions of a user as they were at one instant.
func (a Adapter) UserSessions(_ context.Context, userID string, next func() *sessionRow) error {
	st := a.store
	var rows []*sessionRow
	st.mu.RLock()
	if u := st.users.get(userID); u != nil {
		rows = make([]*sessionRow, len(u.sessions.items))
		for i, s := range u.sessions.items {
			rows[i] = s.row.Load()
		}
	}
	st.mu.RUnlock()
	for _, row := range rows {
		if err := fillSession(next(), row); err != nil {
			return err
		}
	}
	return nil
}

// UpdateSession applies a change of attributes.
func (a Adapter) UpdateSession(_ context.Context, id string, change spec.Change) error {
	st := a.store
	st.mu.Lock()
	defer st.mu.Unlock()
	s := st.sessions.get(id)
	if s == nil {
		return spec.ErrSessionNotFound
	}
	row := *s.row.Load()
	old := row.Attributes
	row.Attributes = change.Apply(old)
	if err := st.sessionKeys.checkUnique(s, row.Attributes); err != nil {
		return err
	}
	st.sessionKeys.replace(s, old, row.Attributes)
	s.row.Store(&row)
	return nil
}

// SwapLease replaces the session's lease by to if it is equal to from.
func (a Adapter) SwapLease(_ context.Context, id string, from, to spec.Lease) error {
	st := a.store
	st.mu.Lock()
	defer st.mu.Unlock()
	s := st.sessions.get(id)
	if s == nil {
		return spec.ErrSessionNotFound
	}
	row := *s.row.Load()
	if !row.Lease.Equal(from) {
		return spec.ErrStale
	}
	row.Lease = to
	s.row.Store(&row)
	st.expiry.move(s)
	if s.user != nil {
		s.user.sessions.move(s)
	}
	return nil
}

// DeleteSession deletes a session.
func (a Adapter) DeleteSession(_ context.Context, id string) error {
	st := a.store
	st.mu.Lock()
	defer st.mu.Unlock()
	if s := st.sessions.get(id); s != nil {
		st.remove(s)
	}
	return nil
}

// DeleteUserSessions deletes all sessions of a user but those to keep.
func (a Adapter) DeleteUserSessions(_ context.Context, userID string, keep []string) (int64, error) {
	kept := make(map[string]bool, len(keep))
	for _, id := range keep {
		kept[id] = true
	}

	st := a.store
	st.mu.Lock()
	defer st.mu.Unlock()
	u := st.users.get(userID)
	if u == nil {
		return 0, nil
	}
	var n int64
	for _, s := range slices.Clone(u.sessions.items) {
		if !kept[s.row.Load().ID] {
			st.remove(s)
			n++
		}
	}
	return n, nil
}

// DeleteExpiredSessions deletes at most sweep.Limit sessions that have expired at
// sweep.Now, those that expired first before others. It takes them from a queue and
// stops at the first that is alive. Other writers wait until it has ended.
func (a Adapter) DeleteExpiredSessions(_ context.Context, sweep spec.Sweep) (int64, error) {
	st := a.store
	st.mu.Lock()
	defer st.mu.Unlock()
	candidates := &st.expiry
	if !sweep.Everyone {
		u := st.users.get(sweep.UserID)
		if u == nil {
			return 0, nil
		}
		candidates = &u.sessions
	}
	var n int64
	for n < int64(sweep.Limit) {
		s := candidates.firstExpired(sweep.Now)
		if s == nil {
			break
		}
		st.remove(s)
		n++
	}
	return n, nil
}

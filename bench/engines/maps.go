package engines

import (
	"context"
	"sync"
)

// lockedMap is a simple hand-written store: two maps under one lock.
type lockedMap struct {
	mu       sync.RWMutex
	sessions map[string]session
	users    map[string]user
}

func openLockedMap(_ context.Context, at *Place) (*Client, error) {
	m := &lockedMap{sessions: map[string]session{}, users: map[string]user{}}
	FillMaps(at.Set, func(s session) { m.sessions[s.ID] = s }, func(u user) { m.users[u.ID] = u })
	change := func(id string, f func(*session) error) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		s, ok := m.sessions[id]
		if !ok {
			return ErrAbsent
		}
		err := f(&s)
		if err == nil {
			m.sessions[id] = s
		}
		return err
	}
	return &Client{
		SessionAndUser: func(_ context.Context, id string) (session, user, error) {
			m.mu.RLock()
			defer m.mu.RUnlock()
			s, ok := m.sessions[id]
			if !ok {
				return session{}, user{}, ErrAbsent
			}
			return s, m.users[s.UserID], nil
		},
		Session: func(_ context.Context, id string) (session, error) {
			m.mu.RLock()
			defer m.mu.RUnlock()
			s, ok := m.sessions[id]
			if !ok {
				return session{}, ErrAbsent
			}
			return s, nil
		},
		Create: func(_ context.Context, s *session) error {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.sessions[s.ID] = *s
			return nil
		},
		Swap: func(_ context.Context, from, to *session) error {
			return change(from.ID, func(s *session) error { return SwapHeld(s, from, to) })
		},
		Update: func(_ context.Context, to *session) error {
			return change(to.ID, func(s *session) error { s.Attributes = to.Attributes; return nil })
		},
		Remove: func(_ context.Context, id string) error {
			m.mu.Lock()
			defer m.mu.Unlock()
			delete(m.sessions, id)
			return nil
		},
		addUser: func(_ context.Context, u user) error {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.users[u.ID] = u
			return nil
		},
	}, nil
}

// SwapHeld replaces the lease of a session if it is that of from.
func SwapHeld(s, from, to *session) error {
	if !s.Lease.Equal(from.Lease) {
		return ErrAbsent
	}
	s.Lease = to.Lease
	return nil
}

// FillMaps calls putSession and putUser with all rows of a set.
func FillMaps(set *Set, putSession func(session), putUser func(user)) {
	rows := NewRows(set)
	for i := range set.Sessions {
		putSession(rows.Session(i))
	}
	for i := range set.Users {
		putUser(set.user(i))
	}
}

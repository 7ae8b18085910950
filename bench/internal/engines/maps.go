package engines

import (
	"context"
	"errors"
	"sync"

	"github.com/alexedwards/scs/v2/memstore"
	"github.com/puzpuzpuz/xsync/v4"
)

// lockedMap is what one would write by hand: two maps under one lock.
type lockedMap struct {
	mu       sync.RWMutex
	sessions map[string]session
	users    map[string]user
}

func openLockedMap(_ context.Context, at *place) (*Client, error) {
	m := &lockedMap{sessions: map[string]session{}, users: map[string]user{}}
	fillMaps(at.set, func(s session) { m.sessions[s.ID] = s }, func(u user) { m.users[u.ID] = u })
	change := func(id string, f func(*session) error) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		s, ok := m.sessions[id]
		if !ok {
			return errAbsent
		}
		err := f(&s)
		if err == nil {
			m.sessions[id] = s
		}
		return err
	}
	return &Client{
		sessionAndUser: func(_ context.Context, id string) (session, user, error) {
			m.mu.RLock()
			defer m.mu.RUnlock()
			s, ok := m.sessions[id]
			if !ok {
				return session{}, user{}, errAbsent
			}
			return s, m.users[s.UserID], nil
		},
		session: func(_ context.Context, id string) (session, error) {
			m.mu.RLock()
			defer m.mu.RUnlock()
			s, ok := m.sessions[id]
			if !ok {
				return session{}, errAbsent
			}
			return s, nil
		},
		create: func(_ context.Context, s *session) error {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.sessions[s.ID] = *s
			return nil
		},
		swap: func(_ context.Context, from, to *session) error {
			return change(from.ID, func(s *session) error { return swapHeld(s, from, to) })
		},
		update: func(_ context.Context, to *session) error {
			return change(to.ID, func(s *session) error { s.Attributes = to.Attributes; return nil })
		},
		remove: func(_ context.Context, id string) error {
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

func swapHeld(s, from, to *session) error {
	if !s.Lease.Equal(from.Lease) {
		return errAbsent
	}
	s.Lease = to.Lease
	return nil
}

func openXsync(_ context.Context, at *place) (*Client, error) {
	sessions, users := xsync.NewMap[string, session](), xsync.NewMap[string, user]()
	fillMaps(at.set, func(s session) { sessions.Store(s.ID, s) }, func(u user) { users.Store(u.ID, u) })
	change := func(id string, f func(*session) error) (err error) {
		sessions.Compute(id, func(s session, found bool) (session, xsync.ComputeOp) {
			if err = errAbsent; found {
				err = f(&s)
			}
			if err != nil {
				return s, xsync.CancelOp
			}
			return s, xsync.UpdateOp
		})
		return err
	}
	find := func(_ context.Context, id string) (session, error) {
		s, ok := sessions.Load(id)
		if !ok {
			return session{}, errAbsent
		}
		return s, nil
	}
	return &Client{
		sessionAndUser: func(ctx context.Context, id string) (session, user, error) {
			s, err := find(ctx, id)
			u, _ := users.Load(s.UserID)
			return s, u, err
		},
		session: find,
		create:  func(_ context.Context, s *session) error { sessions.Store(s.ID, *s); return nil },
		swap: func(_ context.Context, from, to *session) error {
			return change(from.ID, func(s *session) error { return swapHeld(s, from, to) })
		},
		update: func(_ context.Context, to *session) error {
			return change(to.ID, func(s *session) error { s.Attributes = to.Attributes; return nil })
		},
		remove: func(_ context.Context, id string) error { sessions.Delete(id); return nil },
	}, nil
}

// openMemstore opens scs's store in memory.
func openMemstore(_ context.Context, at *place) (*Client, error) {
	s, err := newMemstore(at.set)
	if err != nil {
		return nil, err
	}
	return scsClient(s, nil), nil
}

// newMemstore returns scs's store with the sessions of the set.
func newMemstore(set *Set) (*memstore.MemStore, error) {
	s := memstore.NewWithCleanupInterval(0)
	var failed error
	fillMaps(set, func(row session) {
		data, err := scsEncode(&row)
		failed = errors.Join(failed, err, s.Commit(row.ID, data, row.ExpiresAt))
	}, func(user) {})
	return s, failed
}

// fillMaps gives all rows of a set to what puts them into a map.
func fillMaps(set *Set, putSession func(session), putUser func(user)) {
	rows := newRows(set)
	for i := range set.Sessions {
		putSession(rows.session(i))
	}
	for i := range set.Users {
		putUser(set.user(i))
	}
}

package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
	"github.com/tenon-go/tenon/spec/index"
)

// stored is a session as the file keeps it, in JSON.
type stored = spec.Session[json.RawMessage]

// CreateSession implements spec.SessionAdapter.
func (a *Adapter) CreateSession(ctx context.Context, session spec.SessionRow) error {
	return a.update(ctx, func(t tx) error {
		switch {
		case t.sessions.has(session.ID):
			return spec.ErrSessionExists
		case session.UserID != "" && !t.users.has(session.UserID):
			return spec.ErrUserNotFound
		}
		if err := t.list().Put(listKey(session.UserID, session.ID), nil); err != nil {
			return err
		}
		attributes, err := t.sessions.replace(session.ID, nil, session.Attributes)
		if err != nil {
			return err
		}
		return t.putSession(spec.SessionWith(session, attributes))
	})
}

// Session implements spec.SessionAdapter.
func (a *Adapter) Session(_ context.Context, id string, into *spec.SessionRow) error {
	return a.view(func(t tx) error { return t.readSession(id, into) })
}

// SessionAndUser implements spec.Adapter.
func (a *Adapter) SessionAndUser(_ context.Context, id string, session *spec.SessionRow, user *spec.UserRow) error {
	return a.view(func(t tx) error {
		if err := t.readSession(id, session); err != nil || session.UserID == "" {
			return err
		}
		return t.readUser(session.UserID, user)
	})
}

// UserSessions implements spec.SessionAdapter.
func (a *Adapter) UserSessions(_ context.Context, userID string, next func() *spec.SessionRow) error {
	return a.view(func(t tx) error {
		for _, id := range t.sessionsOf(userID) {
			if err := t.readSession(id, next()); err != nil {
				return err
			}
		}
		return nil
	})
}

// UpdateSession implements spec.SessionAdapter.
func (a *Adapter) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	return a.update(ctx, func(t tx) error {
		s, old, err := t.sessionAndAttributes(id)
		if err != nil {
			return err
		}
		s.Attributes, err = t.sessions.replace(id, old, change.Apply(old))
		if err != nil {
			return err
		}
		return t.putSession(s)
	})
}

// SwapLease implements spec.SessionAdapter.
func (a *Adapter) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	return a.update(ctx, func(t tx) error {
		s, err := t.session(id)
		if err != nil {
			return err
		}
		if !s.Lease.Equal(from) {
			return spec.ErrStale
		}
		if err := t.expiry().Delete(expiryKey(s)); err != nil {
			return err
		}
		s.Lease = to
		return t.putSession(s)
	})
}

// DeleteSession implements spec.SessionAdapter.
func (a *Adapter) DeleteSession(ctx context.Context, id string) error {
	return a.update(ctx, func(t tx) error {
		if !t.sessions.has(id) {
			return nil
		}
		return t.deleteSessions([]string{id})
	})
}

// DeleteUserSessions implements spec.SessionAdapter.
func (a *Adapter) DeleteUserSessions(ctx context.Context, userID string, keep []string) (n int64, err error) {
	err = a.update(ctx, func(t tx) error {
		ids := slices.DeleteFunc(t.sessionsOf(userID), func(id string) bool { return slices.Contains(keep, id) })
		n = int64(len(ids))
		return t.deleteSessions(ids)
	})
	return n, err
}

// DeleteExpiredSessions implements spec.SessionAdapter.
func (a *Adapter) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (n int64, err error) {
	err = a.update(ctx, func(t tx) error {
		expired := t.expired(sweep)
		n = int64(len(expired))
		return t.deleteSessions(expired)
	})
	if err != nil {
		return 0, err // the deletions are rolled back
	}
	return n, nil
}

// expired returns the ids of the sessions that a sweep deletes.
func (t tx) expired(sweep spec.Sweep) []string {
	now := index.Time(sweep.Now)
	var ids []string
	c := t.expiry().Cursor()
	for key, userID := c.First(); key != nil && string(key[:len(now)]) <= now && len(ids) < sweep.Limit; key, userID = c.Next() {
		if sweep.Everyone || string(userID) == sweep.UserID {
			ids = append(ids, string(key[len(now):]))
		}
	}
	return ids
}

// session returns a session as the file keeps it.
func (t tx) session(id string) (s stored, err error) {
	data := t.sessions.rows().Get([]byte(id))
	if data == nil {
		return s, spec.ErrSessionNotFound
	}
	err = json.Unmarshal(data, &s)
	return s, err
}

// sessionAndAttributes also returns the session's attributes as values.
func (t tx) sessionAndAttributes(id string) (s stored, attributes []any, err error) {
	if s, err = t.session(id); err == nil {
		attributes, err = attr.DecodeRow(t.sessions.fields, s.Attributes)
	}
	return s, attributes, err
}

// readSession reads the session with this id into a row.
func (t tx) readSession(id string, into *spec.SessionRow) error {
	s, attributes, err := t.sessionAndAttributes(id)
	if err != nil {
		return err
	}
	*into = spec.SessionWith(s, into.Attributes) // keeps the pointers
	return attr.SetAll(into.Attributes, attributes)
}

// putSession writes a session, and its key among those that expire.
func (t tx) putSession(s stored) error {
	if err := t.expiry().Put(expiryKey(s), []byte(s.UserID)); err != nil {
		return err
	}
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return t.sessions.rows().Put([]byte(s.ID), data)
}

// deleteSessions deletes existing sessions, and the entries that refer to them.
func (t tx) deleteSessions(ids []string) error {
	for _, id := range ids {
		s, old, err := t.sessionAndAttributes(id)
		if err != nil {
			return err
		}
		if err := errors.Join(t.sessions.moveKeys(id, old, nil), t.list().Delete(listKey(s.UserID, id)),
			t.expiry().Delete(expiryKey(s)), t.sessions.rows().Delete([]byte(id))); err != nil {
			return err
		}
	}
	return nil
}

// listKey returns the key of a session in the list of its user. Ids contain no NUL, so no
// user's prefix is a prefix of another user's keys.
func listKey(userID, sessionID string) []byte { return []byte(userID + "\x00" + sessionID) }

// expiryKey returns the key of a session among those that expire.
func expiryKey(s stored) []byte { return []byte(index.Time(s.ExpiresAt) + s.ID) }

// sessionsOf returns the ids of a user's sessions.
func (t tx) sessionsOf(userID string) []string {
	prefix := listKey(userID, "")
	var ids []string
	c := t.list().Cursor()
	for key, _ := c.Seek(prefix); bytes.HasPrefix(key, prefix); key, _ = c.Next() {
		ids = append(ids, string(key[len(prefix):]))
	}
	return ids
}

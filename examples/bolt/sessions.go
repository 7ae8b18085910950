package bolt

import (
	"cmp"
	"context"
	"slices"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// CreateSession implements spec.SessionAdapter.
func (a *Adapter[U, S]) CreateSession(ctx context.Context, session spec.Session[S]) error {
	return a.update(ctx, spec.OpCreateSession, func(t tx) error {
		s, err := session.Normal()
		if err != nil {
			return err
		}
		values, err := spec.Values(a.sessions, s.Attributes, attr.All[S]())
		if err != nil {
			return err
		}
		switch {
		case t.sessions().Get([]byte(s.ID)) != nil:
			return spec.ErrSessionExists
		case s.UserID != "" && t.users().Get([]byte(s.UserID)) == nil:
			return spec.ErrUserNotFound
		}
		if err := t.keep(sessionKeys, a.sessions.Fields(), s.ID, nil, values); err != nil {
			return err
		}
		if s.UserID != "" {
			if err := t.list().Put(listKey(s.UserID, s.ID), nil); err != nil {
				return err
			}
		}
		r := row{UserID: s.UserID, CreatedAt: s.CreatedAt.UnixMilli()}
		r.setLease(s.Lease)
		return a.putSession(t, s.ID, r, s.Attributes)
	})
}

// Session implements spec.SessionAdapter.
func (a *Adapter[U, S]) Session(ctx context.Context, id string) (spec.Session[S], error) {
	var s spec.Session[S]
	err := a.view(ctx, spec.OpSession, func(t tx) (err error) {
		s, err = a.getSession(t, id)
		return err
	})
	return s, err
}

// SessionAndUser implements spec.Adapter.
func (a *Adapter[U, S]) SessionAndUser(ctx context.Context, id string) (spec.Session[S], spec.User[U], error) {
	var s spec.Session[S]
	var u spec.User[U]
	err := a.view(ctx, spec.OpSessionAndUser, func(t tx) (err error) {
		if s, err = a.getSession(t, id); err != nil || s.UserID == "" {
			return err
		}
		u, err = a.getUser(t, s.UserID)
		return err
	})
	return s, u, err
}

// UserSessions implements spec.SessionAdapter.
func (a *Adapter[U, S]) UserSessions(ctx context.Context, userID string) ([]spec.Session[S], error) {
	var list []spec.Session[S]
	err := a.view(ctx, spec.OpUserSessions, func(t tx) error {
		for id := range t.sessionIDs(userID) {
			s, err := a.getSession(t, id)
			if err != nil {
				return err
			}
			list = append(list, s)
		}
		return nil
	})
	slices.SortFunc(list, func(x, y spec.Session[S]) int {
		return cmp.Or(x.CreatedAt.Compare(y.CreatedAt), cmp.Compare(x.ID, y.ID))
	})
	return list, err
}

// UpdateSession implements spec.SessionAdapter.
func (a *Adapter[U, S]) UpdateSession(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
	return a.update(ctx, spec.OpUpdateSession, func(t tx) error {
		if _, err := spec.Values(a.sessions, attributes, mask); err != nil {
			return err
		}
		r, err := t.row(id)
		if err != nil {
			return err
		}
		var old S
		if err := a.sessions.Decode(r.Attributes, &old); err != nil {
			return err
		}
		changed := old
		if err := a.sessions.Merge(&changed, attributes, mask); err != nil {
			return err
		}
		if err := reindex(t, sessionKeys, a.sessions, id, old, changed); err != nil {
			return err
		}
		return a.putSession(t, id, r, changed)
	})
}

// SwapLease implements spec.SessionAdapter.
func (a *Adapter[U, S]) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	return a.update(ctx, spec.OpSwapLease, func(t tx) error {
		for _, lease := range []*spec.Lease{&from, &to} {
			var err error
			if *lease, err = lease.Normal(); err != nil {
				return err
			}
		}
		r, err := t.row(id)
		if err != nil {
			return err
		}
		if !r.lease().Equal(from) {
			return spec.ErrStale
		}
		r.setLease(to)
		return t.putRow(id, r)
	})
}

// DeleteSession implements spec.SessionAdapter.
func (a *Adapter[U, S]) DeleteSession(ctx context.Context, id string) error {
	return a.update(ctx, spec.OpDeleteSession, func(t tx) error {
		err := a.dropSession(t, id)
		if spec.ClassOf(err) == spec.ErrSessionNotFound {
			return nil
		}
		return err
	})
}

// DeleteUserSessions implements spec.SessionAdapter.
func (a *Adapter[U, S]) DeleteUserSessions(ctx context.Context, userID string) (int64, error) {
	return a.deleteUserSessions(ctx, spec.OpDeleteUserSessions, userID, nil)
}

// DeleteUserSessionsExcept implements spec.SessionAdapter.
func (a *Adapter[U, S]) DeleteUserSessionsExcept(ctx context.Context, userID string, keep ...string) (int64, error) {
	const op = spec.OpDeleteUserSessionsExcept
	if len(keep) == 0 {
		return 0, a.update(ctx, op, func(tx) error { return spec.ErrInvalid })
	}
	return a.deleteUserSessions(ctx, op, userID, keep)
}

func (a *Adapter[U, S]) deleteUserSessions(ctx context.Context, op spec.Op, userID string, keep []string) (int64, error) {
	var n int64
	err := a.update(ctx, op, func(t tx) error {
		n = 0
		for id := range t.sessionIDs(userID) {
			if slices.Contains(keep, id) {
				continue
			}
			if err := a.dropSession(t, id); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// DeleteExpiredSessions implements spec.SessionAdapter. It looks at every
// session; an index by expiry would be better, and is left to the reader.
func (a *Adapter[U, S]) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	var dead []string
	err := a.update(ctx, spec.OpDeleteExpiredSessions, func(t tx) error {
		w, err := sweep.Normal()
		if err != nil {
			return err
		}
		c := t.sessions().Cursor()
		for k, _ := c.First(); k != nil && len(dead) < w.Limit; k, _ = c.Next() {
			r, err := t.row(string(k))
			if err != nil {
				return err
			}
			if r.ExpiresAt <= w.Now.UnixMilli() && (w.UserID == "" || r.UserID == w.UserID) {
				dead = append(dead, string(k))
			}
		}
		for _, id := range dead {
			if err := a.dropSession(t, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return int64(len(dead)), nil
}

func (a *Adapter[U, S]) getSession(t tx, id string) (spec.Session[S], error) {
	r, err := t.row(id)
	if err != nil {
		return spec.Session[S]{}, err
	}
	s := spec.Session[S]{ID: id, UserID: r.UserID, CreatedAt: at(r.CreatedAt), Lease: r.lease()}
	err = a.sessions.Decode(r.Attributes, &s.Attributes)
	return s, err
}

func (a *Adapter[U, S]) putSession(t tx, id string, r row, attributes S) (err error) {
	if r.Attributes, err = a.sessions.Encode(attributes); err != nil {
		return err
	}
	return t.putRow(id, r)
}

// dropSession deletes a session and what points at it.
func (a *Adapter[U, S]) dropSession(t tx, id string) error {
	s, err := a.getSession(t, id)
	if err != nil {
		return err
	}
	old, err := a.sessions.Values(s.Attributes, attr.All[S]())
	if err != nil {
		return err
	}
	if err := t.keep(sessionKeys, a.sessions.Fields(), id, old, nil); err != nil {
		return err
	}
	if s.UserID != "" {
		if err := t.list().Delete(listKey(s.UserID, id)); err != nil {
			return err
		}
	}
	return t.sessions().Delete([]byte(id))
}

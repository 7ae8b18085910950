package memory

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// view is a snapshot of a session.
type view struct {
	row                    string
	credential             string
	activeUntil, expiresAt int64
	user                   *user // nil for an anonymous session
}

// view returns a snapshot of the session. The caller holds the lock of the session's
// shard, at least for reading.
func (e entry) view() view {
	s := e.session
	return view{s.row, s.credential, s.activeUntil, s.expiresAt, e.user}
}

// read returns a snapshot of a session and the row of its user, as of one instant, and
// whether the session exists. The row is nil if the session is anonymous.
func (st *store) read(id string) (v view, owner *string, found bool) {
	part := st.sessions.shardFor(id)
	part.RLock()
	e := part.rows[id]
	if e.session == nil {
		part.RUnlock()
		return view{}, nil, false
	}
	if e.user != nil {
		owner = e.user.row.Load()
	}
	v = e.view()
	part.RUnlock()
	return v, owner, v.user == nil || owner != nil
}

// fillSession sets the row of a session.
func (st *store) fillSession(into *sessionRow, v *view) error {
	into.ID, into.UserID = idIn(v.row), ""
	if v.user != nil {
		into.UserID = v.user.id
	}
	into.CreatedAt = instant(createdIn(v.row))
	into.ActiveUntil, into.ExpiresAt, into.Credential = instant(v.activeUntil), instant(v.expiresAt), v.credential
	return fill(into.Attributes, cellsIn(v.row), st.sessionKinds)
}

// fillUser sets the row of a user.
func (st *store) fillUser(into *userRow, id, cells string) error {
	into.ID = id
	return fill(into.Attributes, cells, st.userKinds)
}

// Session reads the session with this id.
func (a Adapter) Session(_ context.Context, id string, into *sessionRow) error {
	v, _, found := a.read(id)
	if !found {
		return spec.ErrSessionNotFound
	}
	return a.fillSession(into, &v)
}

// SessionAndUser reads a session and its user as of one instant.
func (a Adapter) SessionAndUser(_ context.Context, id string, session *sessionRow, user *userRow) error {
	v, owner, found := a.read(id)
	if !found {
		return spec.ErrSessionNotFound
	}
	if err := a.fillSession(session, &v); err != nil || owner == nil { // anonymous
		return err
	}
	return a.fillUser(user, v.user.id, *owner)
}

// User reads the user with this id.
func (a Adapter) User(_ context.Context, id string, into *userRow) error {
	return a.readUser(a.users.get(id), into)
}

// UserBy reads the user with this value of a unique attribute.
func (a Adapter) UserBy(_ context.Context, place int, value any, into *userRow) error {
	a.mu.RLock()
	u := a.userKeys.holder(place, value)
	var row *string
	if u != nil {
		row = u.row.Load()
	}
	a.mu.RUnlock()
	if row == nil {
		return spec.ErrUserNotFound
	}
	return a.fillUser(into, u.id, *row)
}

func (st *store) readUser(u *user, into *userRow) error {
	if u == nil {
		return spec.ErrUserNotFound
	}
	row := u.row.Load()
	if row == nil {
		return spec.ErrUserNotFound
	}
	return st.fillUser(into, u.id, *row)
}

// UserSessions reads all sessions of a user as of one instant, at which it holds mu and
// the locks of all their shards.
func (a Adapter) UserSessions(_ context.Context, userID string, next func() *sessionRow) error {
	for _, v := range a.viewAll(userID) {
		if err := a.fillSession(next(), &v); err != nil {
			return err
		}
	}
	return nil
}

func (st *store) viewAll(userID string) []view {
	st.mu.RLock()
	defer st.mu.RUnlock()
	u := st.users.get(userID)
	if u == nil {
		return nil
	}
	var set shardSet
	for _, s := range u.sessions.items {
		set.add(s.shard())
	}
	views := make([]view, len(u.sessions.items))
	st.sessions.rlock(set)
	defer st.sessions.runlock(set)
	for i, s := range u.sessions.items {
		views[i] = entry{s, u}.view()
	}
	return views
}

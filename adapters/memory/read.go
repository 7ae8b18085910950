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

// read returns a snapshot of a session, and whether the session exists.
func (st *store) read(id string) (v view, found bool) {
	part := st.sessions.shardFor(id)
	part.RLock()
	defer part.RUnlock()
	e := part.rows[id]
	if e.session == nil || !e.userExists() {
		return view{}, false
	}
	return e.view(), true
}

// readBoth is like read, and also returns the cells of the session's user as of the same
// instant. For an anonymous session it returns no cells.
func (st *store) readBoth(id string) (v view, owner cellReader, found bool) {
	part := st.sessions.shardFor(id)
	part.RLock()
	defer part.RUnlock()
	e := part.rows[id]
	if e.session == nil || !e.userExists() {
		return view{}, cellReader{}, false
	}
	if e.user != nil {
		// This touches the cells, so that the processor fetches them together with the
		// session. It cannot do so after the unlocking, which is atomic.
		owner = readCells(e.user.cells)
	}
	return e.view(), owner, true
}

// fillSession sets the row of a session.
func (st *store) fillSession(into *sessionRow, v *view) error {
	into.ID, into.UserID = idIn(v.row), ""
	if v.user != nil {
		into.UserID = v.user.id
	}
	into.CreatedAt = instant(createdIn(v.row))
	into.ActiveUntil, into.ExpiresAt, into.Credential = instant(v.activeUntil), instant(v.expiresAt), v.credential
	return fill(into.Attributes, readCells(cellsIn(v.row)), st.sessionKinds)
}

// fillUser sets the row of a user.
func (st *store) fillUser(into *userRow, id string, cells cellReader) error {
	into.ID = id
	return fill(into.Attributes, cells, st.userKinds)
}

// Session reads the session with this id.
func (a Adapter) Session(_ context.Context, id string, into *sessionRow) error {
	v, found := a.read(id)
	if !found {
		return spec.ErrSessionNotFound
	}
	return a.fillSession(into, &v)
}

// SessionAndUser reads a session and its user as of one instant.
func (a Adapter) SessionAndUser(_ context.Context, id string, session *sessionRow, user *userRow) error {
	v, owner, found := a.readBoth(id)
	if !found {
		return spec.ErrSessionNotFound
	}
	if err := a.fillSession(session, &v); err != nil || v.user == nil { // anonymous
		return err
	}
	return a.fillUser(user, v.user.id, owner)
}

// User reads the user with this id.
func (a Adapter) User(_ context.Context, id string, into *userRow) error {
	part := a.users.shardFor(id)
	part.RLock()
	u := part.rows[id]
	cells, found := u.read()
	part.RUnlock()
	if !found {
		return spec.ErrUserNotFound
	}
	return a.fillUser(into, u.id, readCells(cells))
}

// UserBy reads the user with this value of a unique attribute.
func (a Adapter) UserBy(_ context.Context, place int, value any, into *userRow) error {
	a.mu.RLock()
	u := a.userKeys.holder(place, value)
	cells, found := u.read()
	a.mu.RUnlock()
	if !found {
		return spec.ErrUserNotFound
	}
	return a.fillUser(into, u.id, readCells(cells))
}

// read returns the cells of a user, and whether the user exists. The user can be nil.
func (u *user) read() (cells string, found bool) {
	if u == nil || u.deleted {
		return "", false
	}
	return u.cells, true
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
	set := shardsOf(u.sessions.items)
	views := make([]view, len(u.sessions.items))
	st.sessions.each(set, (*shard[entry]).RLock)
	defer st.sessions.each(set, (*shard[entry]).RUnlock)
	for i, s := range u.sessions.items {
		views[i] = entry{s, u}.view()
	}
	return views
}

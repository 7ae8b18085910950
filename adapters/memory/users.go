package memory

import (
	"context"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

// CreateUser inserts a user.
func (a Adapter) CreateUser(_ context.Context, row userRow) error {
	st, u := a.store, newUser(&row)
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.users.get(row.ID) != nil {
		return spec.ErrUserExists
	}
	if err := st.userKeys.checkUnique(u, row.Attributes); err != nil {
		return err
	}
	st.userKeys.replace(u, nil, row.Attributes)
	st.users.put(row.ID, u)
	return nil
}

// User reads the user with this id.
func (a Adapter) User(_ context.Context, id string, into *userRow) error {
	u := a.users.get(id)
	if u == nil {
		return spec.ErrUserNotFound
	}
	return fillUser(into, u.row.Load())
}

// UserBy reads the user whose unique attribute has this value.
func (a Adapter) UserBy(_ context.Context, place int, value any, into *userRow) error {
	st := a.store
	var row *userRow
	st.mu.RLock()
	if u := st.userKeys.holder(place, value); u != nil {
		row = u.row.Load()
	}
	st.mu.RUnlock()
	return fillUser(into, row)
}

// UpdateUser applies a change of attributes.
func (a Adapter) UpdateUser(_ context.Context, id string, change spec.Change) error {
	st := a.store
	st.mu.Lock()
	defer st.mu.Unlock()
	u := st.users.get(id)
	if u == nil {
		return spec.ErrUserNotFound
	}
	row := *u.row.Load()
	old := row.Attributes
	row.Attributes = change.Apply(old)
	if err := st.userKeys.checkUnique(u, row.Attributes); err != nil {
		return err
	}
	st.userKeys.replace(u, old, row.Attributes)
	u.row.Store(&row)
	return nil
}

// DeleteUser deletes a user and all the user's sessions, at once.
func (a Adapter) DeleteUser(_ context.Context, id string) error {
	st := a.store
	st.mu.Lock()
	defer st.mu.Unlock()
	u := st.users.get(id)
	if u == nil {
		return nil
	}
	st.userKeys.replace(u, u.row.Load().Attributes, nil)
	u.row.Store(nil) // from here on nobody finds the user or a session of it
	for _, s := range slices.Clone(u.sessions.items) {
		st.remove(s)
	}
	st.users.drop(id)
	return nil
}

// SessionAndUser reads a session and its user as they were at one instant.
func (a Adapter) SessionAndUser(_ context.Context, id string, session *sessionRow, user *userRow) error {
	row, owner := a.read(id)
	if err := fillSession(session, row); err != nil || owner == nil { // not there, or anonymous
		return err
	}
	return fillUser(user, owner)
}

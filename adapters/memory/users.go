package memory

import (
	"context"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

// CreateUser inserts a user.
func (a Adapter) CreateUser(_ context.Context, row userRow) error {
	cells := packUser(row.Attributes)
	u := newUser(row.ID, cells)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.users.get(row.ID) != nil {
		return spec.ErrUserExists
	}
	if err := a.userKeys.checkUnique(u, cells); err != nil {
		return err
	}
	a.userKeys.replace(u, "", cells)
	a.users.put(u.id, u)
	return nil
}

// UpdateUser applies a change of attributes.
func (a Adapter) UpdateUser(_ context.Context, id string, change spec.Change) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	u := a.users.get(id)
	if u == nil {
		return spec.ErrUserNotFound
	}
	if len(change.Places) == 0 {
		return nil
	}
	old := u.cells
	cells := string(appendChanged(make([]byte, 0, 128), old, change))
	if err := a.userKeys.checkUnique(u, cells); err != nil {
		return err
	}
	a.userKeys.replace(u, old, cells)
	a.changeUser(u, func() { u.cells = cells })
	return nil
}

// DeleteUser deletes a user and all the user's sessions at one instant.
func (a Adapter) DeleteUser(_ context.Context, id string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	u := a.users.get(id)
	if u == nil {
		return nil
	}
	a.changeUser(u, func() { u.deleted = true }) // from now on no call finds the user or the user's sessions
	a.userKeys.replace(u, u.cells, "")
	for _, s := range slices.Clone(u.sessions.items) {
		a.remove(s)
	}
	a.users.drop(id)
	return nil
}

// changeUser calls change under all locks of shards that guard the row of a user. The
// caller holds mu.
func (st *store) changeUser(u *user, change func()) {
	own, set := st.users.shardFor(u.id), shardsOf(u.sessions.items)
	own.Lock()
	defer own.Unlock()
	st.sessions.each(set, (*shard[entry]).Lock)
	defer st.sessions.each(set, (*shard[entry]).Unlock)
	change()
}

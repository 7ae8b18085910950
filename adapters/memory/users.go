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
	old := *u.row.Load()
	cells := string(appendChanged(make([]byte, 0, 128), old, change))
	if err := a.userKeys.checkUnique(u, cells); err != nil {
		return err
	}
	a.userKeys.replace(u, old, cells)
	u.row.Store(&cells)
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
	cells := *u.row.Load()
	u.row.Store(nil) // from now on no call finds the user or the user's sessions
	a.userKeys.replace(u, cells, "")
	for _, s := range slices.Clone(u.sessions.items) {
		a.remove(s)
	}
	a.users.drop(id)
	return nil
}

package bolt

import (
	"context"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// CreateUser implements spec.Adapter.
func (a *Adapter) CreateUser(ctx context.Context, user spec.UserRow) error {
	return a.update(ctx, func(t tx) error {
		if t.users.has(user.ID) {
			return spec.ErrUserExists
		}
		return t.putUser(user.ID, nil, user.Attributes)
	})
}

// User implements spec.Adapter.
func (a *Adapter) User(_ context.Context, id string, into *spec.UserRow) error {
	return a.view(func(t tx) error { return t.readUser(id, into) })
}

// UserBy implements spec.UserFinder.
func (a *Adapter) UserBy(_ context.Context, place int, value any, into *spec.UserRow) error {
	return a.view(func(t tx) error {
		id := t.users.keys().Get(key(t.users.fields[place].Column, attr.Text(value)))
		return t.readUser(string(id), into)
	})
}

// UpdateUser implements spec.Adapter.
func (a *Adapter) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	return a.update(ctx, func(t tx) error {
		old, err := t.user(id)
		if err != nil {
			return err
		}
		return t.putUser(id, old, change.Apply(old))
	})
}

// DeleteUser implements spec.Adapter.
func (a *Adapter) DeleteUser(ctx context.Context, id string) error {
	return a.update(ctx, func(t tx) error {
		old, err := t.user(id)
		if err == spec.ErrUserNotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if err := t.deleteSessions(t.sessionsOf(id)); err != nil {
			return err
		}
		if err := t.users.moveKeys(id, old, nil); err != nil {
			return err
		}
		return t.users.rows().Delete([]byte(id))
	})
}

// user returns the attributes of a user.
func (t tx) user(id string) ([]any, error) {
	data := t.users.rows().Get([]byte(id))
	if data == nil {
		return nil, spec.ErrUserNotFound
	}
	return attr.DecodeRow(t.users.fields, data)
}

// readUser reads the user with this id into a row.
func (t tx) readUser(id string, into *spec.UserRow) error {
	values, err := t.user(id)
	if err != nil {
		return err
	}
	into.ID = id
	return attr.SetAll(into.Attributes, values)
}

// putUser writes a user. Before has the previous attributes, and is nil for a new user.
func (t tx) putUser(id string, before, after []any) error {
	data, err := t.users.replace(id, before, after)
	if err != nil {
		return err
	}
	return t.users.rows().Put([]byte(id), data)
}

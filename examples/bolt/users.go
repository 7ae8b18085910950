package bolt

import (
	"context"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// CreateUser implements spec.UserAdapter.
func (a *Adapter[U, S]) CreateUser(ctx context.Context, user spec.User[U]) error {
	return a.update(ctx, spec.OpCreateUser, func(t tx) error {
		if !spec.ValidID(user.ID) {
			return spec.ErrInvalid
		}
		values, err := spec.Values(a.users, user.Attributes, attr.All[U]())
		if err != nil {
			return err
		}
		if t.users().Get([]byte(user.ID)) != nil {
			return spec.ErrUserExists
		}
		if err := t.keep(userKeys, a.users.Fields(), user.ID, nil, values); err != nil {
			return err
		}
		return a.putUser(t, user)
	})
}

// User implements spec.UserAdapter.
func (a *Adapter[U, S]) User(ctx context.Context, id string) (spec.User[U], error) {
	var user spec.User[U]
	err := a.view(ctx, spec.OpUser, func(t tx) (err error) {
		user, err = a.getUser(t, id)
		return err
	})
	return user, err
}

// UpdateUser implements spec.UserAdapter.
func (a *Adapter[U, S]) UpdateUser(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
	return a.update(ctx, spec.OpUpdateUser, func(t tx) error {
		if _, err := spec.Values(a.users, attributes, mask); err != nil {
			return err
		}
		user, err := a.getUser(t, id)
		if err != nil {
			return err
		}
		changed := user.Attributes
		if err := a.users.Merge(&changed, attributes, mask); err != nil {
			return err
		}
		if err := reindex(t, userKeys, a.users, id, user.Attributes, changed); err != nil {
			return err
		}
		return a.putUser(t, spec.User[U]{ID: id, Attributes: changed})
	})
}

// DeleteUser implements spec.UserAdapter.
func (a *Adapter[U, S]) DeleteUser(ctx context.Context, id string) error {
	return a.update(ctx, spec.OpDeleteUser, func(t tx) error {
		user, err := a.getUser(t, id)
		if spec.ClassOf(err) == spec.ErrUserNotFound {
			return nil
		} else if err != nil {
			return err
		}
		for sessionID := range t.sessionIDs(id) {
			if err := a.dropSession(t, sessionID); err != nil {
				return err
			}
		}
		old, err := a.users.Values(user.Attributes, attr.All[U]())
		if err != nil {
			return err
		}
		if err := t.keep(userKeys, a.users.Fields(), id, old, nil); err != nil {
			return err
		}
		return t.users().Delete([]byte(id))
	})
}

func (a *Adapter[U, S]) getUser(t tx, id string) (spec.User[U], error) {
	data := t.users().Get([]byte(id))
	if data == nil {
		return spec.User[U]{}, spec.ErrUserNotFound
	}
	user := spec.User[U]{ID: id}
	err := a.users.Decode(data, &user.Attributes)
	return user, err
}

func (a *Adapter[U, S]) putUser(t tx, user spec.User[U]) error {
	data, err := a.users.Encode(user.Attributes)
	if err != nil {
		return err
	}
	return t.users().Put([]byte(user.ID), data)
}

// reindex moves the entries of unique attributes from old to new.
func reindex[T any](t tx, index []byte, schema *attr.Schema[T], id string, old, new T) error {
	before, err := schema.Values(old, attr.All[T]())
	if err != nil {
		return err
	}
	after, err := schema.Values(new, attr.All[T]())
	if err != nil {
		return err
	}
	return t.keep(index, schema.Fields(), id, before, after)
}

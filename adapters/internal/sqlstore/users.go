package sqlstore

import (
	"context"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// CreateUser implements spec.UserAdapter.
func (a *Adapter[U, S]) CreateUser(ctx context.Context, user spec.User[U]) error {
	const op = spec.OpCreateUser
	if err := a.enter(ctx, op); err != nil {
		return err
	}
	key, ok := a.users.ids.key(user.ID)
	if !ok {
		return a.error(op, spec.ErrInvalid, "user id", nil)
	}
	values, err := spec.Values(a.userSchema, user.Attributes, attr.All[U]())
	if err != nil {
		return a.error(op, err, "", nil)
	}
	row := spec.UserWith(user, values)
	insert := change{a.users, a.users.columns, a.users.args(ownValues(a.userOwn, &row, key), values)}
	return a.write(ctx, op, func(ctx context.Context, c *call) error {
		n, err := c.exec(ctx, a.userStatements.insert, insert.args...)
		if err == nil && n == 0 {
			return c.unwritten()
		}
		return c.classifyWrite(ctx, err, insert, map[string]fault.Circumstance{idColumn: fault.NewUserID}, func() (error, error) {
			taken, err := c.exists(ctx, a.userStatements.exists, key)
			if taken {
				return spec.ErrUserExists, err
			}
			return nil, err
		})
	})
}

// User implements spec.UserAdapter.
func (a *Adapter[U, S]) User(ctx context.Context, id string) (spec.User[U], error) {
	return a.user(ctx, spec.OpUser, func(c *call, into []any) (bool, error) {
		return c.row(ctx, a.users, a.userStatements.read, id, into...)
	})
}

// UserBy implements spec.UserFinder.
func (a *Adapter[U, S]) UserBy(ctx context.Context, field string, value any) (spec.User[U], error) {
	const op = spec.OpUserBy
	if err := a.enter(ctx, op); err != nil {
		return spec.User[U]{}, err
	}
	f, stored, ok, err := a.userSchema.Unique(field, value)
	if !ok {
		return spec.User[U]{}, a.error(op, spec.ErrInvalid, "not a unique attribute, or not of its type", nil)
	}
	return a.user(ctx, op, func(c *call, into []any) (bool, error) {
		if err != nil {
			return false, nil // no store could hold this value, so no row has it
		}
		return c.one(ctx, a.userStatements.by[f.Name], []any{a.dialect.encode(stored)}, into...)
	})
}

// user returns the user that find scans.
func (a *Adapter[U, S]) user(ctx context.Context, op spec.Op, find func(c *call, into []any) (bool, error)) (spec.User[U], error) {
	var row spec.UserRow
	var attributes U
	err := a.read(ctx, op, func(c *call) error {
		found, err := find(c, a.userInto(&row, &attributes))
		if err == nil && !found {
			err = c.error(op, spec.ErrUserNotFound, "", nil)
		}
		return err
	})
	if err != nil {
		return spec.User[U]{}, err
	}
	return spec.UserWith(row, attributes), nil
}

// UpdateUser implements spec.UserAdapter.
func (a *Adapter[U, S]) UpdateUser(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
	const op = spec.OpUpdateUser
	if err := a.enter(ctx, op); err != nil {
		return err
	}
	values, err := spec.Values(a.userSchema, attributes, mask)
	if err != nil {
		return a.error(op, err, "", nil)
	}
	return a.update(ctx, op, a.users, id, a.userSchema.Select(mask), values, a.userStatements.exists, spec.ErrUserNotFound)
}

// DeleteUser implements spec.UserAdapter. The foreign key takes the sessions
// along, or where it may not be enforced, a transaction.
func (a *Adapter[U, S]) DeleteUser(ctx context.Context, id string) error {
	const op = spec.OpDeleteUser
	key, ok := a.users.ids.key(id)
	if !ok {
		return a.enter(ctx, op)
	}
	return a.write(ctx, op, func(ctx context.Context, c *call) error {
		if a.dialect.ForeignKeys {
			return c.remove(ctx, a.userStatements.remove, a.userStatements.exists, key)
		}
		return c.atomically(ctx, func(ctx context.Context, c *call) error {
			// The user first: whoever creates a session meanwhile waits for that row.
			if err := c.remove(ctx, a.userStatements.remove, a.userStatements.exists, key); err != nil {
				return err
			}
			_, err := c.exec(ctx, a.userStatements.removeSessions, key)
			return err
		})
	})
}

package sqlstore

import (
	"context"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
)

// ValidUserID implements spec.UserIDs.
func (a *Adapter) ValidUserID(id string) bool { return a.sessions.owners.Valid(id) }

// CreateUser implements spec.Adapter.
func (a *Adapter) CreateUser(ctx context.Context, user spec.UserRow) error {
	args := make([]any, 0, len(a.users.columns))
	for i, column := range a.ofUser {
		args = append(args, a.users.encode(i, column.Value(&user)))
	}
	args = a.dialect.appendValues(args, user.Attributes)
	return a.write(ctx, func(ctx context.Context, c *call) error {
		n, err := c.exec(ctx, a.statements.insertUser, args...)
		switch {
		case err == nil && n == 0:
			return errUnwritten
		case err == nil:
			return nil
		}
		own := map[string]fault.Circumstance{idColumn: fault.NewUserID}
		return c.classifyWrite(ctx, err, assignment{a.users, a.users.columns, args}, own, func() (error, error) {
			taken, err := c.exists(ctx, a.statements.userExists, a.users.ids.encode(user.ID))
			if taken {
				return spec.ErrUserExists, err
			}
			return nil, err
		})
	})
}

// User implements spec.Adapter.
func (a *Adapter) User(ctx context.Context, id string, into *spec.UserRow) error {
	return a.findUser(ctx, a.statements.user, a.users.ids.encode(id), into)
}

// UserBy implements spec.UserFinder.
func (a *Adapter) UserBy(ctx context.Context, place int, value any, into *spec.UserRow) error {
	return a.findUser(ctx, a.statements.userBy[place], a.dialect.encode(value), into)
}

func (a *Adapter) findUser(ctx context.Context, query string, key any, into *spec.UserRow) error {
	cells := make([]Cell, len(a.users.columns))
	a.intoUser(cells, into)
	return a.find(ctx, query, key, cells, spec.ErrUserNotFound)
}

// intoUser sets cells to receive the columns of a user.
func (a *Adapter) intoUser(cells []Cell, row *spec.UserRow) {
	for i, c := range a.ofUser {
		cells[i].into = c.Pointer(row)
	}
	a.users.into(cells, row.Attributes)
}

// UpdateUser implements spec.Adapter.
func (a *Adapter) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	return a.update(ctx, a.users, id, change, a.statements.userExists, spec.ErrUserNotFound)
}

// DeleteUser implements spec.Adapter. The foreign key deletes the sessions. If the engine
// does not always enforce it, DeleteUser deletes them in a transaction.
func (a *Adapter) DeleteUser(ctx context.Context, id string) error {
	key := a.users.ids.encode(id)
	return a.write(ctx, func(ctx context.Context, c *call) error {
		if a.dialect.ForeignKeys {
			return c.remove(ctx, a.statements.deleteUser, a.statements.userExists, key)
		}
		return c.atomically(ctx, func(ctx context.Context, c *call) error {
			// Delete the user first: a call that creates a session waits for that row.
			if err := c.remove(ctx, a.statements.deleteUser, a.statements.userExists, key); err != nil {
				return err
			}
			_, err := c.exec(ctx, a.statements.deleteSessions, key)
			return err
		})
	})
}

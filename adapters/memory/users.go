package memory

import (
	"context"
	"slices"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// CreateUser inserts a user.
func (a *Adapter[U, S]) CreateUser(ctx context.Context, newcomer spec.User[U]) error {
	const op = spec.OpCreateUser
	st, err := a.enter(ctx, op)
	if err != nil {
		return err
	}
	if !spec.ValidID(newcomer.ID) {
		return fail(op, spec.ErrInvalid)
	}
	values, err := a.users.encodeAll(newcomer.Attributes)
	if err != nil {
		return fail(op, err)
	}
	u := newUser(new(spec.UserWith(newcomer, values)))

	st.mu.Lock()
	defer st.mu.Unlock()
	if st.users.get(newcomer.ID) != nil {
		return fail(op, spec.ErrUserExists)
	}
	if err := st.userKeys.conflict(u, values); err != nil {
		return fail(op, err)
	}
	st.userKeys.replace(u, nil, values)
	st.users.put(newcomer.ID, u)
	return nil
}

// User returns the user with this id, or ErrUserNotFound.
func (a *Adapter[U, S]) User(ctx context.Context, id string) (spec.User[U], error) {
	const op = spec.OpUser
	st, err := a.enter(ctx, op)
	if err != nil {
		return spec.User[U]{}, err
	}
	var row *userRow
	if u := st.users.get(id); u != nil {
		row = u.row.Load()
	}
	return a.userFrom(op, row)
}

// UserBy returns the user whose unique attribute has this value, or
// ErrUserNotFound. A field that is not a unique attribute, or a value that is
// not of its type, is ErrInvalid.
func (a *Adapter[U, S]) UserBy(ctx context.Context, field string, value any) (spec.User[U], error) {
	const op = spec.OpUserBy
	st, err := a.enter(ctx, op)
	if err != nil {
		return spec.User[U]{}, err
	}
	f, stored, ok, err := a.users.schema.Unique(field, value)
	switch {
	case !ok:
		return spec.User[U]{}, fail(op, spec.ErrInvalid)
	case err != nil: // no user can have this value
		return spec.User[U]{}, fail(op, spec.ErrUserNotFound)
	}
	var row *userRow
	st.mu.RLock()
	if u := st.userKeys.holder(f.Name, stored); u != nil {
		row = u.row.Load()
	}
	st.mu.RUnlock()
	return a.userFrom(op, row)
}

// userFrom returns what op answers when it found this row, or nil.
func (a *Adapter[U, S]) userFrom(op spec.Op, row *userRow) (spec.User[U], error) {
	if row == nil {
		return spec.User[U]{}, fail(op, spec.ErrUserNotFound)
	}
	found, err := a.users.user(row)
	if err != nil {
		return spec.User[U]{}, fail(op, err)
	}
	return found, nil
}

// UpdateUser sets the masked attributes of a user.
func (a *Adapter[U, S]) UpdateUser(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
	const op = spec.OpUpdateUser
	st, err := a.enter(ctx, op)
	if err != nil {
		return err
	}
	p, err := a.users.encode(attributes, mask)
	if err != nil {
		return fail(op, err)
	}

	st.mu.Lock()
	defer st.mu.Unlock()
	u := st.users.get(id)
	if u == nil {
		return fail(op, spec.ErrUserNotFound)
	}
	row := *u.row.Load()
	old := row.Attributes
	row.Attributes = p.apply(old)
	if err := st.userKeys.conflict(u, row.Attributes); err != nil {
		return fail(op, err)
	}
	st.userKeys.replace(u, old, row.Attributes)
	u.row.Store(&row)
	return nil
}

// DeleteUser deletes a user and all the user's sessions, at once.
func (a *Adapter[U, S]) DeleteUser(ctx context.Context, id string) error {
	st, err := a.enter(ctx, spec.OpDeleteUser)
	if err != nil {
		return err
	}

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

// SessionAndUser returns a session and its user as they were at one instant.
func (a *Adapter[U, S]) SessionAndUser(ctx context.Context, sessionID string) (spec.Session[S], spec.User[U], error) {
	const op = spec.OpSessionAndUser
	st, err := a.enter(ctx, op)
	if err != nil {
		return spec.Session[S]{}, spec.User[U]{}, err
	}
	row, ownerRow := st.read(sessionID)
	found, err := a.sessionFrom(op, row)
	if err != nil || ownerRow == nil { // not there, or anonymous
		return found, spec.User[U]{}, err
	}
	owner, err := a.userFrom(op, ownerRow)
	if err != nil {
		return spec.Session[S]{}, spec.User[U]{}, err
	}
	return found, owner, nil
}

package spec

import (
	"context"

	"github.com/tenon-go/tenon/spec/attr"
)

// CreateUser inserts a user. If the id is taken, the error is ErrUserExists and the
// existing user is unchanged. If the store refuses an attribute, the error is a
// *ConstraintError.
func (f *Store[U, S]) CreateUser(ctx context.Context, user User[U]) error {
	const op = OpCreateUser
	if err := f.begin(ctx, op); err != nil {
		return err
	}
	if !f.validUser(user.ID) {
		return f.classify(op, newInvalid("user id"))
	}
	values, err := Values(f.schema, user.Attributes, attr.All[U]())
	if err != nil {
		return f.classify(op, err)
	}
	return f.end(ctx, op, f.adapter.CreateUser(ctx, UserWith(user, values)))
}

// User returns the user with this id, or ErrUserNotFound.
func (f *Store[U, S]) User(ctx context.Context, id string) (User[U], error) {
	const op = OpUser
	if err := f.begin(ctx, op); err != nil {
		return User[U]{}, err
	}
	if !f.validUser(id) {
		return User[U]{}, f.classify(op, ErrUserNotFound)
	}
	t := f.rows.take()
	if err := f.adapter.User(ctx, id, &t.row); err != nil {
		f.rows.giveUnread(t, err)
		return User[U]{}, f.end(ctx, op, err)
	}
	var u User[U]
	err := f.user(t, &u)
	return u, f.end(ctx, op, err)
}

// UserBy returns the user whose unique attribute has this value, compared byte
// for byte, or ErrUserNotFound. Field is the name of the attribute's Go field. Value
// has the type of that field or, if the field is a pointer, the type that it points
// to. Any other field or type is ErrInvalid. If the adapter is not a [UserFinder],
// the error is ErrUnsupported.
func (f *Store[U, S]) UserBy(ctx context.Context, field string, value any) (User[U], error) {
	const op = OpUserBy
	if err := f.begin(ctx, op); err != nil {
		return User[U]{}, err
	}
	finder, ok := As[UserFinder](f.adapter)
	if !ok {
		return User[U]{}, f.classify(op, ErrUnsupported)
	}
	_, stored, ok, err := f.schema.Unique(field, value)
	switch {
	case !ok:
		return User[U]{}, f.classify(op, newInvalid("not a unique attribute, or not of its type"))
	case err != nil: // no row can have this value
		return User[U]{}, f.classify(op, ErrUserNotFound)
	}
	place, _ := f.schema.Place(field)
	t := f.rows.take()
	if err := finder.UserBy(ctx, place, stored, &t.row); err != nil {
		f.rows.giveUnread(t, err)
		return User[U]{}, f.end(ctx, op, err)
	}
	var u User[U]
	err = f.user(t, &u)
	return u, f.end(ctx, op, err)
}

// UpdateUser sets the masked attributes of a user and leaves the others unchanged.
// With the zero mask it only checks that the user exists. If there is no such user,
// the error is ErrUserNotFound.
func (f *Store[U, S]) UpdateUser(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
	const op = OpUpdateUser
	if err := f.begin(ctx, op); err != nil {
		return err
	}
	values, err := Values(f.schema, attributes, mask)
	if err == nil && !f.validUser(id) {
		err = ErrUserNotFound
	}
	if err != nil {
		return f.classify(op, err)
	}
	return f.end(ctx, op, f.adapter.UpdateUser(ctx, id, Change{f.schema.Places(mask), values}))
}

// DeleteUser deletes a user and all the user's sessions in one atomic step: no
// other call sees only part of it. Deleting an absent user succeeds.
func (f *Store[U, S]) DeleteUser(ctx context.Context, id string) error {
	const op = OpDeleteUser
	if err := f.begin(ctx, op); err != nil {
		return err
	}
	if !f.validUser(id) {
		return nil
	}
	return f.end(ctx, op, f.adapter.DeleteUser(ctx, id))
}

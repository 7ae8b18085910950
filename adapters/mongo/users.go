package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// CreateUser implements spec.UserAdapter.
func (a *Adapter[U, S]) CreateUser(ctx context.Context, user spec.User[U]) error {
	const op = spec.OpCreateUser
	if err := a.enterWrite(ctx, op); err != nil {
		return err
	}
	id, ok := a.userIDs.encode(user.ID)
	if !ok {
		return a.error(op, spec.ErrInvalid, "user id", nil)
	}
	values, err := spec.Values(a.userSchema, user.Attributes, attr.All[U]())
	if err != nil {
		return a.error(op, err, "", nil)
	}
	row := spec.UserWith(user, values)
	doc, err := a.encode(op, append(encodeOwn(a.userOwn, &row, id), attributes(a.users.fields, values)...))
	if err != nil {
		return err
	}
	err = a.writing(ctx, func(ctx context.Context) error {
		_, err := a.users.InsertOne(ctx, doc)
		return err
	})
	err = a.classify(ctx, op, err, writes)
	return a.classifyWrite(op, err, a.users.fields, func(v *violation) (error, error) {
		if m := v.fault.Meaning(v.about(fault.NewUserID)); m.When == fault.NewUserID {
			return m.Class, nil
		}
		taken, err := a.exists(ctx, op, a.users, id)
		if taken {
			return spec.ErrUserExists, err
		}
		return nil, err
	})
}

// User implements spec.UserAdapter.
func (a *Adapter[U, S]) User(ctx context.Context, id string) (spec.User[U], error) {
	const op = spec.OpUser
	if err := a.enter(ctx, op); err != nil {
		return spec.User[U]{}, err
	}
	key, ok := a.userIDs.encode(id)
	if !ok {
		return spec.User[U]{}, a.error(op, spec.ErrUserNotFound, "", nil)
	}
	return a.user(ctx, op, bson.D{{Key: idField, Value: key}})
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
	if err != nil { // no store could hold this value, so no row has it
		return spec.User[U]{}, a.error(op, spec.ErrUserNotFound, "", nil)
	}
	// The type is what a partial index can be used by.
	return a.user(ctx, op, bson.D{{Key: f.Column, Value: append(bson.D{{Key: "$eq", Value: stored}}, ofType(f)...)}})
}

// user returns the user that a filter finds.
func (a *Adapter[U, S]) user(ctx context.Context, op spec.Op, filter bson.D) (spec.User[U], error) {
	doc, err := a.one(ctx, op, a.users, filter)
	if err == nil && doc == nil {
		err = a.error(op, spec.ErrUserNotFound, "", nil)
	}
	if err != nil {
		return spec.User[U]{}, a.conclude(op, err)
	}
	user, err := a.decodeUser(doc)
	if err != nil {
		return spec.User[U]{}, a.failDecoding(op, err)
	}
	return user, nil
}

// UpdateUser implements spec.UserAdapter.
func (a *Adapter[U, S]) UpdateUser(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
	const op = spec.OpUpdateUser
	if err := a.enterWrite(ctx, op); err != nil {
		return err
	}
	values, err := spec.Values(a.userSchema, attributes, mask)
	if err != nil {
		return a.error(op, err, "", nil)
	}
	key, ok := a.userIDs.encode(id)
	if !ok {
		return a.error(op, spec.ErrUserNotFound, "", nil)
	}
	filter := bson.D{{Key: idField, Value: key}}
	return a.update(ctx, op, a.users, filter, a.userSchema.Select(mask), values, spec.ErrUserNotFound)
}

// DeleteUser implements spec.UserAdapter.
func (a *Adapter[U, S]) DeleteUser(ctx context.Context, id string) error {
	const op = spec.OpDeleteUser
	if err := a.enterWrite(ctx, op); err != nil {
		return err
	}
	key, ok := a.userIDs.encode(id)
	if !ok {
		return nil
	}
	return a.conclude(op, a.removeUser(ctx, op, id, key))
}

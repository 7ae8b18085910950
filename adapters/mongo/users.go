package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
)

// CreateUser inserts a user.
func (a *Adapter) CreateUser(ctx context.Context, row spec.UserRow) error {
	id := a.encodeUserID(row.ID)
	doc, err := a.users.encode(func(i int) any { return a.userColumns[i].Pointer(&row) }, id, row.Attributes)
	if err != nil {
		return failDecoding(err)
	}
	err = a.write(ctx, func(ctx context.Context) error {
		_, err := a.users.InsertOne(ctx, doc)
		return err
	})
	return classifyViolation(a.classify(ctx, err, writes), a.users, func(v *violation) (class, err error) {
		if m := v.fault.Meaning(v.isAboutID(fault.NewUserID)); m.When == fault.NewUserID {
			return m.Class, nil
		}
		taken, err := a.exists(ctx, a.users, id)
		if taken {
			return spec.ErrUserExists, err
		}
		return nil, err
	})
}

// User reads the user with this id.
func (a *Adapter) User(ctx context.Context, id string, into *spec.UserRow) error {
	return a.findUser(ctx, byID(a.encodeUserID(id)), into)
}

// UserBy reads the user whose unique attribute has this value.
func (a *Adapter) UserBy(ctx context.Context, place int, value any, into *spec.UserRow) error {
	f := a.users.fields[place]
	// The condition on the type lets the server use the partial index.
	return a.findUser(ctx, bson.D{{Key: f.Column, Value: append(bson.D{{Key: "$eq", Value: value}}, hasValue(f)...)}}, into)
}

// findUser reads the user that a filter finds.
func (a *Adapter) findUser(ctx context.Context, filter bson.D, into *spec.UserRow) error {
	doc, err := a.findOne(ctx, a.users, filter)
	if err != nil {
		return failViolation(err)
	}
	if doc == nil {
		return spec.ErrUserNotFound
	}
	if err := a.readUser(doc, into); err != nil {
		return failDecoding(err)
	}
	return nil
}

// UpdateUser applies a change of attributes.
func (a *Adapter) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	return a.update(ctx, a.users, byID(a.encodeUserID(id)), change, spec.ErrUserNotFound)
}

// DeleteUser deletes a user and all the user's sessions.
func (a *Adapter) DeleteUser(ctx context.Context, id string) error {
	return failViolation(a.deleteUser(ctx, id, a.encodeUserID(id)))
}

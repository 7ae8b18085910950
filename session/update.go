package session

import (
	"context"
	"reflect"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Update reads the attributes of a session, calls change to modify them, and stores
// only those that change has modified. Concurrent updates of different attributes
// are therefore all kept. Update returns the updated session, with the token of s
// unless that was replaced since s was obtained. It does not modify s.
//
// If the session has ended or expired, the error is ErrNoSession. If the attributes
// cannot be stored, it is spec.ErrConstraint or spec.ErrInvalid.
func (m *Manager[U, S]) Update(ctx context.Context, s Session[S], change func(*S)) (Session[S], error) {
	now := m.config.Now()
	row, err := m.store.Session(ctx, string(s.ID))
	if err != nil {
		return Session[S]{}, hideNotFound(err)
	}
	if m.expired(&row, now) {
		return Session[S]{}, ErrNoSession
	}
	after, mask, err := apply(m.sessionSchema, row.Attributes, change)
	if err != nil {
		return Session[S]{}, err
	}
	if err := m.store.UpdateSession(ctx, row.ID, after, mask); err != nil {
		return Session[S]{}, hideNotFound(err)
	}
	if err := m.sessionSchema.Merge(&row.Attributes, after, mask); err != nil {
		return Session[S]{}, err
	}
	updated := m.session(&row, now)
	// Another call may have replaced the token since s was obtained.
	r, _ := parseRecord(row.Credential)
	updated.token, updated.superseded = s.token, r.standing(s.token.digest(), now) != current
	updated.Fresh = s.Fresh && !updated.superseded
	return updated, nil
}

// UpdateUser is Update for the attributes of a user. If the user does not exist, the
// error is spec.ErrUserNotFound.
func (m *Manager[U, S]) UpdateUser(ctx context.Context, userID string, change func(*U)) (spec.User[U], error) {
	user, err := m.store.User(ctx, userID)
	if err != nil {
		return spec.User[U]{}, err
	}
	after, mask, err := apply(m.userSchema, user.Attributes, change)
	if err != nil {
		return spec.User[U]{}, err
	}
	if err := m.store.UpdateUser(ctx, userID, after, mask); err != nil {
		return spec.User[U]{}, err
	}
	err = m.userSchema.Merge(&user.Attributes, after, mask)
	return user, err
}

// apply calls change with a copy of attributes. It returns the copy and the mask of
// the attributes that have changed.
func apply[T any](schema *attr.Schema[T], attributes T, change func(*T)) (T, attr.Mask[T], error) {
	// Compare two copies, because a type whose JSON does not decode to the same
	// value would differ from the original although change did not touch it.
	before, err := schema.Clone(attributes)
	if err != nil {
		return before, attr.Mask[T]{}, err
	}
	after, err := schema.Clone(attributes)
	if err != nil {
		return after, attr.Mask[T]{}, err
	}
	change(&after)
	mask, err := diff(schema, before, after, func(attr.Field) bool { return false })
	return after, mask, err
}

// diff returns the mask of the attributes that differ between before and after, or
// for which always returns true.
func diff[T any](schema *attr.Schema[T], before, after T, always func(attr.Field) bool) (attr.Mask[T], error) {
	b, a := reflect.ValueOf(before), reflect.ValueOf(after)
	var names []string
	for _, field := range schema.Fields() {
		if always(field) || !reflect.DeepEqual(b.FieldByName(field.Name).Interface(), a.FieldByName(field.Name).Interface()) {
			names = append(names, field.Name)
		}
	}
	return attr.Fields[T](names...)
}

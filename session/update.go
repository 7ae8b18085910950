package session

import (
	"context"
	"reflect"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Update has change work on the attributes of a session as they are now and
// stores those that it changed, so that updates of different attributes at the
// same time are all kept. It returns the session as it is then, with the token
// that s has, unless that was replaced in between, and leaves s alone. A session
// that was ended or has expired is ErrNoSession; attributes that cannot be stored
// are spec.ErrConstraint or spec.ErrInvalid.
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
	// The token may have been replaced since s was obtained.
	r, _ := parseRecord(row.Credential)
	updated.token, updated.superseded = s.token, r.standing(s.token.digest(), now) != current
	updated.Fresh = s.Fresh && !updated.superseded
	return updated, nil
}

// UpdateUser does for the attributes of a user what Update does for those of a
// session. An unknown user is spec.ErrUserNotFound.
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

// apply has change work on a copy of attributes and returns that and the mask
// of what has changed.
func apply[T any](schema *attr.Schema[T], attributes T, change func(*T)) (T, attr.Mask[T], error) {
	// Two copies, since a type whose JSON does not come back the same would
	// otherwise look changed.
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

// diff returns the mask of the attributes in which after differs from
// before, or that always counts.
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

package session

import (
	"context"
	"errors"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// SignIn signs a user in on a client whose session is old, or the zero Session if
// it has none. It creates a session with a new token and ends the old session, so
// an attacker who knows the old token is not signed in too.
//
// If old is anonymous, SignIn copies its attributes to those fields of attributes
// that are zero. It does not copy unique attributes, because the old session has
// their values until it is ended. For the same reason a unique value in attributes
// that equals the old session's own is spec.ErrConstraint. If old belongs to a user,
// nothing is copied.
//
// The errors are those of Create. An empty userID is spec.ErrUserNotFound. If the
// old session cannot be ended, SignIn ends the new session, even if ctx is done, and
// returns the store's error.
func (m *Manager[U, S]) SignIn(ctx context.Context, old Session[S], userID string, attributes S, options ...CreateOption) (Session[S], error) {
	if userID == "" {
		return Session[S]{}, spec.ErrUserNotFound
	}
	if !old.IsZero() && old.UserID == "" {
		var err error
		if attributes, err = m.carryOver(ctx, old.ID, attributes); err != nil {
			return Session[S]{}, err
		}
	}
	s, err := m.create(ctx, userID, attributes, old.ID, options)
	if err != nil || old.IsZero() {
		return s, err
	}
	if err := m.endForSignIn(ctx, old, s); err != nil {
		return Session[S]{}, err
	}
	return s, nil
}

// endForSignIn ends the old session of a client. If that fails, it withdraws the
// new one.
func (m *Manager[U, S]) endForSignIn(ctx context.Context, before, after Session[S]) error {
	err := m.end(ctx, before.ID, before.UserID, Replaced)
	if err == nil {
		return nil
	}
	if errors.Is(err, spec.ErrIndeterminate) {
		// The old session may have ended. Withdrawing the new one could leave the
		// client without a session, so try again first.
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		if err = m.end(within, before.ID, before.UserID, Replaced); err == nil {
			return nil
		}
	}
	m.withdraw(ctx, after.ID, after.UserID)
	return err
}

// carryOver returns the stored attributes of an anonymous session, overwritten by
// the attributes of given that are not zero and by those that are unique.
func (m *Manager[U, S]) carryOver(ctx context.Context, id ID, given S) (S, error) {
	row, err := m.store.Session(ctx, string(id))
	if err != nil && !errors.Is(err, spec.ErrSessionNotFound) {
		return given, err
	}
	if err != nil || row.UserID != "" || m.expired(&row, m.config.Now()) {
		return given, nil
	}
	var zero S
	mask, err := diff(m.sessionSchema, zero, given, func(f attr.Field) bool { return f.Unique })
	if err != nil {
		return given, err
	}
	if m.sessionSchema.Merge(&row.Attributes, given, mask) != nil {
		return given, nil // CreateSession will refuse them and say why
	}
	return row.Attributes, nil
}

package session

import (
	"context"
	"errors"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// SignIn signs a user in on a client that has the session old, or none (the
// zero Session): it creates a session with a new token and ends the old one,
// so that someone who knew the old token is not signed in too. If old is anonymous,
// attributes that are zero here are carried over from it, but for unique ones,
// which the old session has until it is ended: a value of its own it refuses, as
// it would another session's (spec.ErrConstraint). Nothing is carried over from
// one user's session to another.
//
// Errors are those of Create; an empty userID is spec.ErrUserNotFound. If the
// old session could not be ended, the error is the store's and the new session
// is withdrawn, also if ctx is done.
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

// patience is how long a sign-in goes on after its context is done, so that
// nothing half done is left of it.
const patience = 5 * time.Second

// endForSignIn ends the old session of a client, or else withdraws its new one.
func (m *Manager[U, S]) endForSignIn(ctx context.Context, before, after Session[S]) error {
	err := m.end(ctx, before.ID, before.UserID, Replaced)
	if err == nil {
		return nil
	}
	if errors.Is(err, spec.ErrIndeterminate) {
		// It may have been ended: without the new one the client would have
		// none.
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		if err = m.end(within, before.ID, before.UserID, Replaced); err == nil {
			return nil
		}
	}
	m.withdraw(ctx, after.ID, after.UserID)
	return err
}

// withdraw ends a session that was created just now, and that no client is
// given, also if ctx is done.
func (m *Manager[U, S]) withdraw(ctx context.Context, id ID, userID string) {
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := m.end(within, id, userID, Withdrawn); err != nil { // also if patience has run out
		m.config.Logger.WarnContext(within, "session: a sign-in was not withdrawn", "error", err)
	}
}

// carryOver returns the attributes of an anonymous session as they are now,
// with those of given that are not zero in their place.
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
		return given, nil // which CreateSession refuses, and says why
	}
	return row.Attributes, nil
}

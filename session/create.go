package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// CreateOption is an option of Create and SignIn.
type CreateOption func(*creation)

type creation struct {
	token      Token
	persistent bool
}

// Persistent says whether the login outlives the browser: "remember me". The
// session remembers it through all renewals, and package web gives its cookie
// an expiry accordingly. The session's own times do not depend on it. Without
// this option the logins of [Manager.Create] and [Manager.SignIn] do not; those
// of package web's SignIn do.
func Persistent(persistent bool) CreateOption {
	return func(c *creation) { c.persistent = persistent }
}

// WithToken has the session use this token, from ParseToken or NewToken,
// rather than a new one. It must be as hard to guess as one of NewToken.
func WithToken(token Token) CreateOption {
	return func(c *creation) { c.token = token }
}

// Create creates a session and returns it, Fresh and with its token. An empty
// userID makes an anonymous session. An unknown user is spec.ErrUserNotFound,
// attributes that cannot be stored are spec.ErrConstraint or spec.ErrInvalid,
// a token whose id is taken is spec.ErrSessionExists. On any error the client
// has no new session.
//
// Unless [Config].NoCleanup is set, sessions of the user whose lease has expired
// are deleted, a thousand at the most; [Manager.DeleteDead] deletes all that are
// dead. That this fails is logged only.
//
// To sign in a visitor who may have a session already, use [Manager.SignIn].
func (m *Manager[U, S]) Create(ctx context.Context, userID string, attributes S, options ...CreateOption) (Session[S], error) {
	c := creation{token: NewToken()}
	for _, option := range options {
		option(&c)
	}
	if c.token.IsZero() {
		return Session[S]{}, fmt.Errorf("session: create with the zero token: %w", spec.ErrInvalid)
	}
	clone, err := spec.Clone(m.sessionSchema, attributes)
	if err != nil {
		return Session[S]{}, err
	}
	now := m.config.Now()
	createdAt := cut(now)
	row := spec.Session[S]{
		ID:         string(c.token.ID()),
		UserID:     userID,
		CreatedAt:  createdAt,
		Lease:      m.config.lease(createdAt, now, Credential(c.token, c.persistent)),
		Attributes: attributes,
	}
	if err := m.adapter.CreateSession(ctx, row); err != nil {
		return Session[S]{}, err
	}
	if userID != "" && !m.config.NoCleanup {
		_, err := m.adapter.DeleteExpiredSessions(ctx, spec.Sweep{Now: now, UserID: userID, Limit: sweepLimit})
		m.warn(ctx, "session: dead sessions were not deleted at sign-in", err)
	}
	row.Attributes = clone // as it will be read
	s := m.session(&row, now)
	s.Fresh = true
	s.token = c.token
	return s, nil
}

// SignIn signs a user in on a client that has the session old, or none (the
// zero Session): it creates a session with a new token and ends the old one,
// so that nobody who knew the old token is signed in too. If old is anonymous,
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
	s, err := m.Create(ctx, userID, attributes, options...)
	if err != nil || old.IsZero() {
		return s, err
	}
	if err := m.endForSignIn(ctx, old.ID, s.ID); err != nil {
		return Session[S]{}, err
	}
	return s, nil
}

// patience is how long a sign-in goes on after its context is done, so that
// nothing half done is left of it.
const patience = 5 * time.Second

// endForSignIn ends the old session of a client, or else withdraws its new one.
func (m *Manager[U, S]) endForSignIn(ctx context.Context, before, after ID) error {
	err := m.Invalidate(ctx, before)
	if err == nil {
		return nil
	}
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if errors.Is(err, spec.ErrIndeterminate) {
		// It may have been ended: without the new one the client would have
		// none.
		if err = m.Invalidate(within, before); err == nil {
			return nil
		}
	}
	if err := m.Invalidate(within, after); err != nil { // also if patience has run out
		m.config.Logger.WarnContext(within, "session: a sign-in was not withdrawn", "error", err)
	}
	return err
}

// carryOver returns the attributes of an anonymous session as they are now,
// with those of given that are not zero in their place.
func (m *Manager[U, S]) carryOver(ctx context.Context, id ID, given S) (S, error) {
	row, err := m.adapter.Session(ctx, string(id))
	if err != nil && !errors.Is(err, spec.ErrSessionNotFound) {
		return given, err
	}
	if err != nil || row.UserID != "" || m.state(&row, m.config.Now()) == Dead {
		return given, nil
	}
	var zero S
	mask, err := changed(m.sessionSchema, zero, given, func(f attr.Field) bool { return f.Unique })
	if err != nil {
		return given, err
	}
	if m.sessionSchema.Merge(&row.Attributes, given, mask) != nil {
		return given, nil // which CreateSession refuses, and says why
	}
	return row.Attributes, nil
}

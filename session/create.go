package session

import (
	"context"
	"fmt"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// CreateOption is an option of Create and SignIn.
type CreateOption func(*creation)

type creation struct {
	token      Token
	persistent bool
	brief      bool
	ifUser     any // a func(U) bool
	replaces   ID  // the session that SignIn will end
}

// Persistent sets whether the user stays signed in after the browser is closed, as
// with a "remember me" box. The setting is kept through all renewals. With true,
// package web sets a cookie with an expiry. With false, it sets a cookie that ends
// with the browser, and the session itself expires early: see
// [Config].NotRemembered.
//
// Without this option, a session of [Manager.Create] or [Manager.SignIn] has a
// cookie that ends with the browser, but its times are not shortened. SignIn of
// package web always passes the option.
func Persistent(persistent bool) CreateOption {
	return func(c *creation) { c.persistent, c.brief = persistent, !persistent }
}

// WithToken makes the session use this token, from ParseToken or NewToken,
// instead of a new one. The token must be as hard to guess as one of NewToken.
func WithToken(token Token) CreateOption {
	return func(c *creation) { c.token = token }
}

// Create creates a session and returns it, Fresh and with its token. An empty
// userID makes an anonymous session. The error is spec.ErrUserNotFound for an
// unknown user, spec.ErrConstraint or spec.ErrInvalid for attributes that cannot be
// stored, and spec.ErrSessionExists for a token whose id is taken. After an error
// the client has no new session.
//
// Unless [Config].NoCleanup is set, Create also deletes up to 1000 sessions of the
// user whose lease has expired. If that fails, it only logs the failure.
// [Manager.DeleteExpired] deletes all of a user's expired sessions.
//
// To sign in a visitor who may already have a session, use [Manager.SignIn].
func (m *Manager[U, S]) Create(ctx context.Context, userID string, attributes S, options ...CreateOption) (Session[S], error) {
	return m.create(ctx, userID, attributes, "", options)
}

// create is Create for a client whose session replaces will be ended afterwards.
func (m *Manager[U, S]) create(ctx context.Context, userID string, attributes S, replaces ID, options []CreateOption) (Session[S], error) {
	c := creation{token: NewToken(), replaces: replaces}
	for _, option := range options {
		option(&c)
	}
	ifUser, _ := c.ifUser.(func(U) bool)
	if c.ifUser != nil && ifUser == nil { // ignoring it would admit every user
		return Session[S]{}, fmt.Errorf("session: IfUser has no function, or one for another type of users: %w", spec.ErrInvalid)
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
	credential := record{persistent: c.persistent, brief: c.brief, current: c.token.digest()}.encode()
	row := spec.Session[S]{
		ID:         string(c.token.ID()),
		UserID:     userID,
		CreatedAt:  createdAt,
		Lease:      m.config.lease(createdAt, now, credential),
		Attributes: attributes,
	}
	if err := m.store.CreateSession(ctx, row); err != nil {
		return Session[S]{}, err
	}
	id := ID(row.ID)
	m.observe(ctx, Event{Kind: Created, SessionID: id, UserID: userID})
	if err := m.admit(ctx, userID, ifUser, c.replaces); err != nil {
		m.withdraw(ctx, id, userID)
		return Session[S]{}, err
	}
	if userID != "" && !m.config.NoCleanup {
		n, err := m.store.DeleteExpiredSessions(ctx, spec.Sweep{Now: now, UserID: userID, Limit: sweepLimit})
		m.observeEnded(ctx, userID, n, Expired)
		m.warn(ctx, "session: expired sessions were not deleted at sign-in", err)
	}
	row.Attributes = clone // as a later read returns them
	s := m.session(&row, now)
	s.Fresh = true
	s.token = c.token
	return s, nil
}

// withdraw ends a session that was just created and whose token no client has. It
// works even if ctx is done.
func (m *Manager[U, S]) withdraw(ctx context.Context, id ID, userID string) {
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := m.end(within, id, userID, Withdrawn); err != nil { // even if patience has run out
		m.config.Logger.WarnContext(within, "session: a sign-in was not withdrawn", "error", err)
	}
}

// patience is how long a sign-in can take to undo its changes after its context is
// done.
const patience = 5 * time.Second

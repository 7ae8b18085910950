package session

import (
	"context"
	"fmt"

	"github.com/tenon-go/tenon/spec"
)

// CreateOption is an option of Create and SignIn.
type CreateOption func(*creation)

type creation struct {
	token      Token
	persistent bool
	brief      bool
	ifUser     any // a func(U) bool
	replaces   ID  // the session that SignIn is going to end
}

// Persistent says whether the login outlives the browser: "remember me". The
// session remembers it through all renewals, and package web gives its cookie
// an expiry accordingly. With false the session expires soon, too: see
// [Config].NotRemembered. Without this option a session of [Manager.Create] or
// [Manager.SignIn], such as a program's, has a cookie that ends with the browser
// but the usual times. SignIn of package web always gives the option.
func Persistent(persistent bool) CreateOption {
	return func(c *creation) { c.persistent, c.brief = persistent, !persistent }
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
// are deleted, a thousand at the most; [Manager.DeleteExpired] deletes all that have
// expired. That this fails is logged only.
//
// To sign in a visitor who may have a session already, use [Manager.SignIn].
func (m *Manager[U, S]) Create(ctx context.Context, userID string, attributes S, options ...CreateOption) (Session[S], error) {
	return m.create(ctx, userID, attributes, "", options)
}

// create is Create for a client whose session replaces is going to be ended.
func (m *Manager[U, S]) create(ctx context.Context, userID string, attributes S, replaces ID, options []CreateOption) (Session[S], error) {
	c := creation{token: NewToken(), replaces: replaces}
	for _, option := range options {
		option(&c)
	}
	ifUser, _ := c.ifUser.(func(U) bool)
	if c.ifUser != nil && ifUser == nil { // without asking, every user would do
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
	row.Attributes = clone // as it will be read
	s := m.session(&row, now)
	s.Fresh = true
	s.token = c.token
	return s, nil
}

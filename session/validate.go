package session

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// ValidateOption is an option of Validate and ValidateSession.
type ValidateOption func(permission) permission

// permission is what a validation can do besides reading.
type permission struct{ write, rotate bool }

// ReadOnly makes a validation write nothing. Use it if the response cannot set
// cookies or the store must not be written to. If the session is due for renewal,
// RenewalDue is set.
func ReadOnly() ValidateOption {
	return func(p permission) permission {
		p.write = false
		return p
	}
}

// KeepToken makes a renewal extend the session, even if [Config].Renewal is Rotate.
// Use it for clients that are not given new tokens, such as those of an API.
func KeepToken() ValidateOption {
	return func(p permission) permission {
		p.rotate = false
		return p
	}
}

// permission returns what both the config and the options permit.
func (m *Manager[U, S]) permission(options []ValidateOption) permission {
	p := permission{write: true, rotate: m.config.Renewal == Rotate}
	for _, option := range options {
		p = option(p) // by value: a pointer would be an allocation
	}
	return p
}

// Validate returns the session of a token, and its user. For an anonymous session
// it returns the zero User. It renews an idle session, which is then Fresh: the
// client must be given s.Token(), which can be a new token. If the token has no
// valid session, the error is ErrNoSession. Any other error is the store's.
//
// Validate calls the store once while the session is active. It calls the store
// once more to renew the session, and when a token that a renewal has issued is
// first presented. It deletes an expired session unless [Config].NoCleanup is set.
func (m *Manager[U, S]) Validate(ctx context.Context, token Token, options ...ValidateOption) (Session[S], spec.User[U], error) {
	if token.IsZero() {
		return Session[S]{}, spec.User[U]{}, ErrNoSession
	}
	now := m.config.Now()
	row, user, err := m.store.SessionAndUser(ctx, string(token.ID()))
	if err != nil {
		return Session[S]{}, spec.User[U]{}, hideNotFound(err)
	}
	s, err := m.validate(ctx, row, token, now, m.permission(options))
	if err != nil {
		return Session[S]{}, spec.User[U]{}, err
	}
	return s, user, nil
}

// ValidateSession is Validate without the user. In some stores a session can
// outlive its user (see Stepwise and Orphans in [spec.Weaknesses]). For such a
// session Validate, which reads the user too, returns ErrNoSession, but
// ValidateSession returns the session.
func (m *Manager[U, S]) ValidateSession(ctx context.Context, token Token, options ...ValidateOption) (Session[S], error) {
	if token.IsZero() {
		return Session[S]{}, ErrNoSession
	}
	now := m.config.Now()
	row, err := m.store.Session(ctx, string(token.ID()))
	if err != nil {
		return Session[S]{}, hideNotFound(err)
	}
	return m.validate(ctx, row, token, now, m.permission(options))
}

// Get returns the active or idle session with this id, without a token. It never
// writes. If the session does not exist or has expired, the error is ErrNoSession.
func (m *Manager[U, S]) Get(ctx context.Context, id ID) (Session[S], error) {
	now := m.config.Now()
	row, err := m.store.Session(ctx, string(id))
	if err != nil {
		return Session[S]{}, hideNotFound(err)
	}
	if m.expired(&row, now) {
		return Session[S]{}, ErrNoSession
	}
	return m.session(&row, now), nil
}

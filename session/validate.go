package session

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// ValidateOption is an option of Validate and ValidateSession.
type ValidateOption func(permission) permission

// permission is what a validation may do besides reading.
type permission struct{ write, rotate bool }

// ReadOnly has nothing written, where responses cannot set cookies or the store
// must not be written to. A session that would have been renewed has RenewalDue
// set.
func ReadOnly() ValidateOption {
	return func(p permission) permission {
		p.write = false
		return p
	}
}

// KeepToken has a session renewed by extending it, even if [Config].Renewal is
// Rotate: for clients such as those of an API, which are not told of new tokens.
func KeepToken() ValidateOption {
	return func(p permission) permission {
		p.rotate = false
		return p
	}
}

// permission returns what the options leave of what the config permits.
func (m *Manager[U, S]) permission(options []ValidateOption) permission {
	p := permission{write: true, rotate: m.config.Renewal == Rotate}
	for _, option := range options {
		p = option(p) // by value: a pointer would be an allocation
	}
	return p
}

// Validate returns the session that a token is for, and its user: of an
// anonymous session the zero User. An idle session is renewed, and then Fresh:
// the client is to be given s.Token(), which may be another one now. What is
// not a valid session is ErrNoSession; any other error is the store's.
//
// It is one call of the store while the session is active, and one more when
// it is renewed or when a token that renewal has issued is first presented.
// An expired session is deleted unless [Config].NoCleanup is set.
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

// ValidateSession is Validate without the user. On a store in which a session may
// outlive its user (spec.Weaknesses: Stepwise, Orphans) only Validate, which
// looks for the user, says that there is no such session.
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

// Get returns the session with this id, active or idle, without a token. It
// never writes. A session that is not there, or has expired, is ErrNoSession.
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

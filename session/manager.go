package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Manager creates, validates, renews and ends sessions. U and S are the types of the
// attributes of users and sessions. A Manager is safe for concurrent use. It keeps
// no state in memory and starts no goroutine, so any number of processes can use
// the same store.
type Manager[U, S any] struct {
	store         store[U, S]
	config        Config
	userSchema    *attr.Schema[U]
	sessionSchema *attr.Schema[S]
}

// NewManager returns a manager of the sessions in a store. The caller closes the
// store. NewManager returns an error if the config is not valid.
func NewManager[U, S any](store *spec.Store[U, S], config Config) (*Manager[U, S], error) {
	if store == nil {
		return nil, errors.New("session: no store")
	}
	return newManager(store, config)
}

// NewManagerWithoutUsers is NewManager for an application that keeps its users
// elsewhere and uses a store that keeps only sessions. The manager knows only the
// ids of users and never looks them up. An application that deletes a user must
// therefore call [Manager.InvalidateUser] for that id.
func NewManagerWithoutUsers[S any](sessions *spec.SessionStore[S], config Config) (*Manager[struct{}, S], error) {
	if sessions == nil {
		return nil, errors.New("session: no store")
	}
	return newManager(withoutUsers[S]{sessions}, config)
}

func newManager[U, S any](store store[U, S], config Config) (*Manager[U, S], error) {
	config, err := config.complete()
	if err != nil {
		return nil, err
	}
	m := &Manager[U, S]{store: store, config: config}
	if m.userSchema, err = spec.UserSchema[U](); err != nil {
		return nil, fmt.Errorf("session: user attributes: %w", err)
	}
	if m.sessionSchema, err = spec.SessionSchema[S](); err != nil {
		return nil, fmt.Errorf("session: session attributes: %w", err)
	}
	return m, nil
}

// Now returns the current time of the manager's clock: see [Config].Now.
func (m *Manager[U, S]) Now() time.Time { return m.config.Now() }

// session returns the session of a row, without a token.
func (m *Manager[U, S]) session(row *spec.Session[S], now time.Time) Session[S] {
	lease := m.config.limit(row.CreatedAt, row.Lease)
	r, _ := parseRecord(row.Credential)
	renewedAt := lease.ActiveUntil.Add(-m.config.Active)
	if renewedAt.After(now) {
		renewedAt = cut(now)
	}
	if renewedAt.Before(row.CreatedAt) {
		renewedAt = row.CreatedAt
	}
	return Session[S]{
		ID:          ID(row.ID),
		UserID:      row.UserID,
		CreatedAt:   row.CreatedAt,
		ActiveUntil: lease.ActiveUntil,
		ExpiresAt:   lease.ExpiresAt,
		RenewedAt:   renewedAt,
		Persistent:  r.persistent,
		Attributes:  row.Attributes,
		RenewalDue:  lease.State(now) == spec.Idle,
		now:         m.config.Now,
	}
}

// expired reports whether the session of a row has expired at now.
func (m *Manager[U, S]) expired(row *spec.Session[S], now time.Time) bool {
	return m.config.limit(row.CreatedAt, row.Lease).State(now) == spec.Expired
}

// warn logs a failure that the caller is not told of. It ignores the errors of
// contexts, because then the caller gave up.
func (m *Manager[U, S]) warn(ctx context.Context, message string, err error) {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return
	}
	m.config.Logger.WarnContext(ctx, message, "error", err)
}

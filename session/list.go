package session

import "context"

// List returns the active and idle sessions of a user, without tokens, ordered by
// CreatedAt and then ID. Use it to show the user's devices. If the user does not
// exist, the error is spec.ErrUserNotFound, unless sessions have outlived the user:
// see [Manager.ValidateSession].
func (m *Manager[U, S]) List(ctx context.Context, userID string) ([]Session[S], error) {
	now := m.config.Now()
	rows, err := m.store.UserSessions(ctx, userID)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 { // then the user may not exist
		_, err := m.store.User(ctx, userID)
		return nil, err
	}
	var live []Session[S]
	for i := range rows {
		if !m.expired(&rows[i], now) {
			live = append(live, m.session(&rows[i], now))
		}
	}
	return live, nil
}

package session

import "context"

// List returns the sessions of a user that are active or idle, by CreatedAt
// and then ID, without their tokens: a list of the user's devices. An unknown
// user is spec.ErrUserNotFound, unless sessions have outlived the user: see
// [Manager.ValidateSession].
func (m *Manager[U, S]) List(ctx context.Context, userID string) ([]Session[S], error) {
	now := m.config.Now()
	rows, err := m.store.UserSessions(ctx, userID)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 { // only then is it not certain that there is such a user
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

package session

import "context"

// Invalidate ends a session, whatever its state. One that is not there has
// ended already, which is no error. After any other error the session may
// still be valid: say so, and let the client keep its token.
func (m *Manager[U, S]) Invalidate(ctx context.Context, id ID) error {
	return m.adapter.DeleteSession(ctx, string(id))
}

// InvalidateUser ends all sessions of a user but those in keep: none to sign
// out everywhere, the current one's to sign out everywhere else. An unknown
// user has none, which is no error. After an error some sessions may have ended
// and others not.
func (m *Manager[U, S]) InvalidateUser(ctx context.Context, userID string, keep ...ID) error {
	ids := make([]string, len(keep))
	for i, id := range keep {
		ids[i] = string(id)
	}
	_, err := m.adapter.DeleteUserSessionsExcept(ctx, userID, ids...)
	return err
}

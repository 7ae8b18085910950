package session

import "context"

// end ends a session. UserID is its user, or empty if that is not known.
func (m *Manager[U, S]) end(ctx context.Context, id ID, userID string, reason Reason) error {
	if err := m.store.DeleteSession(ctx, string(id)); err != nil {
		return err
	}
	m.observe(ctx, Event{Kind: Ended, Reason: reason, SessionID: id, UserID: userID})
	return nil
}

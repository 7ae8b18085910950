package session

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// User returns the user with this id. If the user does not exist, the error is
// spec.ErrUserNotFound.
func (m *Manager[U, S]) User(ctx context.Context, userID string) (spec.User[U], error) {
	return m.store.User(ctx, userID)
}

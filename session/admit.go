package session

import "context"

// IfUser makes a sign-in succeed only if ok returns true. It calls ok with the
// user's attributes, read from the store after the session was created. If ok
// returns false, the new session is ended and the error is [ErrUserChanged].
//
// Use it to undo a sign-in with an old password while the password is changed:
//
//	user, err := store.UserBy(ctx, "Email", email)
//	// … compare the password with user.Attributes.Password …
//	s, err := manager.SignIn(ctx, old, user.ID, device, session.IfUser(func(now User) bool {
//		return bytes.Equal(now.Password, user.Attributes.Password)
//	}))
//
// The code that changes the password must first store the new one and then end the
// user's sessions, for example with [Manager.InvalidateOthers]. A concurrent sign-in
// then either sees the new password, or is among the sessions that are ended.
//
// IfUser costs one read of the user. U must be the manager's type for the attributes
// of users; otherwise the error is spec.ErrInvalid.
func IfUser[U any](ok func(now U) bool) CreateOption {
	return func(c *creation) { c.ifUser = ok }
}

// admit decides whether a session that was just created can stay, and ends the
// user's sessions over the limit. If it returns an error, the session must be ended.
func (m *Manager[U, S]) admit(ctx context.Context, userID string, ifUser func(U) bool, replaces ID) error {
	if ifUser != nil {
		user, err := m.store.User(ctx, userID)
		if err != nil {
			return err
		}
		if !ifUser(user.Attributes) {
			return ErrUserChanged
		}
	}
	if userID == "" || m.config.MaxSessions == 0 {
		return nil
	}
	rows, err := m.store.UserSessions(ctx, userID)
	if err != nil {
		return err
	}
	now := m.config.Now()
	var live []ID
	for i := range rows {
		if ID(rows[i].ID) != replaces && !m.expired(&rows[i], now) {
			live = append(live, ID(rows[i].ID))
		}
	}
	// The sessions are sorted, so two sign-ins at the same time end the same ones.
	// One of them can end the other, but they never end each other.
	for len(live) > m.config.MaxSessions {
		if err := m.end(ctx, live[0], userID, OverLimit); err != nil {
			return err
		}
		live = live[1:]
	}
	return nil
}

package session

import "context"

// IfUser has a sign-in count only if ok says so of the user as the store has
// them once the session exists; else the session is ended again, and the
// error is [ErrUserChanged]. With it no sign-in survives that began before
// a password was changed:
//
//	user, err := store.UserBy(ctx, "Email", email)
//	// … compare the password with user.Attributes.Password …
//	s, err := manager.SignIn(ctx, old, user.ID, device, session.IfUser(func(now User) bool {
//		return bytes.Equal(now.Password, user.Attributes.Password)
//	}))
//
// Whoever changes it stores the new one first and ends the sessions then, as
// with [Manager.InvalidateOthers]: a sign-in sees the change, or is ended by it.
// It costs a read of the user. U is the manager's type of users; for another
// one the error is spec.ErrInvalid.
func IfUser[U any](ok func(now U) bool) CreateOption {
	return func(c *creation) { c.ifUser = ok }
}

// admit says whether a session that was created just now may stay, and ends
// what is over the limit. An error means that it may not.
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
	// They are sorted. Of two sign-ins at the same time both end the same ones,
	// so that one of them may end the other, and never each.
	for len(live) > m.config.MaxSessions {
		if err := m.end(ctx, live[0], userID, OverLimit); err != nil {
			return err
		}
		live = live[1:]
	}
	return nil
}

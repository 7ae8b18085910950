package NAME

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

// solved has the methods as a user writes them who follows the comments.
type solved struct{ *Adapter }

func (a *Adapter) solution() spec.Adapter { return solved{a} }

func (a solved) CreateUser(ctx context.Context, user spec.UserRow) error {
	return a.update(ctx, func(t tx) error {
		there, err := t.has(users, user.ID)
		if err != nil {
			return err
		}
		if there {
			return spec.ErrUserExists
		}
		return t.putUser(user.ID, nil, user.Attributes)
	})
}

func (a solved) User(ctx context.Context, id string, into *spec.UserRow) error {
	return a.view(ctx, func(t tx) error {
		attributes, err := t.user(id)
		if err != nil {
			return err
		}
		return fillUser(into, id, attributes)
	})
}

func (a solved) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	return a.update(ctx, func(t tx) error {
		before, err := t.user(id)
		if err != nil {
			return err
		}
		return t.putUser(id, before, change.Apply(before))
	})
}

func (a solved) DeleteUser(ctx context.Context, id string) error {
	return a.update(ctx, func(t tx) error {
		attributes, err := t.user(id)
		if err == spec.ErrUserNotFound {
			return nil
		}
		if err != nil {
			return err
		}
		list, err := t.sessionsOf(id)
		if err != nil {
			return err
		}
		for _, id := range list {
			if err := t.removeSession(id); err != nil {
				return err
			}
		}
		return t.removeUser(id, attributes)
	})
}

func (a solved) CreateSession(ctx context.Context, session spec.SessionRow) error {
	return a.update(ctx, func(t tx) error {
		there, err := t.has(sessions, session.ID)
		if err != nil {
			return err
		}
		if there {
			return spec.ErrSessionExists
		}
		if session.UserID != "" {
			there, err := t.has(users, session.UserID)
			if err != nil {
				return err
			}
			if !there {
				return spec.ErrUserNotFound
			}
		}
		return t.putSession(stored(spec.SessionWith(session, json.RawMessage(nil))), nil, session.Attributes)
	})
}

func (a solved) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	return a.view(ctx, func(t tx) error {
		s, attributes, err := t.session(id)
		if err != nil {
			return err
		}
		return fillSession(into, s, attributes)
	})
}

func (a solved) SessionAndUser(ctx context.Context, id string, session *spec.SessionRow, user *spec.UserRow) error {
	return a.view(ctx, func(t tx) error {
		s, attributes, err := t.session(id)
		if err != nil {
			return err
		}
		if err := fillSession(session, s, attributes); err != nil || s.UserID == "" {
			return err
		}
		attributes, err = t.user(s.UserID)
		if err == spec.ErrUserNotFound {
			return spec.ErrSessionNotFound
		}
		if err != nil {
			return err
		}
		return fillUser(user, s.UserID, attributes)
	})
}

func (a solved) UserSessions(ctx context.Context, userID string, next func() *spec.SessionRow) error {
	return a.view(ctx, func(t tx) error {
		list, err := t.sessionsOf(userID)
		if err != nil {
			return err
		}
		for _, id := range list {
			s, attributes, err := t.session(id)
			if err != nil {
				return err
			}
			if err := fillSession(next(), s, attributes); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a solved) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	return a.update(ctx, func(t tx) error {
		s, before, err := t.session(id)
		if err != nil {
			return err
		}
		return t.putSession(s, before, change.Apply(before))
	})
}

func (a solved) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	return a.update(ctx, func(t tx) error {
		s, _, err := t.session(id)
		if err != nil {
			return err
		}
		if !s.Lease.Equal(from) {
			return spec.ErrStale
		}
		return t.putLease(s, to)
	})
}

func (a solved) DeleteSession(ctx context.Context, id string) error {
	return a.update(ctx, func(t tx) error { return t.removeSession(id) })
}

func (a solved) DeleteUserSessions(ctx context.Context, userID string, keep []string) (n int64, err error) {
	err = a.update(ctx, func(t tx) error {
		n = 0
		list, err := t.sessionsOf(userID)
		if err != nil {
			return err
		}
		for _, id := range list {
			if slices.Contains(keep, id) {
				continue
			}
			if err := t.removeSession(id); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

func (a solved) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (n int64, err error) {
	err = a.update(ctx, func(t tx) error {
		n = 0
		list, err := t.expired(sweep)
		if err != nil {
			return err
		}
		for _, id := range list {
			if err := t.removeSession(id); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil {
		return 0, err // the deletions are undone
	}
	return n, nil
}

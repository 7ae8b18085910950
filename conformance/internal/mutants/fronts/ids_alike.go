package fronts

import (
	"context"
	"slices"
	"sync"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

// created remembers the rows that were created, for mutants that look for
// others than those that they are asked for.
type created struct {
	mu       sync.Mutex
	users    []string
	sessions []string
	owners   map[string]string // of sessions
}

// recording is an adapter that remembers what was created.
func recording[U, S any](a typed.Store[U, S]) (*altered[U, S], *created) {
	c := &created{owners: map[string]string{}}
	return &altered[U, S]{Store: a,
		createUser: func(ctx context.Context, user spec.User[U]) error {
			err := a.CreateUser(ctx, user)
			if err == nil {
				c.mu.Lock()
				defer c.mu.Unlock()
				c.users = append(c.users, user.ID)
			}
			return err
		},
		createSession: func(ctx context.Context, session spec.Session[S]) error {
			err := a.CreateSession(ctx, session)
			if err == nil {
				c.mu.Lock()
				defer c.mu.Unlock()
				c.sessions = append(c.sessions, session.ID)
				c.owners[session.ID] = session.UserID
			}
			return err
		},
	}, c
}

// sessionsWhere returns the ids of the sessions that match.
func (c *created) sessionsWhere(match func(id, userID string) bool) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var ids []string
	for _, id := range c.sessions {
		if match(id, c.owners[id]) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (c *created) anonymous() []string {
	return c.sessionsWhere(func(_, userID string) bool { return userID == "" })
}

func (c *created) allUsers() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.users)
}

func emptyListsAnonymous[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, c := recording(healthy[U, S](t, s))
	a.userSessions = func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		list, err := a.Store.UserSessions(ctx, userID)
		if userID == "" && err == nil {
			for _, id := range c.anonymous() {
				if session, err := a.Store.Session(ctx, id); err == nil {
					list = append(list, session)
				}
			}
		}
		return list, err
	}
	return a
}

func emptyDeletesAnonymous[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, c := recording(healthy[U, S](t, s))
	a.deleteUserSessions = func(ctx context.Context, userID string, keep ...string) (int64, error) {
		n, err := deleteBut(ctx, a.Store, userID, keep)
		if userID != "" || err != nil {
			return n, err
		}
		for _, id := range c.anonymous() {
			if err := a.Store.DeleteSession(ctx, id); err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
	return a
}

func emptyUserDeletesAnonymous[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, c := recording(healthy[U, S](t, s))
	a.deleteUser = func(ctx context.Context, id string) error {
		if id != "" {
			return a.Store.DeleteUser(ctx, id)
		}
		for _, id := range c.anonymous() {
			if err := a.Store.DeleteSession(ctx, id); err != nil {
				return err
			}
		}
		return nil
	}
	return a
}

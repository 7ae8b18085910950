package fronts

import (
	"context"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/created"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

// recordCreated returns an adapter that records the rows that are created.
func recordCreated[U, S any](a typed.Store[U, S]) (*altered[U, S], *created.Rows) {
	c := new(created.Rows)
	return &altered[U, S]{Store: a,
		createUser: func(ctx context.Context, user spec.User[U]) error {
			return c.AddUser(user.ID, a.CreateUser(ctx, user))
		},
		createSession: func(ctx context.Context, session spec.Session[S]) error {
			return c.AddSession(session.ID, session.UserID, a.CreateSession(ctx, session))
		},
	}, c
}

func anonymousIDs(c *created.Rows) []string {
	return c.Sessions(func(_, userID string) bool { return userID == "" })
}

func emptyListsAnonymous[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, c := recordCreated(openHealthy[U, S](t, s))
	a.userSessions = func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		list, err := a.Store.UserSessions(ctx, userID)
		if userID == "" && err == nil {
			for _, id := range anonymousIDs(c) {
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
	a, c := recordCreated(openHealthy[U, S](t, s))
	a.deleteUserSessions = func(ctx context.Context, userID string, keep ...string) (int64, error) {
		n, err := deleteBut(ctx, a.Store, userID, keep)
		if userID != "" || err != nil {
			return n, err
		}
		for _, id := range anonymousIDs(c) {
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
	a, c := recordCreated(openHealthy[U, S](t, s))
	a.deleteUser = func(ctx context.Context, id string) error {
		if id != "" {
			return a.Store.DeleteUser(ctx, id)
		}
		for _, id := range anonymousIDs(c) {
			if err := a.Store.DeleteSession(ctx, id); err != nil {
				return err
			}
		}
		return nil
	}
	return a
}

package mutants

import (
	"context"
	"errors"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
)

func deleteUserLeavesSessions[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openApart[U, S](t, s)
	return &altered[U, S]{Store: a, deleteUser: func(ctx context.Context, id string) error {
		return a.users.DeleteUser(ctx, id)
	}}
}

func deleteUserLeavesSome[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openApart[U, S](t, s)
	return &altered[U, S]{Store: a, deleteUser: func(ctx context.Context, id string) error {
		a.mu.Lock()
		defer a.mu.Unlock()
		list, err := a.sessions.UserSessions(ctx, id)
		if err != nil {
			return err
		}
		const batch = 100
		for _, session := range list[:min(len(list), batch)] {
			err = errors.Join(err, a.sessions.DeleteSession(ctx, session.ID))
		}
		return errors.Join(err, a.users.DeleteUser(ctx, id))
	}}
}

func deleteUserTakesAll[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, c := recording(healthy[U, S](t, s))
	a.deleteUser = func(ctx context.Context, id string) error {
		for _, other := range c.allUsers() {
			if _, err := a.Store.DeleteUserSessions(ctx, other); err != nil {
				return err
			}
		}
		return a.Store.DeleteUser(ctx, id)
	}
	return a
}

func deleteAbsentUserFails[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteUser: func(ctx context.Context, id string) error {
		if _, err := a.User(ctx, id); err != nil {
			return err
		}
		return a.DeleteUser(ctx, id)
	}}
}

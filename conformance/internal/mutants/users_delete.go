package mutants

import (
	"context"
	"errors"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func deleteUserLeavesSessions(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openApart(t, s, columns)
	return &altered{rows: a, deleteUser: func(ctx context.Context, id string) error {
		return a.users.DeleteUser(ctx, id)
	}}
}

func deleteUserLeavesSome(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openApart(t, s, columns)
	return &altered{rows: a, deleteUser: func(ctx context.Context, id string) error {
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

func deleteUserTakesAll(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, c := recordCreated(openHealthy(t, s, columns))
	a.deleteUser = func(ctx context.Context, id string) error {
		for _, other := range c.Users() {
			if _, err := a.rows.DeleteUserSessions(ctx, other, nil); err != nil {
				return err
			}
		}
		return a.rows.DeleteUser(ctx, id)
	}
	return a
}

func deleteAbsentUserFails(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, deleteUser: func(ctx context.Context, id string) error {
		if _, err := a.User(ctx, id); err != nil {
			return err
		}
		return a.DeleteUser(ctx, id)
	}}
}

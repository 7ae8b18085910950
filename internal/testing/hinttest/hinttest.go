// Package hinttest checks for advice in the errors that new users meet first. It is for
// the tests of SQL adapters.
package hinttest

import (
	"strings"
	"testing"

	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// WithoutMigrate calls every operation of a store without tables, and fails the test
// unless each error says what to do.
func WithoutMigrate[U, S any](t *testing.T, a typed.Store[U, S], user spec.User[U], session spec.Session[S]) {
	t.Helper()
	ctx := t.Context()
	calls := map[spec.Op]func() error{
		spec.OpCreateUser:     func() error { return a.CreateUser(ctx, user) },
		spec.OpUser:           func() error { _, err := a.User(ctx, user.ID); return err },
		spec.OpUpdateUser:     func() error { return a.UpdateUser(ctx, user.ID, user.Attributes, attr.All[U]()) },
		spec.OpDeleteUser:     func() error { return a.DeleteUser(ctx, user.ID) },
		spec.OpCreateSession:  func() error { return a.CreateSession(ctx, session) },
		spec.OpSession:        func() error { _, err := a.Session(ctx, session.ID); return err },
		spec.OpSessionAndUser: func() error { _, _, err := a.SessionAndUser(ctx, session.ID); return err },
		spec.OpUserSessions:   func() error { _, err := a.UserSessions(ctx, user.ID); return err },
		spec.OpUpdateSession:  func() error { return a.UpdateSession(ctx, session.ID, session.Attributes, attr.All[S]()) },
		spec.OpSwapLease:      func() error { return a.SwapLease(ctx, session.ID, session.Lease, session.Lease) },
		spec.OpDeleteSession:  func() error { return a.DeleteSession(ctx, session.ID) },
		spec.OpDeleteUserSessionsExcept: func() error {
			_, err := a.DeleteUserSessionsExcept(ctx, user.ID, session.ID)
			return err
		},
		spec.OpDeleteExpiredSessions: func() error {
			_, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: session.ExpiresAt, Everyone: true, Limit: 1})
			return err
		},
	}
	for op, call := range calls {
		err := call()
		if spec.ClassOf(err) != spec.ErrFailed || !strings.Contains(err.Error(), "no such table") || !strings.HasSuffix(err.Error(), ": call Migrate)") {
			t.Errorf("%s: got %v, want the class %q, and that there is no such table: call Migrate", op, err, spec.ErrFailed)
		}
	}
}

// Says fails the test unless the error of Check contains want.
func Says(t *testing.T, m spec.Migrator, want string) {
	t.Helper()
	if err := m.Check(t.Context()); spec.ClassOf(err) != spec.ErrFailed || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want an error with %q", err, want)
	}
}

// Referred fails the test unless the error of deleting a user contains the engine's code,
// and the quoted names of the tables that refer to the user.
func Referred[U, S any](t *testing.T, a typed.Store[U, S], id, code, tables string) {
	t.Helper()
	err := a.DeleteUser(t.Context(), id)
	want := "(" + code + ": a row of table " + tables + " refers to it)"
	if spec.ClassOf(err) != spec.ErrFailed || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %v, want the class %q and %q", err, spec.ErrFailed, want)
	}
}

package servertest

import (
	"context"
	"fmt"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// EachCall calls each method of a store until one fails. The store must have this user,
// with a unique attribute Email, and this session. If all calls succeed, the store has
// both again afterwards.
func EachCall[U, S any](ctx context.Context, a *spec.Store[U, S], user spec.User[U], email string, session spec.Session[S]) error {
	for _, c := range []struct {
		op   string
		call func() error
	}{
		{"Ping", func() error { return a.Ping(ctx) }},
		{"Describe", func() error { _, err := a.Describe(ctx); return err }},
		{"Check", func() error { return a.Check(ctx) }},
		{"Migrate", func() error { return a.Migrate(ctx) }},
		{"User", func() error { _, err := a.User(ctx, user.ID); return err }},
		{"UserBy", func() error { _, err := a.UserBy(ctx, "Email", email); return err }},
		{"Session", func() error { _, err := a.Session(ctx, session.ID); return err }},
		{"SessionAndUser", func() error { _, _, err := a.SessionAndUser(ctx, session.ID); return err }},
		{"UserSessions", func() error { _, err := a.UserSessions(ctx, user.ID); return err }},
		{"UpdateUser", func() error { return a.UpdateUser(ctx, user.ID, user.Attributes, attr.All[U]()) }},
		{"UpdateSession", func() error { return a.UpdateSession(ctx, session.ID, session.Attributes, attr.All[S]()) }},
		{"SwapLease", func() error { return a.SwapLease(ctx, session.ID, session.Lease, session.Lease) }},
		{"DeleteUserSessions", func() error { _, err := a.DeleteUserSessions(ctx, user.ID); return err }},
		{"CreateSession", func() error { return a.CreateSession(ctx, session) }},
		{"DeleteSession", func() error { return a.DeleteSession(ctx, session.ID) }},
		{"DeleteExpiredSessions", func() error {
			_, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: session.Lease.ExpiresAt, Everyone: true, Limit: 10})
			return err
		}},
		{"DeleteUser", func() error { return a.DeleteUser(ctx, user.ID) }},
		{"CreateUser", func() error { return a.CreateUser(ctx, user) }},
		{"CreateSession again", func() error { return a.CreateSession(ctx, session) }},
	} {
		if err := c.call(); err != nil {
			return fmt.Errorf("%s: %w", c.op, err)
		}
	}
	return nil
}

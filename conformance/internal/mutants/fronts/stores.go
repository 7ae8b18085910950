package fronts

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
)

func storeMutants() []Mutant {
	return slices.Concat([]Mutant{
		{Name: "second_close_fails", Clause: "STO-04", Subject: alterRich(func(a *richAltered) {
			var closed atomic.Bool
			a.close = func() error {
				if closed.Swap(true) {
					return spec.ErrClosed
				}
				return a.Store.Close()
			}
		})},
		{Name: "sessions_are_read_after_close", Clause: "STO-04", Subject: alterRich(func(a *richAltered) {
			// It has a cache that Close does not empty.
			var last atomic.Pointer[spec.Session[richSession]]
			a.createSession = func(ctx context.Context, session spec.Session[richSession]) error {
				err := a.Store.CreateSession(ctx, session)
				if err == nil {
					last.Store(&session)
				}
				return err
			}
			a.session = func(ctx context.Context, id string) (spec.Session[richSession], error) {
				session, err := a.Store.Session(ctx, id)
				if cached := last.Load(); errors.Is(err, spec.ErrClosed) && cached != nil {
					return *cached, nil
				}
				return session, err
			}
		})},
		{Name: "user_by_after_close_is_not_found", Clause: "STO-04", Subject: alterRich(func(a *richAltered) {
			a.userBy = func(ctx context.Context, field string, value any) (spec.User[richUser], error) {
				user, err := a.Store.UserBy(ctx, field, value)
				if errors.Is(err, spec.ErrClosed) {
					err = spec.ErrUserNotFound
				}
				return user, err
			}
		})},
		{Name: "migrate_after_close_succeeds", Clause: "STO-04", Subject: subjectOf(migratesAfterClose, migratesAfterClose, migratesAfterClose)},
		{Name: "ping_after_close_succeeds", Clause: "STO-04", Subject: alterRich(func(a *richAltered) {
			a.ping = func(ctx context.Context) error { return ctx.Err() }
		})},
		{Name: "call_during_close_is_unavailable", Clause: "STO-04", Subject: alterRich(func(a *richAltered) {
			// It reports the ErrClosed of the store that it wraps as an outage.
			a.userSessions = func(ctx context.Context, userID string) ([]spec.Session[richSession], error) {
				list, err := a.Store.UserSessions(ctx, userID)
				if errors.Is(err, spec.ErrClosed) {
					err = spec.ErrUnavailable
				}
				return list, err
			}
		})},
		{Name: "close_during_calls_panics", Clause: "STO-04", Subject: alterRich(func(a *richAltered) {
			a.deleteSession = func(ctx context.Context, id string) error {
				err := a.Store.DeleteSession(ctx, id)
				if errors.Is(err, spec.ErrClosed) {
					panic("send on closed channel")
				}
				return err
			}
		})},
	})
}

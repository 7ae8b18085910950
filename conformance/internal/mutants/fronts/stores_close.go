package fronts

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

func secondCloseFails[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	var closed atomic.Bool
	return &altered[U, S]{Store: a, close: func() error {
		if closed.Swap(true) {
			return spec.ErrClosed
		}
		return a.Close()
	}}
}

// readsAfterClose has a cache that Close forgets.
func readsAfterClose[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	var last atomic.Pointer[spec.Session[S]]
	return &altered[U, S]{Store: a,
		createSession: func(ctx context.Context, session spec.Session[S]) error {
			err := a.CreateSession(ctx, session)
			if err == nil {
				last.Store(&session)
			}
			return err
		},
		session: func(ctx context.Context, id string) (spec.Session[S], error) {
			session, err := a.Session(ctx, id)
			if cached := last.Load(); errors.Is(err, spec.ErrClosed) && cached != nil {
				return *cached, nil
			}
			return session, err
		},
	}
}

func userByAfterClose[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, userBy: func(ctx context.Context, field string, value any) (spec.User[U], error) {
		user, err := a.UserBy(ctx, field, value)
		if errors.Is(err, spec.ErrClosed) {
			err = spec.ErrUserNotFound
		}
		return user, err
	}}
}

func pingAfterClose[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, ping: func(ctx context.Context) error { return ctx.Err() }}
}

// closingIsUnavailable has what it was built on say that it is closed.
func closingIsUnavailable[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		list, err := a.UserSessions(ctx, userID)
		if errors.Is(err, spec.ErrClosed) {
			err = spec.ErrUnavailable
		}
		return list, err
	}}
}

func panicsOnceClosed[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteSession: func(ctx context.Context, id string) error {
		err := a.DeleteSession(ctx, id)
		if errors.Is(err, spec.ErrClosed) {
			panic("send on closed channel")
		}
		return err
	}}
}

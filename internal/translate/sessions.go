package translate

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// sessions translates for an adapter for sessions alone, or for the half of
// another that keeps them.
type sessions[S any] struct {
	ids *IDs
	spec.TypedSessionAdapter[S]
}

// Sessions is [Adapter] for sessions alone.
func Sessions[S any](ids *IDs, inner spec.TypedSessionAdapter[S]) spec.TypedSessionAdapter[S] {
	return sessions[S]{ids, inner}
}

// Unwrap returns the adapter that is translated for.
func (s sessions[S]) Unwrap() any { return s.TypedSessionAdapter }

func (s sessions[S]) CreateSession(ctx context.Context, session spec.Session[S]) error {
	session.UserID = s.ids.in(session.UserID)
	return s.TypedSessionAdapter.CreateSession(ctx, session)
}

func (s sessions[S]) Session(ctx context.Context, id string) (spec.Session[S], error) {
	session, err := s.TypedSessionAdapter.Session(ctx, id)
	session.UserID = s.ids.out(session.UserID)
	return session, err
}

func (s sessions[S]) UserSessions(ctx context.Context, userID string) ([]spec.Session[S], error) {
	list, err := s.TypedSessionAdapter.UserSessions(ctx, s.ids.in(userID))
	for i := range list {
		list[i].UserID = s.ids.out(list[i].UserID)
	}
	return list, err
}

func (s sessions[S]) DeleteUserSessions(ctx context.Context, userID string) (int64, error) {
	return s.TypedSessionAdapter.DeleteUserSessions(ctx, s.ids.in(userID))
}

func (s sessions[S]) DeleteUserSessionsExcept(ctx context.Context, userID string, keep ...string) (int64, error) {
	return s.TypedSessionAdapter.DeleteUserSessionsExcept(ctx, s.ids.in(userID), keep...)
}

func (s sessions[S]) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	sweep.UserID = s.ids.in(sweep.UserID)
	return s.TypedSessionAdapter.DeleteExpiredSessions(ctx, sweep)
}

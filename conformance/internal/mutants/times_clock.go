package mutants

import (
	"context"
	"slices"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// longExpired is so long ago that only the checks about expired sessions go there.
var longExpired = time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)

func expiredNotListed(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, userSessions: func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
		list, err := a.UserSessions(ctx, userID)
		return slices.DeleteFunc(list, func(s spec.SessionRow) bool { return s.ExpiresAt.Before(longExpired) }), err
	}}
}

func expiredNotFound(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, sessionAndUser: func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
		s, u, err := a.SessionAndUser(ctx, id)
		if err == nil && s.ExpiresAt.Before(longExpired) {
			return spec.SessionRow{}, spec.UserRow{}, spec.ErrSessionNotFound
		}
		return s, u, err
	}}
}

func expiredNotUpdated(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, updateSession: func(ctx context.Context, id string, change spec.Change) error {
		if s, err := a.Session(ctx, id); err == nil && s.State(time.Now()) == spec.Expired && s.ExpiresAt.Before(longExpired) {
			return spec.ErrSessionNotFound
		}
		return a.UpdateSession(ctx, id, change)
	}}
}

func expiredNotCreated(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
		if _, err := session.Normal(); err == nil && session.ExpiresAt.Before(session.CreatedAt) {
			return spec.ErrInvalid
		}
		return a.CreateSession(ctx, session)
	}}
}

func sweepByClock(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if _, ok := attr.NormalTime(sweep.Now); ok {
			sweep.Now = time.Now()
		}
		return a.DeleteExpiredSessions(ctx, sweep)
	}}
}

func sweepNotBeyondClock(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if _, ok := attr.NormalTime(sweep.Now); ok && sweep.Now.After(time.Now()) {
			sweep.Now = time.Now()
		}
		return a.DeleteExpiredSessions(ctx, sweep)
	}}
}

func expiryAsDuration(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
		if seconds := session.ExpiresAt.Unix(); seconds > 0 && seconds < 1<<33 {
			session.ExpiresAt = time.Now().Add(time.Duration(seconds) * time.Second)
		}
		return a.CreateSession(ctx, session)
	}}
}

func createdByClock(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
		if _, err := session.Normal(); err == nil {
			session.CreatedAt = time.Now()
		}
		return a.CreateSession(ctx, session)
	}}
}

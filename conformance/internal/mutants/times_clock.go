package mutants

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// asItCame gives a session's CreatedAt back as change makes it of the time that
// was passed.
func asItCame[U, S any](a typed.Store[U, S], change func(time.Time) time.Time) typed.Store[U, S] {
	m := &altered[U, S]{Store: a}
	var mu sync.Mutex
	came := map[string]time.Time{}
	readingRows(m, func(*spec.User[U]) {}, func(s *spec.Session[S]) {
		mu.Lock()
		defer mu.Unlock()
		if t, ok := came[s.ID]; ok {
			s.CreatedAt = change(t)
		}
	})
	m.createSession = func(ctx context.Context, s spec.Session[S]) error {
		err := a.CreateSession(ctx, s)
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			came[s.ID] = s.CreatedAt
		}
		return err
	}
	return m
}

func finerDigitsKept[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return asItCame(healthy[U, S](t, s), func(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) })
}

func zoneKept[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return asItCame(healthy[U, S](t, s), func(t time.Time) time.Time { return t.Truncate(time.Millisecond) })
}

// longDead is so long ago that only the checks about dead sessions go there.
var longDead = time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)

func deadNotListed[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		list, err := a.UserSessions(ctx, userID)
		return slices.DeleteFunc(list, func(s spec.Session[S]) bool { return s.ExpiresAt.Before(longDead) }), err
	}}
}

func deadNotFound[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, sessionAndUser: func(ctx context.Context, id string) (spec.Session[S], spec.User[U], error) {
		s, u, err := a.SessionAndUser(ctx, id)
		if err == nil && s.ExpiresAt.Before(longDead) {
			return spec.Session[S]{}, spec.User[U]{}, spec.ErrSessionNotFound
		}
		return s, u, err
	}}
}

func deadNotUpdated[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, updateSession: func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
		if s, err := a.Session(ctx, id); err == nil && s.State(time.Now()) == spec.Dead && s.ExpiresAt.Before(longDead) {
			return spec.ErrSessionNotFound
		}
		return a.UpdateSession(ctx, id, attributes, mask)
	}}
}

func deadNotCreated[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		if _, err := session.Normal(); err == nil && session.ExpiresAt.Before(session.CreatedAt) {
			return spec.ErrInvalid
		}
		return a.CreateSession(ctx, session)
	}}
}

func sweepByClock[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if _, ok := attr.NormalTime(sweep.Now); ok {
			sweep.Now = time.Now()
		}
		return a.DeleteExpiredSessions(ctx, sweep)
	}}
}

func sweepNotBeyondClock[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if _, ok := attr.NormalTime(sweep.Now); ok && sweep.Now.After(time.Now()) {
			sweep.Now = time.Now()
		}
		return a.DeleteExpiredSessions(ctx, sweep)
	}}
}

func expiryAsDuration[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		if seconds := session.ExpiresAt.Unix(); seconds > 0 && seconds < 1<<33 {
			session.ExpiresAt = time.Now().Add(time.Duration(seconds) * time.Second)
		}
		return a.CreateSession(ctx, session)
	}}
}

func createdByClock[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		if _, err := session.Normal(); err == nil {
			session.CreatedAt = time.Now()
		}
		return a.CreateSession(ctx, session)
	}}
}

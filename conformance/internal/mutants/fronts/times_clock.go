package fronts

import (
	"context"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
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
	return asItCame(openHealthy[U, S](t, s), func(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) })
}

func zoneKept[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return asItCame(openHealthy[U, S](t, s), func(t time.Time) time.Time { return t.Truncate(time.Millisecond) })
}

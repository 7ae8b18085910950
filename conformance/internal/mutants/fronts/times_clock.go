package fronts

import (
	"context"
	"sync"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// asItCame returns a session's CreatedAt as change computes it from the time that was passed.
func asItCame(a *richAltered, change func(time.Time) time.Time) {
	var mu sync.Mutex
	came := map[string]time.Time{}
	readingRows(a, func(*spec.User[richUser]) {}, func(s *spec.Session[richSession]) {
		mu.Lock()
		defer mu.Unlock()
		if t, ok := came[s.ID]; ok {
			s.CreatedAt = change(t)
		}
	})
	a.createSession = func(ctx context.Context, s spec.Session[richSession]) error {
		err := a.Store.CreateSession(ctx, s)
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			came[s.ID] = s.CreatedAt
		}
		return err
	}
}

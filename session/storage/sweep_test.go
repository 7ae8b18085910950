package storage_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/spec"
)

// Sweep deletes all rows that have expired and no others.
func TestSweep(t *testing.T) {
	forEach(t, []string{"memory", "sqlite"}, nil, func(t *testing.T, f fixture) {
		for range 3 {
			f.issue(t, "cart")
		}
		f.clock.advance(maxAge / 2)
		alive := f.issue(t, "cart")
		f.clock.advance(maxAge / 2)
		if n, err := f.Sweep(t.Context()); n != 3 || err != nil {
			t.Errorf("swept %d, %v, want 3", n, err)
		}
		f.row(t)
		if !f.load(t, alive).Has("cart") {
			t.Error("one that is alive was swept")
		}
	})
}

// With callbacks and with data in the cookie Sweep does nothing.
func TestSweepOfNothing(t *testing.T) {
	forEach(t, []string{"callbacks", "cookie"}, nil, func(t *testing.T, f fixture) {
		f.issue(t, "cart")
		f.clock.advance(maxAge)
		before := len(f.rows.ids())
		if n, err := f.Sweep(t.Context()); n != 0 || err != nil || len(f.rows.ids()) != before {
			t.Errorf("swept %d, %v", n, err)
		}
	})
}

// sweeps is an adapter with only DeleteExpiredSessions.
type sweeps struct {
	spec.SessionAdapter
	mu sync.Mutex
	at []time.Time
}

func (s *sweeps) DeleteExpiredSessions(context.Context, spec.Sweep) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = append(s.at, time.Now())
	if len(s.at) == 2 {
		return 0, spec.ErrUnavailable
	}
	return 0, nil
}

// Run sweeps about once an hour, logs a failure and continues, and returns when its
// context ends.
func TestRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		adapter := new(sweeps)
		f := newFixture(t, "memory", nil)
		config := f.config
		st, err := storage.New(frontOf(t, adapter), config)
		check(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Hour)
		defer cancel()
		begun := time.Now()
		st.Run(ctx)
		if took := time.Since(begun); took != 10*time.Hour {
			t.Errorf("returned after %v", took)
		}
		if n := len(adapter.at); n < 9 || n > 12 {
			t.Errorf("%d sweeps in ten hours", n)
		}
		if n := strings.Count(f.log.String(), "expired sessions were not deleted"); n != 1 {
			t.Errorf("%d failures are logged: %s", n, f.log)
		}
	})
}

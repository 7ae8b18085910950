package session_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenon-go/tenon/internal/testing/managertest"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// TestSweepInBatches: a sweep makes as many calls as it needs, each with a limit.
func TestSweepInBatches(t *testing.T) {
	t.Parallel()
	store := openMemory(t)
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	var deleted []int64
	watched := watchSweeps(t, store, func(n int64, err error) error {
		deleted = append(deleted, n)
		return err
	})
	manager, err := session.NewManager(watched, session.Config{Now: func() time.Time { return now }})
	must(t, err)
	for range 2500 {
		_, err := manager.Create(t.Context(), "", managertest.Device{})
		must(t, err)
	}
	now = now.Add(15 * 24 * time.Hour)
	n, err := manager.Sweep(t.Context())
	if err != nil || n != 2500 {
		t.Errorf("swept %d, %v, want 2500", n, err)
	}
	if want := []int64{1000, 1000, 500, 0}; !slices.Equal(deleted, want) {
		t.Errorf("in batches of %v, want %v", deleted, want)
	}
}

// TestSweepCutShort: a sweep that fails returns how many sessions it has deleted.
func TestSweepCutShort(t *testing.T) {
	t.Parallel()
	store := openMemory(t)
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	ctx, cancel := context.WithCancel(t.Context())
	cut := watchSweeps(t, store, func(_ int64, err error) error {
		cancel()
		return err
	})
	manager, err := session.NewManager(cut, session.Config{Now: func() time.Time { return now }})
	must(t, err)
	for range 1500 {
		_, err := manager.Create(t.Context(), "", managertest.Device{})
		must(t, err)
	}
	now = now.Add(15 * 24 * time.Hour)
	if n, err := manager.Sweep(ctx); spec.ClassOf(err) != context.Canceled || n != 1000 {
		t.Errorf("swept %d, %v, want 1000 and the context's error", n, err)
	}
	failing := watchSweeps(t, store, func(int64, error) error { return spec.ErrUnavailable })
	manager, err = session.NewManager(failing, session.Config{Now: func() time.Time { return now }})
	must(t, err)
	if n, err := manager.Sweep(t.Context()); spec.ClassOf(err) != spec.ErrUnavailable || n != 500 {
		t.Errorf("swept %d, %v, want 500 and the store's error", n, err)
	}
}

// watchSweeps returns a store that calls end with the result of each sweep of another
// store, and returns the error of end.
func watchSweeps(t *testing.T, store testStore, end func(deleted int64, err error) error) testStore {
	watched, err := spec.NewStore[managertest.User, managertest.Device]("test", func(spec.Columns) (spec.Adapter, error) {
		return sweepWatcher{store.Adapter(), end}, nil
	})
	must(t, err)
	return watched
}

type sweepWatcher struct {
	spec.Adapter
	end func(deleted int64, err error) error
}

func (w sweepWatcher) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	n, err := w.Adapter.DeleteExpiredSessions(ctx, sweep)
	return n, w.end(n, err)
}

// TestRun: Run sweeps about once per interval, after the last sweep has ended, continues
// after a failure, and returns when its context ends.
func TestRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		type sweep struct{ began, ended time.Time }
		var mu sync.Mutex // Run calls from its goroutine
		var sweeps []sweep
		running := false
		store := openMemory(t)
		watched := managertest.Intercept(t, store, func(_ context.Context, op spec.Op, call func() error) error {
			if op != spec.OpDeleteExpiredSessions {
				return call()
			}
			mu.Lock()
			if running {
				t.Error("two sweeps at once")
			}
			running = true
			s := sweep{began: time.Now()}
			number := len(sweeps)
			mu.Unlock()
			if number%3 == 1 {
				time.Sleep(5 * time.Hour) // a slow store; this is the time of the bubble
			}
			err := call()
			mu.Lock()
			defer mu.Unlock()
			s.ended = time.Now()
			sweeps = append(sweeps, s)
			running = false
			if number%3 == 2 {
				return &spec.Error{Adapter: "test", Op: op, Class: spec.ErrUnavailable}
			}
			return err
		})
		manager, err := session.NewManager(watched, session.Config{
			SweepInterval: 2 * time.Hour, Logger: slog.New(slog.DiscardHandler),
		})
		must(t, err)
		_, err = manager.Create(t.Context(), "", managertest.Device{}) // only a sweep deletes it
		must(t, err)
		expired, err := manager.Create(t.Context(), "", managertest.Device{})
		must(t, err)

		started := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		var returned time.Time
		var done sync.WaitGroup
		done.Go(func() {
			manager.Run(ctx)
			returned = time.Now()
		})
		time.Sleep(16 * 24 * time.Hour)
		cancel()
		cancelled := time.Now()
		done.Wait()
		if returned.Sub(cancelled) > 5*time.Hour { // Run waits for the current sweep
			t.Errorf("it returned %v after its context ended", returned.Sub(cancelled))
		}
		if _, err := store.Session(t.Context(), string(expired.ID)); spec.ClassOf(err) != spec.ErrSessionNotFound {
			t.Errorf("an expired session is still there: %v", err)
		}
		if first := sweeps[0].began.Sub(started); first > 2*time.Hour {
			t.Errorf("the first sweep came after %v", first)
		}
		pauses := map[time.Duration]bool{}
		for i := 1; i < len(sweeps); i++ {
			pause := sweeps[i].began.Sub(sweeps[i-1].ended)
			if pause == 0 && sweeps[i-1].ended.Equal(sweeps[i-1].began) {
				continue // the next batch of the same sweep
			}
			pauses[pause] = true
			if pause < 108*time.Minute || pause > 132*time.Minute {
				t.Errorf("%v between two sweeps, want about 2h", pause)
			}
		}
		if len(sweeps) < 16*24/5 || len(pauses) < 2 {
			t.Errorf("%d sweeps with pauses of %v", len(sweeps), pauses)
		}
	})
}

// TestRunIsAskedFor: without Run there are no sweeps, and Run with a done context does
// nothing.
func TestRunIsAskedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		manager, err := session.NewManager(managertest.Intercept(t, openMemory(t), func(_ context.Context, _ spec.Op, call func() error) error {
			calls++
			return call()
		}), session.Config{SweepInterval: time.Nanosecond})
		must(t, err)
		time.Sleep(time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		manager.Run(ctx)
		if calls != 0 {
			t.Errorf("%d calls of the store", calls)
		}
	})
}

// TestRunStartsApart: processes that start together do not sweep together.
func TestRunStartsApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const programs, interval = 20, time.Hour
		started := time.Now()
		var mu sync.Mutex
		first := map[time.Duration]bool{}
		ctx, cancel := context.WithCancel(t.Context())
		var done sync.WaitGroup
		for range programs {
			manager, err := session.NewManager(managertest.Intercept(t, openMemory(t), func(context.Context, spec.Op, func() error) error {
				mu.Lock()
				defer mu.Unlock()
				first[time.Since(started)] = true
				return nil
			}), session.Config{SweepInterval: interval})
			must(t, err)
			done.Go(func() { manager.Run(ctx) })
		}
		time.Sleep(interval)
		cancel()
		done.Wait()
		if len(first) < programs {
			t.Errorf("%d programs sweep at %d different times in the first hour", programs, len(first))
		}
	})
}

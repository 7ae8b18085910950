// Package sweeptest cuts sweeps short between two batches, and adds sessions there. It is for
// the tests of adapters whose batches have more rows than the suite creates.
package sweeptest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// Batch is the number of sessions in the first batch of our adapters. Rows are enough for
// three batches.
const (
	Batch = 25
	Rows  = 5 * Batch
)

// Expired is a time at which the sessions of a test have expired.
var Expired = time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)

// Store has what a test needs besides adapters: functions to add n sessions that expire at
// a time and whose ids begin with a name, and to count the remaining ones.
type Store struct {
	Add  func(name string, n int, expires time.Time)
	Left func() int
}

// Adapter has what a test needs of an adapter.
type Adapter interface {
	DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error)
	Close() error
}

// CutShort fails the test unless a sweep that ends after its first batch returns an error
// and the number of deleted sessions. It ends one sweep by its context and one by a
// failure, and calls open for each.
func CutShort[A Adapter](t *testing.T, store Store, open func() A) {
	t.Helper()
	a := open()
	wantCut(t, store, a, ending(t, store), context.Canceled, Batch)
	n, err := a.DeleteExpiredSessions(t.Context(), spec.Sweep{Now: Expired, Everyone: true, Limit: 10 * Rows})
	if want := int64(Rows - Batch); err != nil || n != want || store.Left() != 0 {
		t.Errorf("the sweep after it: got %d, %v, and %d are left, want %d and none", n, err, store.Left(), want)
	}

	b := open()
	var closing sync.WaitGroup
	var once sync.Once
	failed := &watching{Context: t.Context(), done: make(chan struct{})}
	failed.over = func() bool {
		if store.Left() == Rows {
			return false
		}
		once.Do(func() {
			closing.Go(func() { // since Close waits for the sweep
				if err := b.Close(); err != nil {
					t.Error(err)
				}
			})
		})
		for closed := false; !closed; {
			_, err := b.DeleteExpiredSessions(t.Context(), spec.Sweep{Now: Expired.Add(-time.Hour), Everyone: true, Limit: 1})
			closed = errors.Is(err, spec.ErrClosed)
		}
		return false
	}
	wantCut(t, store, b, failed, spec.ErrClosed, Batch)
	closing.Wait()
}

// Stale fails the test unless a sweep that ends after its first batch has removed a batch of
// entries of an index whose sessions are gone, and a sweep after it the others. The functions
// of store add and count such entries.
func Stale(t *testing.T, store Store, a Adapter) {
	t.Helper()
	wantCut(t, store, a, ending(t, store), context.Canceled, 0)
	n, err := a.DeleteExpiredSessions(t.Context(), spec.Sweep{Now: Expired, Everyone: true, Limit: 10 * Rows})
	if left := store.Left(); n != 0 || err != nil || left != 0 {
		t.Errorf("the sweep after it: got %d, %v, and %d entries are left, want 0 and none", n, err, left)
	}
}

// ending returns a context that ends after the first batch.
func ending(t *testing.T, store Store) context.Context {
	return &watching{Context: t.Context(), done: make(chan struct{}), over: func() bool { return store.Left() < Rows }}
}

// Behind fails the test unless a sweep also deletes a session that is added between two of
// its batches and expires before those that it has deleted.
func Behind(t *testing.T, store Store, a Adapter) {
	t.Helper()
	store.Add("expired", Rows, Expired)
	added := false
	between := &watching{Context: t.Context(), done: make(chan struct{})}
	between.over = func() bool {
		if !added && store.Left() <= Rows-2*Batch { // two batches are over
			store.Add("earlier", 1, Expired.Add(-time.Hour))
			added = true
		}
		return false
	}
	n, err := a.DeleteExpiredSessions(between, spec.Sweep{Now: Expired, Everyone: true, Limit: 10 * Rows})
	if left := store.Left(); !added || n != Rows+1 || err != nil || left != 0 {
		t.Errorf("a sweep of %d sessions, with another added behind it (%t): got %d, %v, and %d are left, want %[1]d + 1 and none", Rows, added, n, err, left)
	}
}

// wantCut sweeps and fails the test unless the sweep ends after one batch and reports this
// number of deleted sessions.
func wantCut(t *testing.T, store Store, a Adapter, ctx context.Context, class error, deleted int64) {
	t.Helper()
	store.Add("expired", Rows, Expired)
	n, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: Expired, Everyone: true, Limit: 10 * Rows})
	if left := store.Left(); spec.ClassOf(err) != class || n != deleted || left != Rows-Batch {
		t.Errorf("a sweep that was cut short after a batch: got %d, %v, and %d are left, want %d, %v and %d", n, err, left, deleted, class, Rows-Batch)
	}
}

// watching is a context that ends when it is checked and over returns true.
type watching struct {
	context.Context
	over func() bool

	mu   sync.Mutex
	done chan struct{}
	err  error
}

func (c *watching) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil && c.over() {
		c.err = context.Canceled
		close(c.done)
	}
	return c.err
}

func (c *watching) Done() <-chan struct{} { return c.done }

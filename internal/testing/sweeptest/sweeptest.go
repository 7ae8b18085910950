// Package sweeptest cuts sweeps short between two batches. It is for the tests of adapters
// whose batches have more rows than the suite creates.
package sweeptest

import (
	"context"
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

// Store has what a test needs besides adapters: functions to fill the store with [Rows]
// expired sessions, and to count the remaining ones.
type Store struct {
	Fill func()
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
	ended := &watching{Context: t.Context(), done: make(chan struct{})}
	ended.over = func() bool { return store.Left() < Rows }
	wantCut(t, store, a, ended, context.Canceled)
	n, err := a.DeleteExpiredSessions(t.Context(), spec.Sweep{Now: Expired, Everyone: true, Limit: 10 * Rows})
	if want := int64(Rows - Batch); err != nil || n != want || store.Left() != 0 {
		t.Errorf("the sweep after it: got %d, %v, and %d are left, want %d and none", n, err, store.Left(), want)
	}

	b := open()
	failed := &watching{Context: t.Context(), done: make(chan struct{})}
	failed.over = func() bool {
		if store.Left() < Rows {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		}
		return false
	}
	wantCut(t, store, b, failed, spec.ErrClosed)
}

// wantCut sweeps and fails the test unless one batch is deleted.
func wantCut(t *testing.T, store Store, a Adapter, ctx context.Context, class error) {
	t.Helper()
	store.Fill()
	n, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: Expired, Everyone: true, Limit: 10 * Rows})
	if left := store.Left(); spec.ClassOf(err) != class || n != Batch || left != Rows-Batch {
		t.Errorf("a sweep that was cut short after a batch: got %d, %v, and %d are left, want %d, %v and %d", n, err, left, Batch, class, Rows-Batch)
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

package conformance

import (
	"context"
	"sync"
	"time"
)

// endingContext is a context that ends when its Done or Err is called for the k-th time. So
// a check can end a call at each point at which the call checks its context, without a
// clock.
type endingContext struct {
	parent context.Context
	reason error // context.Canceled or context.DeadlineExceeded
	done   chan struct{}

	looked chan struct{} // closed at the first look

	mu   sync.Mutex
	left int   // number of looks until it ends
	seen bool  // looked is closed
	err  error // nil until it has ended
}

// newEndingContext returns a context that ends at this look, or never if looks is 0.
func newEndingContext(parent context.Context, looks int, reason error) *endingContext {
	c := &endingContext{parent: parent, reason: reason, done: make(chan struct{}), looked: make(chan struct{}), left: looks}
	context.AfterFunc(parent, c.end) // the parent is the check's context and ends with the check
	return c
}

// look counts a look, ends the context at the last one, and returns the context's error.
func (c *endingContext) look() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left--; c.left == 0 {
		c.finish()
	}
	if !c.seen {
		c.seen = true
		close(c.looked)
	}
	return c.err
}

func (c *endingContext) finish() {
	if c.err == nil {
		c.err = c.reason
		close(c.done)
	}
}

// end ends the context, as a caller's cancel would.
func (c *endingContext) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.finish()
}

// hasEnded reports whether the context has ended, without counting a look.
func (c *endingContext) hasEnded() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err != nil
}

func (c *endingContext) Done() <-chan struct{} {
	c.look()
	return c.done
}

func (c *endingContext) Err() error { return c.look() }

func (c *endingContext) Deadline() (time.Time, bool) { return time.Time{}, false }
func (c *endingContext) Value(key any) any           { return c.parent.Value(key) }

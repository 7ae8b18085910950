package conformance

import (
	"context"
	"sync"
	"time"
)

// endingContext is a context that ends when it is looked at for the
// k-th time, by Done or Err: so a call can be ended at each point at which it
// looks, without a clock.
type endingContext struct {
	parent context.Context
	reason error // context.Canceled or context.DeadlineExceeded
	done   chan struct{}

	looked chan struct{} // closed once it has been looked at

	mu   sync.Mutex
	left int   // looks until it ends
	seen bool  // looked is closed
	err  error // nil until it has ended
}

// newEndingContext returns a context that ends at this look; never if
// looks is 0.
func newEndingContext(parent context.Context, looks int, reason error) *endingContext {
	c := &endingContext{parent: parent, reason: reason, done: make(chan struct{}), looked: make(chan struct{}), left: looks}
	context.AfterFunc(parent, c.end) // the parent is a check's: it ends with it
	return c
}

// look counts, ends the context at the last look, and returns what was seen.
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

// hasEnded reports whether the context has ended, without looking.
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

package mongo

import (
	"context"
	"sync"
)

// running counts the calls of several steps that are under way. Close waits for
// them: once the client is disconnected, nothing could end a transaction or take
// back a step.
type running struct {
	mu     sync.Mutex
	calls  int
	closed bool
	idle   chan struct{} // closed when no call is under way and none may begin
}

func (r *running) init() { r.idle = make(chan struct{}) }

// begin counts a call, which calls end when it returns, unless stop was called.
func (r *running) begin() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false
	}
	r.calls++
	return true
}

func (r *running) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls--; r.calls == 0 && r.closed {
		close(r.idle)
	}
}

// stop lets no more calls begin, and waits for those that have, or until ctx
// ends. It is called once.
func (r *running) stop(ctx context.Context) {
	r.mu.Lock()
	r.closed = true
	if r.calls == 0 {
		close(r.idle)
	}
	r.mu.Unlock()
	select {
	case <-r.idle:
	case <-ctx.Done():
	}
}

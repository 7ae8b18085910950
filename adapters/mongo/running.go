package mongo

import (
	"context"
	"sync"
)

// running counts the calls with several steps that are in progress. Close waits for them,
// because after the client is disconnected no transaction can be ended and no step undone.
type running struct {
	mu     sync.Mutex
	calls  int
	closed bool
	idle   chan struct{} // closed when no call is in progress and none can begin
}

func (r *running) init() { r.idle = make(chan struct{}) }

// begin counts a call, which must call end when it returns. After stop was called, begin
// returns false.
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

// stop prevents further calls from beginning, and waits until those in progress have ended
// or ctx ends. It must be called only once.
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

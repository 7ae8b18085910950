package mongo

import (
	"context"
	"sync"
)

// underWay counts the calls of several steps that are under way. Close waits for
// them: once the client is disconnected, nothing could end a transaction or take
// back a step.
type underWay struct {
	mu     sync.Mutex
	calls  int
	closed bool
	idle   chan struct{} // closed when no call is under way and none may begin
}

func (u *underWay) init() { u.idle = make(chan struct{}) }

// begin counts a call, which calls end when it returns, unless close was called.
func (u *underWay) begin() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return false
	}
	u.calls++
	return true
}

func (u *underWay) end() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.calls--; u.calls == 0 && u.closed {
		close(u.idle)
	}
}

// close lets no more calls begin, and waits for those that have, or until ctx
// ends. It is called once.
func (u *underWay) close(ctx context.Context) {
	u.mu.Lock()
	u.closed = true
	if u.calls == 0 {
		close(u.idle)
	}
	u.mu.Unlock()
	select {
	case <-u.idle:
	case <-ctx.Done():
	}
}

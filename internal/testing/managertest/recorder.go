package managertest

import (
	"context"
	"sync"

	"github.com/tenon-go/tenon/spec"
)

// Recorder records the operations that its Do intercepts, and passes them to a hook that
// a test can change. The zero Recorder has no hook: it performs every operation.
type Recorder struct {
	mu   sync.Mutex
	ops  []spec.Op
	hook Hook
}

// Do is a [Hook].
func (r *Recorder) Do(ctx context.Context, op spec.Op, call func() error) error {
	r.mu.Lock()
	r.ops = append(r.ops, op)
	hook := r.hook
	r.mu.Unlock()
	if hook == nil {
		return call()
	}
	return hook(ctx, op, call)
}

// SetHook sets the hook; nil removes it.
func (r *Recorder) SetHook(hook Hook) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hook = hook
}

// Calls returns the operations since the last call of Calls.
func (r *Recorder) Calls() []spec.Op {
	r.mu.Lock()
	defer r.mu.Unlock()
	ops := r.ops
	r.ops = nil
	return ops
}

package mutants

import (
	"context"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
)

// interruptedBy lets a call of op run between two steps of another call, in the check
// with this sentence. The other call calls the returned function between its steps.
func interruptedBy(a *altered, op spec.Op, sentence string) (wait func(ctx context.Context)) {
	forced, begun, ended := racesIn(a.t, sentence), newSignal(a.t), newSignal(a.t)
	a.around(op, func(c *call, do func()) {
		if forced {
			begun.wait(c.ctx)
			defer ended.give()
		}
		do()
	})
	return func(ctx context.Context) {
		if forced {
			begun.give()
			ended.wait(ctx)
		}
	}
}

// halfRead lets another caller read a session between two steps of a write, in the check
// with this sentence. The write calls the returned function between the steps.
func halfRead(a *altered, sentence string) (wait func(ctx context.Context)) {
	forced := racesIn(a.t, sentence)
	var half atomic.Bool
	read := newSignal(a.t)
	a.around(spec.OpSession, func(c *call, do func()) {
		begun := half.Load()
		if do(); begun {
			read.give()
		}
	})
	return func(ctx context.Context) {
		if forced {
			half.Store(true)
			read.wait(ctx)
		}
	}
}

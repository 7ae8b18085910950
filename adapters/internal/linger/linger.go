// Package linger gives a call a moment after its caller has given up: for the
// answer to a statement that is under way, and to take back what must not stay.
package linger

import (
	"context"
	"time"
)

// Grace is the moment. A server that is well answers within it, and with it a
// call ends within a second of its context.
const Grace = 500 * time.Millisecond

// Context returns a context with the values of ctx that ends Grace after ctx
// does. It has no deadline: what is sent with it is not cut short at the server.
// The caller calls cancel, which frees what the context holds.
func Context(ctx context.Context) (within context.Context, cancel context.CancelFunc) {
	within, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(Grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			end()
		case <-within.Done():
		}
	})
	return within, func() { stop(); end() }
}

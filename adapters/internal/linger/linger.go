// Package linger gives a call a moment of time after its caller has given up. The call can
// use it to receive the answer to a running statement, and to undo incomplete changes.
package linger

import (
	"context"
	"time"
)

// Grace is the length of that moment. A healthy server answers within it, and the call
// still ends within a second after its context.
const Grace = 500 * time.Millisecond

// Context returns a context with the values of ctx that ends Grace after ctx does. It has
// no deadline, so the server does not cut statements short. The caller must call cancel to
// release the context's resources.
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

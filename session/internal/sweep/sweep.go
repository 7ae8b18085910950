// Package sweep is when session and session/storage delete expired sessions.
package sweep

import (
	"context"
	"math/rand/v2"
	"time"
)

// Run calls sweep about once in every interval until ctx is done, and then
// returns. The interval varies by a tenth and the first one is of random length,
// so that processes started together do not sweep together.
func Run(ctx context.Context, interval time.Duration, sweep func(ctx context.Context)) {
	timer := time.NewTimer(time.Duration(rand.Float64() * float64(interval)))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if ctx.Err() != nil { // both were ready
			return
		}
		sweep(ctx)
		timer.Reset(time.Duration((0.9 + 0.2*rand.Float64()) * float64(interval)))
	}
}

// Package sweep schedules the sweeps of packages session and storage.
package sweep

import (
	"context"
	"math/rand/v2"
	"time"
)

// Run calls sweep about once per interval until ctx is done. The interval varies by
// up to a tenth, and the first one has a random length, so that processes that start
// together do not sweep together.
func Run(ctx context.Context, interval time.Duration, sweep func(ctx context.Context)) {
	timer := time.NewTimer(time.Duration(rand.Float64() * float64(interval)))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if ctx.Err() != nil { // both channels were ready
			return
		}
		sweep(ctx)
		timer.Reset(time.Duration((0.9 + 0.2*rand.Float64()) * float64(interval)))
	}
}

package mongo_test

import (
	"sync/atomic"
	"testing"
	"time"
)

// stopwatch measures the time for which this process runs. A machine that stands still, or
// does not let the process run, would also delay the end of a call, so that time does not
// count.
type stopwatch struct{ ran atomic.Int64 }

// startStopwatch returns a stopwatch that runs until the test ends.
func startStopwatch(t *testing.T) *stopwatch {
	const tick = 10 * time.Millisecond
	w, done := new(stopwatch), t.Context().Done()
	ticker := time.NewTicker(tick)
	go func() {
		defer ticker.Stop()
		for last := time.Now(); ; {
			select {
			case <-done:
				return
			case <-ticker.C:
				now := time.Now()
				w.ran.Add(int64(min(now.Sub(last), 2*tick)))
				last = now
			}
		}
	}()
	return w
}

func (w *stopwatch) now() time.Duration { return time.Duration(w.ran.Load()) }

package servertest

import (
	"sync/atomic"
	"testing"
	"time"
)

// Stopwatch measures the time for which this process runs. A machine that stands still, or
// does not let the process run, would also delay the end of a call, so that time does not
// count.
type Stopwatch struct{ ran atomic.Int64 }

// StartStopwatch returns a stopwatch that runs until the test ends.
func StartStopwatch(t *testing.T) *Stopwatch {
	const tick = 10 * time.Millisecond
	w, done := new(Stopwatch), t.Context().Done()
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

// Now returns the time since the start.
func (w *Stopwatch) Now() time.Duration { return time.Duration(w.ran.Load()) }

package measure

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenon-go/tenon/bench/report"
)

// The longest batch of a call is the longest time between two calls of its context's Err.
// The first batch begins when the call does, and the last one ends when it returns.
func TestLongestBatch(t *testing.T) {
	for _, batches := range [][]time.Duration{{7, 2, 3}, {2, 7, 3}, {2, 3, 7}, {7}} {
		synctest.Test(t, func(t *testing.T) {
			longest, err := longestBatch(t.Context(), func(ctx context.Context) error {
				for i, batch := range batches {
					time.Sleep(batch * time.Millisecond) // of the bubble's clock
					if i < len(batches)-1 && ctx.Err() != nil {
						return ctx.Err()
					}
				}
				return nil
			})
			if longest != 7*time.Millisecond || err != nil {
				t.Errorf("batches of %d ms: got %v, %v, want 7ms", batches, longest, err)
			}
		})
	}
}

func TestWaits(t *testing.T) {
	waits := make([]time.Duration, 100)
	for i := range waits {
		waits[i] = time.Duration(100-i) * time.Millisecond
	}
	if got, want := waitsOf(waits), (report.Waits{Count: 100, Median: 50, P99: 99, Longest: 100}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

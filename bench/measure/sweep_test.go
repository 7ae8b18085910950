package measure

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenon-go/tenon/bench/report"
)

// The longest batch of a call is the longest time between two calls of its context's Err.
// The first batch begins when the call does.
func TestLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &looks{Context: t.Context(), last: time.Now()}
		for _, batch := range []time.Duration{2, 7, 3} {
			time.Sleep(batch * time.Millisecond) // of the bubble's clock
			if err := l.Err(); err != nil {
				t.Fatal(err)
			}
		}
		if l.longest != 7*time.Millisecond {
			t.Errorf("got %v, want 7ms", l.longest)
		}
	})
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

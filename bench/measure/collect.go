package measure

import (
	"runtime"
	"time"
)

// FullGC returns how long a full garbage collection takes by the clock and in processor
// time, in milliseconds: each the least of three.
func FullGC() (clock, processor float64) {
	var leastClock, leastProcessor time.Duration
	for i := range 3 {
		begin, before := time.Now(), processorTime()
		runtime.GC()
		tookClock, tookProcessor := time.Since(begin), processorTime()-before
		if i == 0 || tookClock < leastClock {
			leastClock = tookClock
		}
		if i == 0 || tookProcessor < leastProcessor {
			leastProcessor = tookProcessor
		}
	}
	return milliseconds(leastClock), milliseconds(leastProcessor)
}

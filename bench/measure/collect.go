package measure

import (
	"runtime"
	"time"
)

// FullGC returns how much processor time a full garbage collection takes, in
// milliseconds: the least of three. On idle processors it takes less time than that.
func FullGC() float64 {
	var least time.Duration
	for range 3 {
		before := processorTime()
		runtime.GC()
		if took := processorTime() - before; least == 0 || took < least {
			least = took
		}
	}
	return milliseconds(least)
}

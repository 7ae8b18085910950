package measure

import (
	"runtime"
	"time"
)

// FullGC returns the processor time of a full garbage collection, in milliseconds: the
// least of three. On idle processors a collection takes less wall-clock time than that.
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

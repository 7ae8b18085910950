// Package clock contains changes of times that the mutants of adapters and of fronts make.
package clock

import (
	"time"

	"github.com/tenon-go/tenon/spec/attr"
)

// InRange returns change, except that it does not change a time if no store can hold the
// time or the result.
func InRange(change func(time.Time) time.Time) func(time.Time) time.Time {
	return func(t time.Time) time.Time {
		if _, ok := attr.NormalTime(t); !ok {
			return t
		}
		if c, ok := attr.NormalTime(change(t)); ok {
			return c
		}
		return t
	}
}

// Read returns the time whose clock reading in as equals that of t in zone.
func Read(t time.Time, zone, as *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), as)
}

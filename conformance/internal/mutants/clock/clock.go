// Package clock is what the mutants of adapters and of fronts do to times.
package clock

import (
	"time"

	"github.com/tenon-go/tenon/spec/attr"
)

// InRange leaves times alone that no store can hold, before or after change.
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

// Read returns the time that clocks in zone show, as if they were in another.
func Read(t time.Time, zone, as *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), as)
}

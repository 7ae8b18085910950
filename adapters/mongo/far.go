package mongo

import (
	"context"
	"time"
)

// longest is the time until the furthest deadline that the driver is given. The driver adds
// to the time until the deadline. If that time is the longest Duration, some 292 years, the
// sum overflows, and the driver refuses the call because its time is up.
const longest = 365 * 24 * time.Hour

// hideFarDeadline returns a context that is done when ctx is, and that has no deadline if
// that of ctx is further away than longest.
func hideFarDeadline(ctx context.Context) context.Context {
	if end, ok := ctx.Deadline(); ok && time.Until(end) > longest {
		return farContext{ctx}
	}
	return ctx
}

type farContext struct{ context.Context }

func (farContext) Deadline() (time.Time, bool) { return time.Time{}, false }

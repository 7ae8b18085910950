package mongo

import (
	"context"
	"time"
)

// longest is a deadline that is far enough away to do without: the driver adds to the
// time until a deadline, which overflows where it is the longest that there is, some 292
// years, and refuses the call because its time is up.
const longest = 365 * 24 * time.Hour

// hideFarDeadline returns a context that is done when ctx is, and that tells the driver
// nothing of a deadline further away than that.
func hideFarDeadline(ctx context.Context) context.Context {
	if end, ok := ctx.Deadline(); ok && time.Until(end) > longest {
		return farContext{ctx}
	}
	return ctx
}

type farContext struct{ context.Context }

func (farContext) Deadline() (time.Time, bool) { return time.Time{}, false }

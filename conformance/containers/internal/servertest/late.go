package servertest

import (
	"context"
	"time"
)

// Late returns a context whose deadline has passed and whose timer has not
// fired, as when a machine is busy: drivers hand the deadline on to the socket,
// whose timer may be the earlier one.
func Late(ctx context.Context) context.Context { return late{ctx, time.Now()} }

type late struct {
	context.Context
	end time.Time
}

func (l late) Deadline() (time.Time, bool) { return l.end, true }

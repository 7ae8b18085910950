package servertest

import (
	"context"
	"time"
)

// Late returns a context whose deadline has passed and whose timer has not fired yet.
// That happens on a busy machine. Drivers set the deadline on the socket too, whose timer
// can fire first.
func Late(ctx context.Context) context.Context { return late{ctx, time.Now()} }

type late struct {
	context.Context
	end time.Time
}

func (l late) Deadline() (time.Time, bool) { return l.end, true }

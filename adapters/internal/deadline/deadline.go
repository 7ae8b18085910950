// Package deadline asks a context whether it is done, and the clock as well.
package deadline

import (
	"context"
	"time"
)

// Err returns ctx.Err(), or [context.DeadlineExceeded] as soon as the deadline
// of ctx has passed. A driver hands the deadline on to its socket, whose timer
// may fire before the one of the context: then the call has failed because its
// time was up, and ctx.Err() is still nil.
func Err(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if end, ok := ctx.Deadline(); ok && !time.Now().Before(end) {
		return context.DeadlineExceeded
	}
	return nil
}

// Package deadline checks whether a context is done, also by the clock.
package deadline

import (
	"context"
	"time"
)

// Err returns ctx.Err(), or [context.DeadlineExceeded] if the deadline of ctx has passed. A
// driver passes the deadline to its socket, whose timer can fire before that of the
// context. Then the call has failed because of its deadline although ctx.Err() is still
// nil.
func Err(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if end, ok := ctx.Deadline(); ok && !time.Now().Before(end) {
		return context.DeadlineExceeded
	}
	return nil
}

package mutants

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

func contextMutants() []Mutant {
	return []Mutant{
		{Name: "context_error_after_the_write_was_applied", Clause: "CTX-02", Shipped: "modernc.org/sqlite: 17 inserts of 17",
			Subject: alterAll(after(spec.OpCreateSession, func(c *call) {
				if c.err == nil {
					c.err = c.ctx.Err()
				}
			}))},
		{Name: "context_that_ends_elsewhere_hides_the_write", Clause: "CTX-02", Subject: alterAll(after(spec.OpCreateSession, func(c *call) {
			// It never notices the end of the context before the write is done. It waits only
			// with the suite's ending contexts, because others may never end.
			for c.err == nil && strings.HasSuffix(fmt.Sprintf("%T", c.ctx), ".endingContext") {
				runtime.Gosched()
				c.err = c.ctx.Err()
			}
		}))},
		{Name: "ended_context_is_taken_for_done", Clause: "CTX-02", Subject: alterAll(before(spec.OpDeleteUserSessions, func(c *call) {
			if c.err = c.ctx.Err(); c.err == nil && c.ctx.Err() != nil {
				c.answer(nil)
			}
		}))},
		{Name: "list_ends_where_the_context_does", Clause: "CTX-02", Shipped: "adapters that do not ask rows.Err", Subject: alterAll(after(spec.OpUserSessions, func(c *call) {
			// It checks the context before each row.
			for i := range c.list {
				if c.ctx.Err() != nil {
					c.list, c.err = c.list[:i], nil
					return
				}
			}
		}))},
		{Name: "interrupted_read_is_indeterminate", Clause: "CTX-02", Subject: alterAll(after(spec.OpSession, func(c *call) {
			if c.err == nil && c.ctx.Err() != nil {
				c.err = spec.ErrIndeterminate
			}
		}))},
		{Name: "interrupted_delete_leaves_the_user_without_sessions", Clause: "CTX-02", Subject: alterAll(before(spec.OpDeleteUser, func(c *call) {
			if _, c.err = c.rows.DeleteUserSessions(c.ctx, c.id, nil); c.err == nil {
				c.err = c.ctx.Err()
			}
		}))},
		{Name: "interrupted_write_tears_the_row", Clause: "CTX-02", Subject: alterAll(before(spec.OpSwapLease, func(c *call) {
			// It swaps the lease in two steps, and does not know the outcome if it stops
			// between them.
			half := c.from
			half.Credential = c.to.Credential
			if c.err = c.rows.SwapLease(c.ctx, c.id, c.from, half); c.err == nil && c.ctx.Err() != nil {
				c.err = spec.ErrIndeterminate
			}
			c.ctx, c.from = context.WithoutCancel(c.ctx), half
		}))},
	}
}

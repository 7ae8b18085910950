package fronts

import (
	"context"
	"errors"
	"fmt"

	"github.com/tenon-go/tenon/spec"
)

func contextMutants() []Mutant {
	return []Mutant{
		{Name: "read_ignores_a_done_context", Clause: "CTX-01",
			Subject: alterRich(before(spec.OpUserSessions, func(c *richCall) { c.ctx = context.WithoutCancel(c.ctx) }))},
		// It has nothing to migrate, and therefore does not check the store or the context.
		{Name: "migrate_ignores_a_done_context", Clause: "CTX-01", Subject: alterAll(migratesAnyway, migratesAnyway, migratesAnyway)},
		{Name: "done_context_is_found_out_after_the_write", Clause: "CTX-01", Subject: alterRich(func(a *richAltered) {
			a.around(spec.OpDeleteSession, func(c *richCall, do func()) {
				ctx := c.ctx
				c.ctx = context.WithoutCancel(ctx)
				if do(); c.err == nil {
					c.err = ctx.Err()
				}
			})
		})},
		{Name: "cause_of_the_context_is_the_class", Clause: "CTX-01", Subject: alterRich(before(spec.OpSession, func(c *richCall) {
			if c.ctx.Err() != nil {
				c.answer(fmt.Errorf("mutant: %w", context.Cause(c.ctx)))
			}
		}))},
		{Name: "deadline_is_reported_as_cancelled", Clause: "CTX-01", Subject: alterRich(after(spec.OpSwapLease, func(c *richCall) {
			if errors.Is(c.err, context.DeadlineExceeded) {
				c.err = context.Canceled
			}
		}))},
		{Name: "ended_context_is_unavailable", Clause: "CTX-02", Subject: alterRich(func(a *richAltered) {
			ends := func(c *richCall) {
				if c.err = c.ctx.Err(); c.err == nil && c.ctx.Err() != nil {
					c.err = spec.ErrUnavailable
				}
			}
			a.before(spec.OpDeleteUserSessions, ends)
			a.before(spec.OpDeleteUserSessionsExcept, ends)
		})},
	}
}

func migratesAnyway[U, S any](a *altered[U, S]) {
	succeed := func(c *call[U, S]) { c.answer(nil) }
	a.before(spec.OpMigrate, succeed)
	a.before(spec.OpCheck, succeed)
}

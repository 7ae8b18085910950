package mutants

import (
	"context"
	"errors"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

// manyContextMutants returns mutants that check the context between the rows, or batches,
// of a call.
func manyContextMutants() []Mutant {
	return []Mutant{
		{Name: "a_context_ends_delete_user_after_some_sessions", Clause: "CTX-02",
			Subject: alterAll(before(spec.OpDeleteUser, func(c *call) { c.err = deleteUntilDone(c) }))},
		{Name: "a_context_ends_the_deletion_of_a_users_sessions_after_some", Clause: "CTX-02", Subject: alterAll(before(spec.OpDeleteUserSessions, func(c *call) {
			if err := deleteUntilDone(c); len(c.keep) == 0 {
				c.err = err
			}
		}))},
		{Name: "a_context_ends_the_deletion_of_the_others_after_some", Clause: "CTX-02", Subject: alterAll(before(spec.OpDeleteUserSessions, func(c *call) {
			if len(c.keep) > 0 {
				c.err = deleteUntilDone(c)
			}
		}))},
		{Name: "a_sweep_of_hundreds_that_is_cut_short_counts_none", Clause: "SWP-02",
			Subject: alterAll(sweepInBatches(200, func(_ int64, err error) (int64, error) { return 0, err }))},
		{Name: "a_sweep_of_hundreds_that_is_cut_short_is_done", Clause: "SWP-02",
			Subject: alterAll(sweepInBatches(200, func(deleted int64, _ error) (int64, error) { return deleted, nil }))},
		{Name: "a_sweep_of_hundreds_that_is_cut_short_counts_one_batch", Clause: "SWP-02",
			Subject: alterAll(sweepInBatches(200, func(deleted int64, err error) (int64, error) { return min(deleted, 200), err }))},
	}
}

// deleteUntilDone deletes the first sessions of a user if the context ends before the
// fifth and later ones, and returns its error.
func deleteUntilDone(c *call) error {
	list, _ := c.rows.UserSessions(c.ctx, c.id)
	for i := range list {
		if i < 4 || c.ctx.Err() == nil {
			continue
		}
		keep := slices.Clone(c.keep)
		for _, kept := range list[i:] {
			keep = append(keep, kept.ID)
		}
		_, err := c.rows.DeleteUserSessions(context.WithoutCancel(c.ctx), c.id, keep)
		return errors.Join(c.ctx.Err(), err)
	}
	return nil
}

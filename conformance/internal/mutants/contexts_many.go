package mutants

import (
	"context"
	"errors"
)

// manyContextMutants returns mutants that check the context between the rows, or batches,
// of a call.
func manyContextMutants() []Mutant {
	return []Mutant{
		{Name: "a_context_ends_delete_user_after_some_sessions", Clause: "CTX-02", Subject: alterAll(func(a *altered) {
			a.deleteUser = func(ctx context.Context, id string) error {
				if err := deleteUntilDone(ctx, a.rows, id, nil); err != nil {
					return err
				}
				return a.rows.DeleteUser(ctx, id)
			}
		})},
		{Name: "a_context_ends_the_deletion_of_a_users_sessions_after_some", Clause: "CTX-02", Subject: alterAll(func(a *altered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				if err := deleteUntilDone(ctx, a.rows, userID, keep); err != nil && len(keep) == 0 {
					return 0, err
				}
				return a.rows.DeleteUserSessions(ctx, userID, keep)
			}
		})},
		{Name: "a_context_ends_the_deletion_of_the_others_after_some", Clause: "CTX-02", Subject: alterAll(func(a *altered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				if len(keep) > 0 {
					if err := deleteUntilDone(ctx, a.rows, userID, keep); err != nil {
						return 0, err
					}
				}
				return a.rows.DeleteUserSessions(ctx, userID, keep)
			}
		})},
		{Name: "a_sweep_of_hundreds_that_is_cut_short_counts_none", Clause: "SWP-02", Subject: alterAll(sweepInBatches(200, func(_ int64, err error) (int64, error) { return 0, err }))},
		{Name: "a_sweep_of_hundreds_that_is_cut_short_is_done", Clause: "SWP-02", Subject: alterAll(sweepInBatches(200, func(deleted int64, _ error) (int64, error) { return deleted, nil }))},
		{Name: "a_sweep_of_hundreds_that_is_cut_short_counts_one_batch", Clause: "SWP-02", Subject: alterAll(sweepInBatches(200, func(deleted int64, err error) (int64, error) { return min(deleted, 200), err }))},
	}
}

// deleteUntilDone deletes the first sessions of a user if the context ends before the
// fifth and later ones, and returns its error.
func deleteUntilDone(ctx context.Context, a rows, userID string, keep []string) error {
	list, _ := a.UserSessions(ctx, userID)
	for i := range list {
		if i < 4 || ctx.Err() == nil {
			continue
		}
		for _, kept := range list[i:] {
			keep = append(keep, kept.ID)
		}
		_, err := a.DeleteUserSessions(context.WithoutCancel(ctx), userID, keep)
		return errors.Join(ctx.Err(), err)
	}
	return nil
}

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
		{Name: "context_error_after_the_write_was_applied", Clause: "CTX-02", Shipped: "modernc.org/sqlite: 17 inserts of 17", Subject: alterAll(func(a *altered) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if err := a.rows.CreateSession(ctx, session); err != nil {
					return err
				}
				return ctx.Err()
			}
		})},
		{Name: "context_that_ends_elsewhere_hides_the_write", Clause: "CTX-02", Subject: alterAll(func(a *altered) {
			// It never notices the end of the context before the write is done. It waits only
			// with the suite's ending contexts, because others may never end.
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if err := a.rows.CreateSession(ctx, session); err != nil || !strings.HasSuffix(fmt.Sprintf("%T", ctx), ".endingContext") {
					return err
				}
				for ctx.Err() == nil {
					runtime.Gosched()
				}
				return ctx.Err()
			}
		})},
		{Name: "ended_context_is_taken_for_done", Clause: "CTX-02", Subject: alterAll(func(a *altered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				if err := ctx.Err(); err != nil {
					return 0, err
				}
				if ctx.Err() != nil {
					return 0, nil
				}
				return a.rows.DeleteUserSessions(ctx, userID, keep)
			}
		})},
		{Name: "list_ends_where_the_context_does", Clause: "CTX-02", Shipped: "adapters that do not ask rows.Err", Subject: alterAll(func(a *altered) {
			// It checks the context before each row.
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				list, err := a.rows.UserSessions(ctx, userID)
				for i := range list {
					if ctx.Err() != nil {
						return list[:i], nil
					}
				}
				return list, err
			}
		})},
		{Name: "interrupted_read_is_indeterminate", Clause: "CTX-02", Subject: alterAll(func(a *altered) {
			a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				session, err := a.rows.Session(ctx, id)
				if err == nil && ctx.Err() != nil {
					return spec.SessionRow{}, spec.ErrIndeterminate
				}
				return session, err
			}
		})},
		{Name: "interrupted_delete_leaves_the_user_without_sessions", Clause: "CTX-02", Subject: alterAll(func(a *altered) {
			a.deleteUser = func(ctx context.Context, id string) error {
				if _, err := a.rows.DeleteUserSessions(ctx, id, nil); err != nil {
					return err
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				return a.rows.DeleteUser(ctx, id)
			}
		})},
		{Name: "interrupted_write_tears_the_row", Clause: "CTX-02", Subject: alterAll(func(a *altered) {
			// It swaps the lease in two steps, and does not know the outcome if it stops
			// between them.
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				half := from
				half.Credential = to.Credential
				if err := a.rows.SwapLease(ctx, id, from, half); err != nil {
					return err
				}
				if ctx.Err() != nil {
					return spec.ErrIndeterminate
				}
				return a.rows.SwapLease(context.WithoutCancel(ctx), id, half, to)
			}
		})},
	}
}

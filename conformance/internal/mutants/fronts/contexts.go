package fronts

import (
	"context"
	"errors"
	"fmt"

	"github.com/tenon-go/tenon/spec"
)

func contextMutants() []Mutant {
	return []Mutant{
		{Name: "read_ignores_a_done_context", Clause: "CTX-01", Subject: alterRich(func(a *richAltered) {
			a.userSessions = func(ctx context.Context, userID string) ([]spec.Session[richSession], error) {
				return a.Store.UserSessions(context.WithoutCancel(ctx), userID)
			}
		})},
		{Name: "migrate_ignores_a_done_context", Clause: "CTX-01", Subject: subjectOf(migratesAnyway, migratesAnyway, migratesAnyway)},
		{Name: "done_context_is_found_out_after_the_write", Clause: "CTX-01", Subject: alterRich(func(a *richAltered) {
			a.deleteSession = func(ctx context.Context, id string) error {
				if err := a.Store.DeleteSession(context.WithoutCancel(ctx), id); err != nil {
					return err
				}
				return ctx.Err()
			}
		})},
		{Name: "cause_of_the_context_is_the_class", Clause: "CTX-01", Subject: alterRich(func(a *richAltered) {
			a.session = func(ctx context.Context, id string) (spec.Session[richSession], error) {
				if ctx.Err() != nil {
					return spec.Session[richSession]{}, fmt.Errorf("mutant: %w", context.Cause(ctx))
				}
				return a.Store.Session(ctx, id)
			}
		})},
		{Name: "deadline_is_reported_as_cancelled", Clause: "CTX-01", Subject: alterRich(func(a *richAltered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				err := a.Store.SwapLease(ctx, id, from, to)
				if errors.Is(err, context.DeadlineExceeded) {
					return context.Canceled
				}
				return err
			}
		})},

		{Name: "ended_context_is_unavailable", Clause: "CTX-02", Subject: alterRich(func(a *richAltered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep ...string) (int64, error) {
				if err := ctx.Err(); err != nil {
					return 0, err
				}
				if ctx.Err() != nil {
					return 0, spec.ErrUnavailable
				}
				return deleteBut(ctx, a.Store, userID, keep)
			}
		})},
	}
}

package fronts

import (
	"context"
	"errors"
	"fmt"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

func contextMutants() []Mutant {
	return []Mutant{
		{Name: "read_ignores_a_done_context", Clause: "CTX-01",
			Subject: subjectOf(ignoresContext, ignoresContext, ignoresContext)},
		{Name: "migrate_ignores_a_done_context", Clause: "CTX-01",
			Subject: subjectOf(migratesAnyway, migratesAnyway, migratesAnyway)},
		{Name: "done_context_is_found_out_after_the_write", Clause: "CTX-01",
			Subject: subjectOf(looksAfterwards, looksAfterwards, looksAfterwards)},
		{Name: "cause_of_the_context_is_the_class", Clause: "CTX-01",
			Subject: subjectOf(causeIsClass, causeIsClass, causeIsClass)},
		{Name: "deadline_is_reported_as_cancelled", Clause: "CTX-01",
			Subject: subjectOf(deadlineIsCancelled, deadlineIsCancelled, deadlineIsCancelled)},

		{Name: "ended_context_is_unavailable", Clause: "CTX-02",
			Subject: subjectOf(endedIsUnavailable, endedIsUnavailable, endedIsUnavailable)},
	}
}

func ignoresContext[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		return a.UserSessions(context.WithoutCancel(ctx), userID)
	}}
}

func looksAfterwards[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteSession: func(ctx context.Context, id string) error {
		if err := a.DeleteSession(context.WithoutCancel(ctx), id); err != nil {
			return err
		}
		return ctx.Err()
	}}
}

func causeIsClass[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, session: func(ctx context.Context, id string) (spec.Session[S], error) {
		if ctx.Err() != nil {
			return spec.Session[S]{}, fmt.Errorf("mutant: %w", context.Cause(ctx))
		}
		return a.Session(ctx, id)
	}}
}

func deadlineIsCancelled[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
		err := a.SwapLease(ctx, id, from, to)
		if errors.Is(err, context.DeadlineExceeded) {
			return context.Canceled
		}
		return err
	}}
}

func endedIsUnavailable[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteUserSessions: func(ctx context.Context, userID string, keep ...string) (int64, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if ctx.Err() != nil {
			return 0, spec.ErrUnavailable
		}
		return deleteBut(ctx, a, userID, keep)
	}}
}

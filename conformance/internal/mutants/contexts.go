package mutants

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

func contextMutants() []Mutant {
	return []Mutant{
		{Name: "read_ignores_a_done_context", Clause: "CTX-01",
			Subject: types(ignoresContext, ignoresContext, ignoresContext)},
		{Name: "migrate_ignores_a_done_context", Clause: "CTX-01",
			Subject: types(migratesAnyway, migratesAnyway, migratesAnyway)},
		{Name: "done_context_is_found_out_after_the_write", Clause: "CTX-01",
			Subject: types(looksAfterwards, looksAfterwards, looksAfterwards)},
		{Name: "cause_of_the_context_is_the_class", Clause: "CTX-01",
			Subject: types(causeIsClass, causeIsClass, causeIsClass)},
		{Name: "deadline_is_reported_as_cancelled", Clause: "CTX-01",
			Subject: types(deadlineIsCancelled, deadlineIsCancelled, deadlineIsCancelled)},

		{Name: "context_error_after_the_write_was_applied", Clause: "CTX-02", Shipped: "modernc.org/sqlite: 17 inserts of 17",
			Subject: types(contextErrorAfterWrite, contextErrorAfterWrite, contextErrorAfterWrite)},
		{Name: "context_that_ends_elsewhere_hides_the_write", Clause: "CTX-02",
			Subject: types(waitsForTheEnd, waitsForTheEnd, waitsForTheEnd)},
		{Name: "ended_context_is_unavailable", Clause: "CTX-02",
			Subject: types(endedIsUnavailable, endedIsUnavailable, endedIsUnavailable)},
		{Name: "ended_context_is_taken_for_done", Clause: "CTX-02",
			Subject: types(endedIsDone, endedIsDone, endedIsDone)},
		{Name: "list_ends_where_the_context_does", Clause: "CTX-02", Shipped: "adapters that do not ask rows.Err",
			Subject: types(listEndsWithContext, listEndsWithContext, listEndsWithContext)},
		{Name: "interrupted_read_is_indeterminate", Clause: "CTX-02",
			Subject: types(readIsIndeterminate, readIsIndeterminate, readIsIndeterminate)},
		{Name: "interrupted_delete_leaves_the_user_without_sessions", Clause: "CTX-02",
			Subject: types(deleteStopsHalfway, deleteStopsHalfway, deleteStopsHalfway)},
		{Name: "interrupted_write_tears_the_row", Clause: "CTX-02",
			Subject: types(tornRow, tornRow, tornRow)},
	}
}

func ignoresContext[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		return a.UserSessions(context.WithoutCancel(ctx), userID)
	}}
}

func looksAfterwards[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteSession: func(ctx context.Context, id string) error {
		if err := a.DeleteSession(context.WithoutCancel(ctx), id); err != nil {
			return err
		}
		return ctx.Err()
	}}
}

func causeIsClass[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, session: func(ctx context.Context, id string) (spec.Session[S], error) {
		if ctx.Err() != nil {
			return spec.Session[S]{}, fmt.Errorf("mutant: %w", context.Cause(ctx))
		}
		return a.Session(ctx, id)
	}}
}

func deadlineIsCancelled[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
		err := a.SwapLease(ctx, id, from, to)
		if errors.Is(err, context.DeadlineExceeded) {
			return context.Canceled
		}
		return err
	}}
}

func contextErrorAfterWrite[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		if err := a.CreateSession(ctx, session); err != nil {
			return err
		}
		return ctx.Err()
	}}
}

// waitsForTheEnd never notices in time that the context ends: a write is done
// by then, always. The standard library's contexts it leaves alone, since those
// may never end.
func waitsForTheEnd[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		if err := a.CreateSession(ctx, session); err != nil || strings.HasPrefix(fmt.Sprintf("%T", ctx), "*context.") {
			return err
		}
		for ctx.Err() == nil {
			runtime.Gosched()
		}
		return ctx.Err()
	}}
}

func endedIsUnavailable[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
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

func endedIsDone[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteUserSessions: func(ctx context.Context, userID string, keep ...string) (int64, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if ctx.Err() != nil {
			return 0, nil
		}
		return deleteBut(ctx, a, userID, keep)
	}}
}

// listEndsWithContext looks at the context before each row.
func listEndsWithContext[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		list, err := a.UserSessions(ctx, userID)
		for i := range list {
			if ctx.Err() != nil {
				return list[:i], nil
			}
		}
		return list, err
	}}
}

func readIsIndeterminate[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, session: func(ctx context.Context, id string) (spec.Session[S], error) {
		session, err := a.Session(ctx, id)
		if err == nil && ctx.Err() != nil {
			return spec.Session[S]{}, spec.ErrIndeterminate
		}
		return session, err
	}}
}

func deleteStopsHalfway[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteUser: func(ctx context.Context, id string) error {
		if _, err := a.DeleteUserSessions(ctx, id); err != nil {
			return err
		}
		return a.DeleteUser(ctx, id)
	}}
}

// tornRow swaps the lease in two steps, and does not know what became of it
// when it stops between them.
func tornRow[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
		half := from
		half.Credential = to.Credential
		if err := a.SwapLease(ctx, id, from, half); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return spec.ErrIndeterminate
		}
		return a.SwapLease(context.WithoutCancel(ctx), id, half, to)
	}}
}

package fronts

import (
	"context"
	"slices"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
)

func sessionDeleteMutants() []Mutant {
	return []Mutant{
		{Name: "delete_except_sorts_the_callers_list", Clause: "SES-11", Subject: subjectOf(exceptSorts, exceptSorts, exceptSorts)},
		{Name: "delete_except_nothing_deletes_all", Clause: "SES-11", Shipped: "adapters with a variadic list",
			Subject: alterRich(func(a *richAltered) { a.keepNone = a.Store.DeleteUserSessions })},
	}
}

// deleteExcept is the type of DeleteUserSessionsExcept. Without ids to keep it is
// DeleteUserSessions.
type deleteExcept = func(ctx context.Context, userID string, keep ...string) (int64, error)

// exceptAltered is an adapter whose DeleteUserSessions and
// DeleteUserSessionsExcept are built on the right ones.
func exceptAltered[U, S any](t conformance.TB, s conformance.Store, alter func(a typed.Store[U, S], right deleteExcept) deleteExcept) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteUserSessions: alter(a, func(ctx context.Context, userID string, keep ...string) (int64, error) {
		return deleteBut(ctx, a, userID, keep)
	})}
}

func exceptSorts[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return exceptAltered(t, s, func(_ typed.Store[U, S], right deleteExcept) deleteExcept {
		return func(ctx context.Context, userID string, keep ...string) (int64, error) {
			slices.Sort(keep)
			return right(ctx, userID, keep...)
		}
	})
}

package fronts

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

func sessionListMutants() []Mutant {
	type row = spec.Session[richSession]
	return []Mutant{
		{Name: "the_list_is_by_id", Clause: "SES-10", Subject: sortedBy(func(a, b row) int { return cmp.Compare(a.ID, b.ID) })},
		{Name: "the_list_is_the_latest_first", Clause: "SES-10", Subject: sortedBy(func(a, b row) int { return b.CreatedAt.Compare(a.CreatedAt) })},
		{Name: "the_list_ignores_case_in_its_order", Clause: "SES-10", Subject: sortedBy(func(a, b row) int { // of sessions of one moment, letters decide and not bytes
			return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(strings.ToLower(a.ID), strings.ToLower(b.ID)))
		})},
		{Name: "the_list_is_in_the_order_of_creation", Clause: "SES-10", Subject: subjectOf(listInOrder, listInOrder, listInOrder)},
	}
}

// sortedBy returns a subject that returns a user's sessions in another order.
func sortedBy(compare func(a, b spec.Session[richSession]) int) conformance.Subject {
	return alterRich(func(a *richAltered) {
		a.userSessions = func(ctx context.Context, userID string) ([]spec.Session[richSession], error) {
			list, err := a.Store.UserSessions(ctx, userID)
			slices.SortStableFunc(list, compare)
			return list, err
		}
	})
}

func listInOrder[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, c := recordCreated(openHealthy[U, S](t, s))
	a.userSessions = func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		list, err := a.Store.UserSessions(ctx, userID)
		order := c.Sessions(func(_, owner string) bool { return owner == userID })
		slices.SortFunc(list, func(a, b spec.Session[S]) int {
			return cmp.Compare(slices.Index(order, a.ID), slices.Index(order, b.ID))
		})
		return list, err
	}
	return a
}

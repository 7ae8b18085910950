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
	return []Mutant{
		{Name: "the_list_is_by_id", Clause: "SES-10",
			Subject: subjectOf(listByID, listByID, listByID)},
		{Name: "the_list_is_the_latest_first", Clause: "SES-10",
			Subject: subjectOf(listLatestFirst, listLatestFirst, listLatestFirst)},
		{Name: "the_list_ignores_case_in_its_order", Clause: "SES-10",
			Subject: subjectOf(listIgnoresCase, listIgnoresCase, listIgnoresCase)},
		{Name: "the_list_is_in_the_order_of_creation", Clause: "SES-10",
			Subject: subjectOf(listInOrder, listInOrder, listInOrder)},
	}
}

// listAltered is an adapter that lists a user's sessions in another way.
func listAltered[U, S any](t conformance.TB, s conformance.Store, alter func([]spec.Session[S]) []spec.Session[S]) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		list, err := a.UserSessions(ctx, userID)
		return alter(list), err
	}}
}

// sortList returns a list in another order.
func sortList[S any](compare func(a, b spec.Session[S]) int) func([]spec.Session[S]) []spec.Session[S] {
	return func(list []spec.Session[S]) []spec.Session[S] {
		slices.SortStableFunc(list, compare)
		return list
	}
}

func listByID[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return listAltered[U](t, s, sortList(func(a, b spec.Session[S]) int { return cmp.Compare(a.ID, b.ID) }))
}

func listLatestFirst[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return listAltered[U](t, s, sortList(func(a, b spec.Session[S]) int { return b.CreatedAt.Compare(a.CreatedAt) }))
}

// Of sessions of one moment, letters decide and not bytes.
func listIgnoresCase[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return listAltered[U](t, s, sortList(func(a, b spec.Session[S]) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(strings.ToLower(a.ID), strings.ToLower(b.ID)))
	}))
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

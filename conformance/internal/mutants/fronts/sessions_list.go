package fronts

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/conformance"
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
		{Name: "the_list_is_in_the_order_of_creation", Clause: "SES-10", Subject: alterAll(listInOrder, listInOrder, listInOrder)},
	}
}

// sortedBy returns a subject that returns a user's sessions in another order.
func sortedBy(compare func(a, b spec.Session[richSession]) int) conformance.Subject {
	return alterRich(after(spec.OpUserSessions, func(c *richCall) { slices.SortStableFunc(c.list, compare) }))
}

func listInOrder[U, S any](a *altered[U, S]) {
	rows := recordCreated(a)
	a.after(spec.OpUserSessions, func(c *call[U, S]) {
		order := rows.Sessions(func(_, owner string) bool { return owner == c.id })
		slices.SortFunc(c.list, func(a, b spec.Session[S]) int {
			return cmp.Compare(slices.Index(order, a.ID), slices.Index(order, b.ID))
		})
	})
}

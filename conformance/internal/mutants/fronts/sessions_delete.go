package fronts

import (
	"slices"

	"github.com/tenon-go/tenon/spec"
)

func sessionDeleteMutants() []Mutant {
	return []Mutant{
		{Name: "delete_except_sorts_the_callers_list", Clause: "SES-11", Subject: alterAll(sortsKept, sortsKept, sortsKept)},
		{Name: "delete_except_nothing_deletes_all", Clause: "SES-11", Shipped: "adapters with a variadic list",
			Subject: alterRich(before(spec.OpDeleteUserSessionsExcept, func(c *richCall) {
				if len(c.keep) == 0 {
					n, err := c.store.DeleteUserSessions(c.ctx, c.id)
					c.n = n
					c.answer(err)
				}
			}))},
	}
}

func sortsKept[U, S any](a *altered[U, S]) {
	a.before(spec.OpDeleteUserSessionsExcept, func(c *call[U, S]) { slices.Sort(c.keep) })
}

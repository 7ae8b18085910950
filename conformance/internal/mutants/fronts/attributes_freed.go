package fronts

import (
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// maskMutants returns mutants that check or write more than the mask names.
func maskMutants() []Mutant {
	return []Mutant{
		// It is broken for all types, because only the nested types have JSON.
		{Name: "an_update_checks_all_attributes", Clause: "ATT-08", Subject: alterAll(updateChecksAll, updateChecksAll, updateChecksAll)},
		{Name: "an_update_looks_for_conflicts_in_all_attributes", Clause: "ATT-08", Subject: alterRich(before(spec.OpUpdateUser, func(c *richCall) {
			if u, err := c.store.UserBy(c.ctx, "Email", c.user.Attributes.Email); err == nil && u.ID != c.id && len(names(c.userMask)) == 1 {
				c.answer(&spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"})
			}
		}))},
	}
}

func updateChecksAll[U, S any](a *altered[U, S]) {
	schema, err := spec.SessionSchema[S]()
	if err != nil {
		a.t.Fatal(err)
	}
	a.before(spec.OpUpdateSession, func(c *call[U, S]) { _, c.err = spec.Values(schema, c.session.Attributes, attr.All[S]()) })
}

package fronts

import (
	"context"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// maskMutants look at, or write, more than the mask names.
func maskMutants() []Mutant {
	return []Mutant{
		{Name: "an_update_checks_all_attributes", Clause: "ATT-08",
			Subject: richIn(func(t conformance.TB, a *richAltered) {
				schema, err := spec.SessionSchema[richSession]()
				if err != nil {
					t.Fatal(err)
				}
				a.updateSession = func(ctx context.Context, id string, attributes richSession, mask attr.Mask[richSession]) error {
					if _, err := spec.Values(schema, attributes, attr.All[richSession]()); err != nil {
						return err
					}
					return a.Store.UpdateSession(ctx, id, attributes, mask)
				}
			})},
		{Name: "an_update_looks_for_conflicts_in_all_attributes", Clause: "ATT-08",
			Subject: alterRich(func(a *richAltered) {
				inner := a.Store
				a.updateUser = func(ctx context.Context, id string, attributes richUser, mask attr.Mask[richUser]) error {
					if u, err := inner.UserBy(ctx, "Email", attributes.Email); err == nil && u.ID != id && len(names(mask)) == 1 {
						return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}
					}
					return inner.UpdateUser(ctx, id, attributes, mask)
				}
			})},
	}
}

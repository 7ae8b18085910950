package fronts

import (
	"context"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// maskMutants returns mutants that check or write more than the mask names.
func maskMutants() []Mutant {
	return []Mutant{
		{Name: "an_update_checks_all_attributes", Clause: "ATT-08", Subject: subjectOf(updateChecksAll, updateChecksAll, updateChecksAll)},
		{Name: "an_update_looks_for_conflicts_in_all_attributes", Clause: "ATT-08", Subject: alterRich(func(a *richAltered) {
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

// updateChecksAll is broken for all types, because only the nested types have JSON.
func updateChecksAll[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	schema, err := spec.SessionSchema[S]()
	if err != nil {
		t.Fatal(err)
	}
	return &altered[U, S]{Store: a, updateSession: func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
		if _, err := spec.Values(schema, attributes, attr.All[S]()); err != nil {
			return err
		}
		return a.UpdateSession(ctx, id, attributes, mask)
	}}
}

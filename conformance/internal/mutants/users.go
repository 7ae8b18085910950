package mutants

import (
	"context"
	"errors"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func userMutants() []Mutant {
	return []Mutant{
		{Name: "create_user_overwrites", Clause: "USR-02", Shipped: "adapters written with an upsert",
			Subject: conformance.Types(createUserOverwrites, createUserOverwrites, createUserOverwrites)},
		{Name: "update_revives_a_deleted_user", Clause: "USR-08", Shipped: "adapters written with an upsert",
			Subject: conformance.Types(updateRevivesUser, updateRevivesUser, updateRevivesUser)},
	}
}

func createUserOverwrites[U, S any](t conformance.TB, s conformance.Store) spec.Adapter[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Adapter: a, createUser: func(ctx context.Context, user spec.User[U]) error {
		err := a.CreateUser(ctx, user)
		if errors.Is(err, spec.ErrUserExists) {
			return a.UpdateUser(ctx, user.ID, user.Attributes, attr.All[U]())
		}
		return err
	}}
}

func updateRevivesUser[U, S any](t conformance.TB, s conformance.Store) spec.Adapter[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Adapter: a, updateUser: func(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
		err := a.UpdateUser(ctx, id, attributes, mask)
		if errors.Is(err, spec.ErrUserNotFound) {
			return a.CreateUser(ctx, spec.User[U]{ID: id, Attributes: attributes})
		}
		return err
	}}
}

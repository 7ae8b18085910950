package mutants

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func userMutants() []Mutant {
	return []Mutant{
		{Name: "create_user_swaps_two_columns", Clause: "USR-01",
			Subject: types(createUserSwapsColumns, healthy, healthy)},
		{Name: "create_user_swaps_two_bools", Clause: "USR-01",
			Subject: types(createUserSwapsBools, healthy, healthy)},
		{Name: "create_user_overwrites", Clause: "USR-02", Shipped: "adapters written with an upsert",
			Subject: types(createUserOverwrites, createUserOverwrites, createUserOverwrites)},
		{Name: "a_taken_user_id_is_a_duplicate_attribute", Clause: "USR-02", Shipped: "adapters that do not tell constraints apart",
			Subject: types(userTakenIsAttribute, userTakenIsAttribute, userTakenIsAttribute)},
		{Name: "a_taken_user_id_is_session_exists", Clause: "USR-02", Shipped: "adapters that do not tell constraints apart",
			Subject: types(userTakenIsSession, userTakenIsSession, userTakenIsSession)},
		{Name: "creating_the_user_that_is_there_succeeds", Clause: "USR-02",
			Subject: types(createUserIdempotent, createUserIdempotent, createUserIdempotent)},
		{Name: "an_absent_user_is_the_zero_user", Clause: "USR-03", Shipped: "adapters that lose the error of a scan",
			Subject: types(absentUserIsZero, absentUserIsZero, absentUserIsZero)},
		{Name: "an_absent_user_panics", Clause: "USR-03", Shipped: "adapters that do not look at what was found",
			Subject: types(absentUserPanics, absentUserPanics, absentUserPanics)},
		{Name: "an_absent_user_is_a_raw_error", Clause: "USR-03", Shipped: "adapters that return sql.ErrNoRows",
			Subject: types(absentUserIsRaw, absentUserIsRaw, absentUserIsRaw)},
		{Name: "update_user_of_nobody_succeeds", Clause: "USR-03",
			Subject: types(updateUserIgnoresCount, updateUserIgnoresCount, updateUserIgnoresCount)},
		{Name: "equal_user_values_are_not_found", Clause: "USR-04", Shipped: "MySQL adapters that count changed rows",
			Subject: types(equalUserNotFound, equalUserNotFound, equalUserNotFound)},
		{Name: "update_user_ignores_the_mask", Clause: "USR-04",
			Subject: types(updateUserIgnoresMask, updateUserIgnoresMask, updateUserIgnoresMask)},
		{Name: "update_user_skips_zero_values", Clause: "USR-04",
			Subject: types(updateUserSkipsZero, updateUserSkipsZero, updateUserSkipsZero)},
		{Name: "update_user_drops_a_column", Clause: "USR-04",
			Subject: types(updateUserDropsColumn, healthy, healthy)},
		{Name: "an_empty_user_mask_overwrites_everything", Clause: "USR-05", Shipped: "adapters for which no names are all names",
			Subject: types(emptyUserMaskIsAll, emptyUserMaskIsAll, emptyUserMaskIsAll)},
		{Name: "an_empty_user_mask_is_a_syntax_error", Clause: "USR-05", Shipped: "adapters that write UPDATE … SET WHERE",
			Subject: types(emptyUserMaskIsError, emptyUserMaskIsError, emptyUserMaskIsError)},
		{Name: "an_empty_user_mask_does_not_look", Clause: "USR-05",
			Subject: types(emptyUserMaskDoesNotLook, emptyUserMaskDoesNotLook, emptyUserMaskDoesNotLook)},
		{Name: "delete_user_leaves_the_sessions", Clause: "USR-06", Shipped: "adapters without foreign keys, each in its own way",
			Subject: types(deleteUserLeavesSessions, deleteUserLeavesSessions, deleteUserLeavesSessions)},
		{Name: "delete_user_leaves_some_sessions", Clause: "USR-06", Shipped: "adapters that delete one batch",
			Subject: types(deleteUserLeavesSome, deleteUserLeavesSome, deleteUserLeavesSome)},
		{Name: "delete_user_deletes_everyones_sessions", Clause: "USR-06", Shipped: "adapters that forgot a condition",
			Subject: types(deleteUserTakesAll, deleteUserTakesAll, deleteUserTakesAll)},
		{Name: "deleting_an_absent_user_fails", Clause: "USR-07", Shipped: "adapters that count deleted rows",
			Subject: types(deleteAbsentUserFails, deleteAbsentUserFails, deleteAbsentUserFails)},
		{Name: "update_revives_a_deleted_user", Clause: "USR-08", Shipped: "adapters written with an upsert",
			Subject: types(updateRevivesUser, updateRevivesUser, updateRevivesUser)},
	}
}

func createUserSwapsColumns(t conformance.TB, s conformance.Store) typed.Store[richUser, richSession] {
	a := healthy[richUser, richSession](t, s)
	return &altered[richUser, richSession]{Store: a,
		createUser: func(ctx context.Context, user spec.User[richUser]) error {
			user.Attributes.Name, user.Attributes.UserID = user.Attributes.UserID, user.Attributes.Name
			return a.CreateUser(ctx, user)
		}}
}

// In most rows both are the same.
func createUserSwapsBools(t conformance.TB, s conformance.Store) typed.Store[richUser, richSession] {
	a := healthy[richUser, richSession](t, s)
	return &altered[richUser, richSession]{Store: a,
		createUser: func(ctx context.Context, user spec.User[richUser]) error {
			if u := &user.Attributes; u.Verified != nil {
				verified := u.Admin
				u.Admin, u.Verified = *u.Verified, &verified
			}
			return a.CreateUser(ctx, user)
		}}
}

func createUserOverwrites[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, createUser: func(ctx context.Context, user spec.User[U]) error {
		err := a.CreateUser(ctx, user)
		if errors.Is(err, spec.ErrUserExists) {
			return a.UpdateUser(ctx, user.ID, user.Attributes, attr.All[U]())
		}
		return err
	}}
}

// createUserFails is an adapter that reports a taken user id in another way.
func createUserFails[U, S any](t conformance.TB, s conformance.Store, report func(ctx context.Context, a typed.Store[U, S], user spec.User[U]) error) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, createUser: func(ctx context.Context, user spec.User[U]) error {
		err := a.CreateUser(ctx, user)
		if errors.Is(err, spec.ErrUserExists) {
			return report(ctx, a, user)
		}
		return err
	}}
}

func userTakenIsAttribute[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return createUserFails(t, s, func(context.Context, typed.Store[U, S], spec.User[U]) error {
		return &spec.ConstraintError{Kind: spec.NotUnique}
	})
}

func userTakenIsSession[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return createUserFails(t, s, func(context.Context, typed.Store[U, S], spec.User[U]) error { return spec.ErrSessionExists })
}

func createUserIdempotent[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return createUserFails(t, s, func(ctx context.Context, a typed.Store[U, S], user spec.User[U]) error {
		if there, err := a.User(ctx, user.ID); err == nil && reflect.DeepEqual(there, user) {
			return nil
		}
		return spec.ErrUserExists
	})
}

// absentUser is an adapter that reports an absent user in another way.
func absentUser[U, S any](t conformance.TB, s conformance.Store, report func() error) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, user: func(ctx context.Context, id string) (spec.User[U], error) {
		user, err := a.User(ctx, id)
		if errors.Is(err, spec.ErrUserNotFound) {
			return user, report()
		}
		return user, err
	}}
}

func absentUserIsZero[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return absentUser[U, S](t, s, func() error { return nil })
}

func absentUserPanics[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return absentUser[U, S](t, s, func() error { panic("runtime error: invalid memory address or nil pointer dereference") })
}

func absentUserIsRaw[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return absentUser[U, S](t, s, func() error { return errNoRows })
}

var errNoRows = errors.New("sql: no rows in result set")

func updateUserIgnoresCount[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, updateUser: func(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
		err := a.UpdateUser(ctx, id, attributes, mask)
		if errors.Is(err, spec.ErrUserNotFound) {
			return nil
		}
		return err
	}}
}

func updateRevivesUser[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, updateUser: func(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
		err := a.UpdateUser(ctx, id, attributes, mask)
		if errors.Is(err, spec.ErrUserNotFound) {
			return a.CreateUser(ctx, spec.User[U]{ID: id, Attributes: attributes})
		}
		return err
	}}
}

func equalUserNotFound[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, updateUser: func(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
		before, _ := a.User(ctx, id)
		if err := a.UpdateUser(ctx, id, attributes, mask); err != nil {
			return err
		}
		if after, err := a.User(ctx, id); err == nil && !mask.Empty() && reflect.DeepEqual(before, after) {
			return spec.ErrUserNotFound
		}
		return nil
	}}
}

// userMask is an adapter that takes another mask for the one it is given.
func userMask[U, S any](t conformance.TB, s conformance.Store, another func(mask attr.Mask[U], attributes U) (attr.Mask[U], error)) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, updateUser: func(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
		mask, err := another(mask, attributes)
		if err != nil {
			return err
		}
		return a.UpdateUser(ctx, id, attributes, mask)
	}}
}

func updateUserIgnoresMask[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return userMask[U, S](t, s, func(mask attr.Mask[U], _ U) (attr.Mask[U], error) {
		if mask.Empty() {
			return mask, nil
		}
		return attr.All[U](), nil
	})
}

func updateUserSkipsZero[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return userMask[U, S](t, s, skipZero[U])
}

// skipZero takes what has its zero value out of a mask.
func skipZero[T any](mask attr.Mask[T], attributes T) (attr.Mask[T], error) {
	return without(mask, func(f attr.Field) bool {
		return reflect.ValueOf(attributes).FieldByName(f.Name).IsZero()
	})
}

// without takes fields out of a mask.
func without[T any](mask attr.Mask[T], out func(attr.Field) bool) (attr.Mask[T], error) {
	schema, err := attr.SchemaOf[T]()
	if err != nil {
		return mask, err
	}
	var names []string
	for _, f := range schema.Select(mask) {
		if !out(f) {
			names = append(names, f.Name)
		}
	}
	return attr.Fields[T](names...)
}

// The column is left out when it is updated alone, which few tests do.
func updateUserDropsColumn(t conformance.TB, s conformance.Store) typed.Store[richUser, richSession] {
	return userMask[richUser, richSession](t, s,
		func(mask attr.Mask[richUser], _ richUser) (attr.Mask[richUser], error) {
			schema, err := attr.SchemaOf[richUser]()
			if err != nil || len(schema.Select(mask)) > 1 {
				return mask, err
			}
			return without(mask, func(f attr.Field) bool { return f.Name == "Weight" })
		})
}

func emptyUserMaskIsAll[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return userMask[U, S](t, s, func(mask attr.Mask[U], _ U) (attr.Mask[U], error) {
		if mask.Empty() {
			return attr.All[U](), nil
		}
		return mask, nil
	})
}

func emptyUserMaskIsError[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return userMask[U, S](t, s, func(mask attr.Mask[U], _ U) (attr.Mask[U], error) {
		if mask.Empty() {
			return mask, fmt.Errorf("%w: syntax error at or near WHERE", spec.ErrFailed)
		}
		return mask, nil
	})
}

func emptyUserMaskDoesNotLook[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, updateUser: func(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
		if mask.Empty() {
			return nil
		}
		return a.UpdateUser(ctx, id, attributes, mask)
	}}
}

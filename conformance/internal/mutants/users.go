package mutants

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func userMutants() []Mutant {
	return []Mutant{
		{Name: "create_user_swaps_two_columns", Clause: "USR-01",
			Subject: richSubject(createUserSwapsColumns)},
		{Name: "create_user_swaps_two_bools", Clause: "USR-01",
			Subject: richSubject(createUserSwapsBools)},
		{Name: "create_user_overwrites", Clause: "USR-02", Shipped: "adapters written with an upsert",
			Subject: subject(createUserOverwrites)},
		{Name: "a_taken_user_id_is_a_duplicate_attribute", Clause: "USR-02", Shipped: "adapters that do not tell constraints apart",
			Subject: subject(userTakenIsAttribute)},
		{Name: "a_taken_user_id_is_session_exists", Clause: "USR-02", Shipped: "adapters that do not tell constraints apart",
			Subject: subject(userTakenIsSession)},
		{Name: "creating_an_existing_user_succeeds", Clause: "USR-02",
			Subject: subject(createUserIdempotent)},
		{Name: "an_absent_user_is_the_zero_user", Clause: "USR-03", Shipped: "adapters that lose the error of a scan",
			Subject: subject(absentUserIsZero)},
		{Name: "an_absent_user_panics", Clause: "USR-03", Shipped: "adapters that do not look at what was found",
			Subject: subject(absentUserPanics)},
		{Name: "an_absent_user_is_a_raw_error", Clause: "USR-03", Shipped: "adapters that return sql.ErrNoRows",
			Subject: subject(absentUserIsRaw)},
		{Name: "update_of_an_unknown_user_succeeds", Clause: "USR-03",
			Subject: subject(updateUserIgnoresCount)},
		{Name: "equal_user_values_are_not_found", Clause: "USR-04", Shipped: "MySQL adapters that count changed rows",
			Subject: subject(equalUserNotFound)},
		{Name: "update_user_ignores_the_mask", Clause: "USR-04",
			Subject: subject(updateUserIgnoresMask)},
		{Name: "update_user_skips_zero_values", Clause: "USR-04",
			Subject: subject(updateUserSkipsZero)},
		{Name: "update_user_drops_a_column", Clause: "USR-04",
			Subject: richSubject(updateUserDropsColumn)},
		{Name: "update_of_a_whole_user_misses_the_last_attribute", Clause: "USR-04",
			Subject: subject(updateUserMissesLast)},
		{Name: "an_empty_user_mask_overwrites_everything", Clause: "USR-05", Shipped: "adapters for which no names are all names",
			Subject: subject(emptyUserMaskIsAll)},
		{Name: "an_empty_user_mask_is_a_syntax_error", Clause: "USR-05", Shipped: "adapters that write UPDATE … SET WHERE",
			Subject: subject(emptyUserMaskIsError)},
		{Name: "an_empty_user_mask_does_not_look", Clause: "USR-05",
			Subject: subject(emptyUserMaskDoesNotLook)},
		{Name: "delete_user_leaves_the_sessions", Clause: "USR-06", Shipped: "adapters without foreign keys, each in its own way",
			Subject: subject(deleteUserLeavesSessions)},
		{Name: "delete_user_leaves_some_sessions", Clause: "USR-06", Shipped: "adapters that delete one batch",
			Subject: subject(deleteUserLeavesSome)},
		{Name: "delete_user_deletes_everyones_sessions", Clause: "USR-06", Shipped: "adapters that forgot a condition",
			Subject: subject(deleteUserTakesAll)},
		{Name: "deleting_an_absent_user_fails", Clause: "USR-07", Shipped: "adapters that count deleted rows",
			Subject: subject(deleteAbsentUserFails)},
		{Name: "update_revives_a_deleted_user", Clause: "USR-08", Shipped: "adapters written with an upsert",
			Subject: subject(updateRevivesUser)},
	}
}

func createUserSwapsColumns(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a,
		createUser: func(ctx context.Context, user spec.UserRow) error {
			name, id := placeOf[richUser]("Name"), placeOf[richUser]("UserID")
			user.Attributes = slices.Clone(user.Attributes)
			user.Attributes[name], user.Attributes[id] = user.Attributes[id], user.Attributes[name]
			return a.CreateUser(ctx, user)
		}}
}

// In most rows both are the same.
func createUserSwapsBools(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a,
		createUser: func(ctx context.Context, user spec.UserRow) error {
			admin, verified := placeOf[richUser]("Admin"), placeOf[richUser]("Verified")
			user.Attributes = slices.Clone(user.Attributes)
			if values := user.Attributes; values[verified] != nil {
				values[admin], values[verified] = values[verified], values[admin]
			}
			return a.CreateUser(ctx, user)
		}}
}

func createUserOverwrites(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createUser: func(ctx context.Context, user spec.UserRow) error {
		err := a.CreateUser(ctx, user)
		if errors.Is(err, spec.ErrUserExists) {
			return a.UpdateUser(ctx, user.ID, changeOfAll(user.Attributes))
		}
		return err
	}}
}

// createUserFails is an adapter that reports a taken user id in another way.
func createUserFails(t conformance.TB, s conformance.Store, columns spec.Columns, report func(ctx context.Context, a rows, user spec.UserRow) error) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createUser: func(ctx context.Context, user spec.UserRow) error {
		err := a.CreateUser(ctx, user)
		if errors.Is(err, spec.ErrUserExists) {
			return report(ctx, a, user)
		}
		return err
	}}
}

func userTakenIsAttribute(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return createUserFails(t, s, columns, func(context.Context, rows, spec.UserRow) error {
		return &spec.ConstraintError{Kind: spec.NotUnique}
	})
}

func userTakenIsSession(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return createUserFails(t, s, columns, func(context.Context, rows, spec.UserRow) error { return spec.ErrSessionExists })
}

func createUserIdempotent(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return createUserFails(t, s, columns, func(ctx context.Context, a rows, user spec.UserRow) error {
		if there, err := a.User(ctx, user.ID); err == nil && reflect.DeepEqual(there, user) {
			return nil
		}
		return spec.ErrUserExists
	})
}

// absentUser is an adapter that reports an absent user in another way.
func absentUser(t conformance.TB, s conformance.Store, columns spec.Columns, report func() error) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, user: func(ctx context.Context, id string) (spec.UserRow, error) {
		user, err := a.User(ctx, id)
		if errors.Is(err, spec.ErrUserNotFound) {
			return user, report()
		}
		return user, err
	}}
}

func absentUserIsZero(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return absentUser(t, s, columns, func() error { return nil })
}

func absentUserPanics(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return absentUser(t, s, columns, func() error { panic("runtime error: invalid memory address or nil pointer dereference") })
}

func absentUserIsRaw(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return absentUser(t, s, columns, func() error { return errNoRows })
}

var errNoRows = errors.New("sql: no rows in result set")

func updateUserIgnoresCount(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, updateUser: func(ctx context.Context, id string, change spec.Change) error {
		err := a.UpdateUser(ctx, id, change)
		if errors.Is(err, spec.ErrUserNotFound) {
			return nil
		}
		return err
	}}
}

func updateRevivesUser(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, updateUser: func(ctx context.Context, id string, change spec.Change) error {
		err := a.UpdateUser(ctx, id, change)
		if errors.Is(err, spec.ErrUserNotFound) {
			return a.CreateUser(ctx, spec.UserRow{ID: id, Attributes: change.Apply(zeroUser(columns))})
		}
		return err
	}}
}

func equalUserNotFound(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, updateUser: func(ctx context.Context, id string, change spec.Change) error {
		before, _ := a.User(ctx, id)
		if err := a.UpdateUser(ctx, id, change); err != nil {
			return err
		}
		if after, err := a.User(ctx, id); err == nil && len(change.Places) > 0 && reflect.DeepEqual(before, after) {
			return spec.ErrUserNotFound
		}
		return nil
	}}
}

// userMask is an adapter that makes another change than the one it is given.
func userMask(t conformance.TB, s conformance.Store, columns spec.Columns, another mask) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, updateUser: func(ctx context.Context, id string, change spec.Change) error {
		change, err := another(change)
		if err != nil {
			return err
		}
		return a.UpdateUser(ctx, id, change)
	}}
}

func updateUserIgnoresMask(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return userMask(t, s, columns, ignoresMask(zeroUser(columns)))
}

func updateUserSkipsZero(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return userMask(t, s, columns, skipsZero(zeroUser(columns)))
}

// The column is left out when it is updated alone, which few tests do.
func updateUserDropsColumn(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return userMask(t, s, columns, func(change spec.Change) (spec.Change, error) {
		if changesOnly[richUser](change, "Weight") {
			return spec.Change{}, nil
		}
		return change, nil
	})
}

// The statement that sets all columns was written by hand.
func updateUserMissesLast(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	last := len(columns.Users) - 1
	return userMask(t, s, columns, func(change spec.Change) (spec.Change, error) {
		if len(change.Places) <= last {
			return change, nil
		}
		return dropColumns(change, func(place int, _ any) bool { return place == last }), nil
	})
}

func emptyUserMaskIsAll(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return userMask(t, s, columns, emptyIsAll(zeroUser(columns)))
}

func emptyUserMaskIsError(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return userMask(t, s, columns, emptyIsError)
}

func emptyUserMaskDoesNotLook(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, updateUser: func(ctx context.Context, id string, change spec.Change) error {
		if len(change.Places) == 0 {
			return nil
		}
		return a.UpdateUser(ctx, id, change)
	}}
}

package mutants

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

func userMutants() []Mutant {
	return []Mutant{
		{Name: "create_user_swaps_two_columns", Clause: "USR-01", Subject: alterRich(func(a *altered) {
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				name, id := placeOf[richUser]("Name"), placeOf[richUser]("UserID")
				user.Attributes = slices.Clone(user.Attributes)
				user.Attributes[name], user.Attributes[id] = user.Attributes[id], user.Attributes[name]
				return a.rows.CreateUser(ctx, user)
			}
		})},
		{Name: "create_user_swaps_two_bools", Clause: "USR-01", Subject: alterRich(func(a *altered) {
			// In most rows both are the same.
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				admin, verified := placeOf[richUser]("Admin"), placeOf[richUser]("Verified")
				user.Attributes = slices.Clone(user.Attributes)
				if values := user.Attributes; values[verified] != nil {
					values[admin], values[verified] = values[verified], values[admin]
				}
				return a.rows.CreateUser(ctx, user)
			}
		})},
		{Name: "create_user_overwrites", Clause: "USR-02", Shipped: "adapters written with an upsert", Subject: alterAll(func(a *altered) {
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				err := a.rows.CreateUser(ctx, user)
				if errors.Is(err, spec.ErrUserExists) {
					return a.rows.UpdateUser(ctx, user.ID, changeOfAll(user.Attributes))
				}
				return err
			}
		})},
		{Name: "a_taken_user_id_is_a_duplicate_attribute", Clause: "USR-02", Shipped: "adapters that do not tell constraints apart",
			Subject: alterAll(createUserFails(func(context.Context, rows, spec.UserRow) error {
				return &spec.ConstraintError{Kind: spec.NotUnique}
			}))},
		{Name: "a_taken_user_id_is_session_exists", Clause: "USR-02", Shipped: "adapters that do not tell constraints apart",
			Subject: alterAll(createUserFails(func(context.Context, rows, spec.UserRow) error { return spec.ErrSessionExists }))},
		{Name: "creating_an_existing_user_succeeds", Clause: "USR-02", Subject: alterAll(createUserFails(func(ctx context.Context, a rows, user spec.UserRow) error {
			if there, err := a.User(ctx, user.ID); err == nil && reflect.DeepEqual(there, user) {
				return nil
			}
			return spec.ErrUserExists
		}))},
		{Name: "an_absent_user_is_the_zero_user", Clause: "USR-03", Shipped: "adapters that lose the error of a scan", Subject: alterAll(absentUser(func() error { return nil }))},
		{Name: "an_absent_user_panics", Clause: "USR-03", Shipped: "adapters that do not look at what was found",
			Subject: alterAll(absentUser(func() error { panic("runtime error: invalid memory address or nil pointer dereference") }))},
		{Name: "an_absent_user_is_a_raw_error", Clause: "USR-03", Shipped: "adapters that return sql.ErrNoRows", Subject: alterAll(absentUser(func() error { return errNoRows }))},
		{Name: "update_of_an_unknown_user_succeeds", Clause: "USR-03", Subject: alterAll(func(a *altered) {
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				return replaceClass(a.rows.UpdateUser(ctx, id, change), spec.ErrUserNotFound, nil)
			}
		})},
		{Name: "equal_user_values_are_not_found", Clause: "USR-04", Shipped: "MySQL adapters that count changed rows", Subject: alterAll(func(a *altered) {
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				before, _ := a.rows.User(ctx, id)
				if err := a.rows.UpdateUser(ctx, id, change); err != nil {
					return err
				}
				if after, err := a.rows.User(ctx, id); err == nil && len(change.Places) > 0 && reflect.DeepEqual(before, after) {
					return spec.ErrUserNotFound
				}
				return nil
			}
		})},
		{Name: "update_user_ignores_the_mask", Clause: "USR-04", Subject: alterAll(func(a *altered) { userMask(ignoresMask(zeroUser(a.columns)))(a) })},
		{Name: "update_user_skips_zero_values", Clause: "USR-04", Subject: alterAll(func(a *altered) { userMask(skipsZero(zeroUser(a.columns)))(a) })},
		// The column is left out when it is updated alone, which few tests do.
		{Name: "update_user_drops_a_column", Clause: "USR-04", Subject: alterRich(userMask(func(change spec.Change) (spec.Change, error) {
			if changesOnly[richUser](change, "Weight") {
				return spec.Change{}, nil
			}
			return change, nil
		}))},
		{Name: "update_of_a_whole_user_misses_the_last_attribute", Clause: "USR-04", Subject: alterAll(func(a *altered) {
			// The statement that sets all columns was written by hand.
			last := len(a.columns.Users) - 1
			userMask(func(change spec.Change) (spec.Change, error) {
				if len(change.Places) <= last {
					return change, nil
				}
				return dropColumns(change, func(place int, _ any) bool { return place == last }), nil
			})(a)
		})},
		{Name: "an_empty_user_mask_overwrites_everything", Clause: "USR-05", Shipped: "adapters for which no names are all names",
			Subject: alterAll(func(a *altered) { userMask(emptyIsAll(zeroUser(a.columns)))(a) })},
		{Name: "an_empty_user_mask_is_a_syntax_error", Clause: "USR-05", Shipped: "adapters that write UPDATE … SET WHERE", Subject: alterAll(userMask(emptyIsError))},
		{Name: "an_empty_user_mask_does_not_look", Clause: "USR-05", Subject: alterAll(func(a *altered) {
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				if len(change.Places) == 0 {
					return nil
				}
				return a.rows.UpdateUser(ctx, id, change)
			}
		})},
		{Name: "delete_user_leaves_the_sessions", Clause: "USR-06", Shipped: "adapters without foreign keys, each in its own way",
			Subject: alterApart(func(a *altered, both *apart) {
				a.deleteUser = func(ctx context.Context, id string) error {
					return both.users.DeleteUser(ctx, id)
				}
			})},
		{Name: "delete_user_leaves_some_sessions", Clause: "USR-06", Shipped: "adapters that delete one batch", Subject: alterApart(func(a *altered, both *apart) {
			a.deleteUser = func(ctx context.Context, id string) error {
				both.mu.Lock()
				defer both.mu.Unlock()
				list, err := both.sessions.UserSessions(ctx, id)
				if err != nil {
					return err
				}
				const batch = 100
				for _, session := range list[:min(len(list), batch)] {
					err = errors.Join(err, both.sessions.DeleteSession(ctx, session.ID))
				}
				return errors.Join(err, both.users.DeleteUser(ctx, id))
			}
		})},
		{Name: "delete_user_deletes_everyones_sessions", Clause: "USR-06", Shipped: "adapters that forgot a condition", Subject: alterAll(func(a *altered) {
			c := recordCreated(a)
			a.deleteUser = func(ctx context.Context, id string) error {
				for _, other := range c.Users() {
					if _, err := a.rows.DeleteUserSessions(ctx, other, nil); err != nil {
						return err
					}
				}
				return a.rows.DeleteUser(ctx, id)
			}
		})},
		{Name: "deleting_an_absent_user_fails", Clause: "USR-07", Shipped: "adapters that count deleted rows", Subject: alterAll(func(a *altered) {
			a.deleteUser = func(ctx context.Context, id string) error {
				if _, err := a.rows.User(ctx, id); err != nil {
					return err
				}
				return a.rows.DeleteUser(ctx, id)
			}
		})},
		{Name: "update_revives_a_deleted_user", Clause: "USR-08", Shipped: "adapters written with an upsert", Subject: alterAll(func(a *altered) {
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				err := a.rows.UpdateUser(ctx, id, change)
				if errors.Is(err, spec.ErrUserNotFound) {
					return a.rows.CreateUser(ctx, spec.UserRow{ID: id, Attributes: change.Apply(zeroUser(a.columns))})
				}
				return err
			}
		})},
	}
}

// createUserFails makes an adapter report a taken user id in another way.
func createUserFails(report func(ctx context.Context, a rows, user spec.UserRow) error) func(*altered) {
	return func(a *altered) {
		a.createUser = func(ctx context.Context, user spec.UserRow) error {
			err := a.rows.CreateUser(ctx, user)
			if errors.Is(err, spec.ErrUserExists) {
				return report(ctx, a.rows, user)
			}
			return err
		}
	}
}

// absentUser makes an adapter report an absent user in another way.
func absentUser(report func() error) func(*altered) {
	return func(a *altered) {
		a.user = func(ctx context.Context, id string) (spec.UserRow, error) {
			user, err := a.rows.User(ctx, id)
			if errors.Is(err, spec.ErrUserNotFound) {
				return user, report()
			}
			return user, err
		}
	}
}

var errNoRows = errors.New("sql: no rows in result set")

// userMask makes an adapter apply another change than it is given.
func userMask(another mask) func(*altered) {
	return func(a *altered) {
		a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
			change, err := another(change)
			if err != nil {
				return err
			}
			return a.rows.UpdateUser(ctx, id, change)
		}
	}
}

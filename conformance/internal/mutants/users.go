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
		{Name: "create_user_swaps_two_columns", Clause: "USR-01", Subject: alterRich(before(spec.OpCreateUser, func(c *call) {
			name, id := placeOf[richUser]("Name"), placeOf[richUser]("UserID")
			c.user.Attributes = slices.Clone(c.user.Attributes)
			c.user.Attributes[name], c.user.Attributes[id] = c.user.Attributes[id], c.user.Attributes[name]
		}))},
		{Name: "create_user_swaps_two_bools", Clause: "USR-01", Subject: alterRich(before(spec.OpCreateUser, func(c *call) {
			// In most rows both are the same.
			admin, verified := placeOf[richUser]("Admin"), placeOf[richUser]("Verified")
			c.user.Attributes = slices.Clone(c.user.Attributes)
			if values := c.user.Attributes; values[verified] != nil {
				values[admin], values[verified] = values[verified], values[admin]
			}
		}))},
		{Name: "create_user_overwrites", Clause: "USR-02", Shipped: "adapters written with an upsert", Subject: alterAll(after(spec.OpCreateUser, func(c *call) {
			if errors.Is(c.err, spec.ErrUserExists) {
				c.err = c.rows.UpdateUser(c.ctx, c.user.ID, changeOfAll(c.user.Attributes))
			}
		}))},
		{Name: "a_taken_user_id_is_a_duplicate_attribute", Clause: "USR-02", Shipped: "adapters that do not tell constraints apart",
			Subject: alterAll(replaces(spec.OpCreateUser, spec.ErrUserExists, &spec.ConstraintError{Kind: spec.NotUnique}))},
		{Name: "a_taken_user_id_is_session_exists", Clause: "USR-02", Shipped: "adapters that do not tell constraints apart",
			Subject: alterAll(replaces(spec.OpCreateUser, spec.ErrUserExists, spec.ErrSessionExists))},
		{Name: "creating_an_existing_user_succeeds", Clause: "USR-02", Subject: alterAll(after(spec.OpCreateUser, func(c *call) {
			if there, err := c.rows.User(c.ctx, c.id); err == nil && errors.Is(c.err, spec.ErrUserExists) && reflect.DeepEqual(there, c.user) {
				c.err = nil
			}
		}))},
		{Name: "an_absent_user_is_the_zero_user", Clause: "USR-03", Shipped: "adapters that lose the error of a scan",
			Subject: alterAll(replaces(spec.OpUser, spec.ErrUserNotFound, nil))},
		{Name: "an_absent_user_panics", Clause: "USR-03", Shipped: "adapters that do not look at what was found", Subject: alterAll(after(spec.OpUser, func(c *call) {
			if errors.Is(c.err, spec.ErrUserNotFound) {
				panic("runtime error: invalid memory address or nil pointer dereference")
			}
		}))},
		{Name: "an_absent_user_is_a_raw_error", Clause: "USR-03", Shipped: "adapters that return sql.ErrNoRows",
			Subject: alterAll(replaces(spec.OpUser, spec.ErrUserNotFound, errNoRows))},
		{Name: "update_of_an_unknown_user_succeeds", Clause: "USR-03", Subject: alterAll(replaces(spec.OpUpdateUser, spec.ErrUserNotFound, nil))},
		{Name: "equal_user_values_are_not_found", Clause: "USR-04", Shipped: "MySQL adapters that count changed rows",
			Subject: alterAll(around(spec.OpUpdateUser, func(c *call, do func()) {
				old, _ := c.rows.User(c.ctx, c.id)
				do()
				if now, err := c.rows.User(c.ctx, c.id); c.err == nil && err == nil && len(c.change.Places) > 0 && reflect.DeepEqual(old, now) {
					c.err = spec.ErrUserNotFound
				}
			}))},
		{Name: "update_user_ignores_the_mask", Clause: "USR-04", Subject: alterAll(func(a *altered) { a.before(spec.OpUpdateUser, ignoresMask(zeroUser(a.columns))) })},
		{Name: "update_user_skips_zero_values", Clause: "USR-04", Subject: alterAll(func(a *altered) { a.before(spec.OpUpdateUser, skipsZero(zeroUser(a.columns))) })},
		// The column is left out when it is updated alone, which few tests do.
		{Name: "update_user_drops_a_column", Clause: "USR-04", Subject: alterRich(before(spec.OpUpdateUser, func(c *call) {
			if changesOnly[richUser](c.change, "Weight") {
				c.change = spec.Change{}
			}
		}))},
		{Name: "update_of_a_whole_user_misses_the_last_attribute", Clause: "USR-04", Subject: alterAll(func(a *altered) {
			// The statement that sets all columns was written by hand.
			last := len(a.columns.Users) - 1
			a.before(spec.OpUpdateUser, func(c *call) {
				if len(c.change.Places) > last {
					c.change = dropColumns(c.change, func(place int, _ any) bool { return place == last })
				}
			})
		})},
		{Name: "an_empty_user_mask_overwrites_everything", Clause: "USR-05", Shipped: "adapters for which no names are all names",
			Subject: alterAll(func(a *altered) { a.before(spec.OpUpdateUser, emptyIsAll(zeroUser(a.columns))) })},
		{Name: "an_empty_user_mask_is_a_syntax_error", Clause: "USR-05", Shipped: "adapters that write UPDATE … SET WHERE",
			Subject: alterAll(before(spec.OpUpdateUser, answersEmpty(spec.ErrFailed)))},
		{Name: "an_empty_user_mask_does_not_look", Clause: "USR-05", Subject: alterAll(before(spec.OpUpdateUser, answersEmpty(nil)))},
		{Name: "delete_user_leaves_the_sessions", Clause: "USR-06", Shipped: "adapters without foreign keys, each in its own way",
			Subject: alterApart(func(a *altered, both *apart) { a.deleteUser = both.users.DeleteUser })},
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
			created := recordCreated(a)
			a.before(spec.OpDeleteUser, func(c *call) {
				for _, other := range created.Users() {
					if _, c.err = c.rows.DeleteUserSessions(c.ctx, other, nil); c.err != nil {
						return
					}
				}
			})
		})},
		{Name: "deleting_an_absent_user_fails", Clause: "USR-07", Shipped: "adapters that count deleted rows",
			Subject: alterAll(before(spec.OpDeleteUser, func(c *call) { _, c.err = c.rows.User(c.ctx, c.id) }))},
		{Name: "update_revives_a_deleted_user", Clause: "USR-08", Shipped: "adapters written with an upsert", Subject: alterAll(func(a *altered) {
			a.after(spec.OpUpdateUser, func(c *call) {
				if errors.Is(c.err, spec.ErrUserNotFound) {
					c.err = c.rows.CreateUser(c.ctx, spec.UserRow{ID: c.id, Attributes: c.change.Apply(zeroUser(a.columns))})
				}
			})
		})},
	}
}

var errNoRows = errors.New("sql: no rows in result set")

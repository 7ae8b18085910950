package mutants

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

func errorMutants() []Mutant {
	return slices.Concat([]Mutant{
		{Name: "taken_user_id_is_reported_as_a_constraint", Clause: "ERR-01", Shipped: "adapters that know one kind of duplicate",
			Subject: alterAll(replaces(spec.OpCreateUser, spec.ErrUserExists, &spec.ConstraintError{Kind: spec.NotUnique}))},
		{Name: "stale_lease_is_a_conflict", Clause: "ERR-01", Subject: alterAll(replaces(spec.OpSwapLease, spec.ErrStale, spec.ErrConflict))},
		{Name: "failed_update_changes_what_it_can", Clause: "ERR-01", Subject: alterAll(after(spec.OpUpdateSession, func(c *call) {
			if c.err == nil {
				return
			}
			for _, one := range splitChange(c.change) { // one attribute after the other
				if c.rows.UpdateSession(c.ctx, c.id, one) != nil {
					return
				}
			}
		}))},
		{Name: "refused_session_is_kept_as_an_anonymous_one", Clause: "ERR-01", Subject: alterAll(after(spec.OpCreateSession, func(c *call) {
			if errors.Is(c.err, spec.ErrUserNotFound) {
				c.session.UserID = ""
				c.rows.CreateSession(c.ctx, c.session)
			}
		}))},
		{Name: "not_unique_comes_before_a_taken_id", Clause: "ERR-02", Shipped: "SQLite, by the order of columns", Subject: alterAll(after(spec.OpCreateUser, func(c *call) {
			if !errors.Is(c.err, spec.ErrUserExists) {
				return
			}
			// With another id only the attributes can be refused.
			c.user.ID += "'"
			if err := c.rows.CreateUser(c.ctx, c.user); err != nil {
				c.err = err
				return
			}
			c.rows.DeleteUser(c.ctx, c.user.ID)
		}))},
		{Name: "unknown_user_comes_before_a_taken_id", Clause: "ERR-02", Shipped: "MySQL since 9.6", Subject: alterAll(after(spec.OpCreateSession, func(c *call) {
			if errors.Is(c.err, spec.ErrSessionExists) && c.session.UserID != "" {
				if _, err := c.rows.User(c.ctx, c.session.UserID); err != nil {
					c.err = err
				}
			}
		}))},
		{Name: "error_detail_has_the_id", Clause: "ERR-04", Subject: alterAll(after(spec.OpSession, func(c *call) {
			if errors.Is(c.err, spec.ErrSessionNotFound) {
				c.err = &spec.Error{Class: spec.ErrSessionNotFound, Detail: "no row has the id " + c.id}
			}
		}))},
		{Name: "error_detail_has_the_value_that_is_not_unique", Clause: "ERR-04", Shipped: "MySQL's texts, passed on",
			Subject: alterAll(after(spec.OpCreateUser, func(c *call) {
				if class, ok := errors.AsType[*spec.ConstraintError](c.err); ok && class.Kind == spec.NotUnique {
					c.err = &spec.Error{Class: class, Detail: fmt.Sprintf("duplicate entry in %v", c.user.Attributes)}
				}
			}))},
		{Name: "error_detail_has_the_number_that_is_not_unique", Clause: "ERR-04", Subject: alterRich(after(spec.OpUpdateSession, func(c *call) {
			seat := placeOf[richSession]("Seat")
			if value, ok := valueIn[richSession](c.change, "Seat"); ok && isNotUnique(c.err, "Seat") {
				c.err = &spec.Error{Class: &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Seat"}, Detail: fmt.Sprint("key ", seat, " = ", value)}
			}
		}))},
		{Name: "error_text_of_a_missing_table_has_the_statement", Clause: "ERR-04", Shipped: "drivers' texts, passed on", Options: damageable(), Subject: migrates(func(m *migrating) {
			m.before(spec.OpSession, func(c *call) {
				if m.damaged.Load() {
					c.answer(&spec.Error{Class: spec.ErrFailed, Detail: fmt.Sprintf("no such table: SELECT * FROM sessions WHERE id = '%s'", c.id)})
				}
			})
		})},
	}, driverErrorMutants())
}

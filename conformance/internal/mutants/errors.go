package mutants

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

func errorMutants() []Mutant {
	return slices.Concat([]Mutant{
		{Name: "taken_user_id_is_reported_as_a_constraint", Clause: "ERR-01", Shipped: "adapters that know one kind of duplicate", Subject: alterAll(func(a *altered) {
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				return replaceClass(a.rows.CreateUser(ctx, user), spec.ErrUserExists, &spec.ConstraintError{Kind: spec.NotUnique})
			}
		})},
		{Name: "stale_lease_is_a_conflict", Clause: "ERR-01", Subject: alterAll(func(a *altered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				return replaceClass(a.rows.SwapLease(ctx, id, from, to), spec.ErrStale, spec.ErrConflict)
			}
		})},
		{Name: "failed_update_changes_what_it_can", Clause: "ERR-01", Subject: alterAll(func(a *altered) {
			// It updates one attribute after the other.
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				err := a.rows.UpdateSession(ctx, id, change)
				if err != nil {
					for _, one := range splitChange(change) {
						if a.rows.UpdateSession(ctx, id, one) != nil {
							break
						}
					}
				}
				return err
			}
		})},
		{Name: "refused_session_is_kept_as_an_anonymous_one", Clause: "ERR-01", Subject: alterAll(func(a *altered) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				err := a.rows.CreateSession(ctx, session)
				if errors.Is(err, spec.ErrUserNotFound) {
					session.UserID = ""
					a.rows.CreateSession(ctx, session)
				}
				return err
			}
		})},

		{Name: "not_unique_comes_before_a_taken_id", Clause: "ERR-02", Shipped: "SQLite, by the order of columns", Subject: alterAll(func(a *altered) {
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				err := a.rows.CreateUser(ctx, user)
				if errors.Is(err, spec.ErrUserExists) {
					// With another id only the attributes can be refused.
					other := user
					other.ID += "'"
					if err := a.rows.CreateUser(ctx, other); err != nil {
						return err
					}
					a.rows.DeleteUser(ctx, other.ID)
				}
				return err
			}
		})},
		{Name: "unknown_user_comes_before_a_taken_id", Clause: "ERR-02", Shipped: "MySQL since 9.6", Subject: alterAll(func(a *altered) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				err := a.rows.CreateSession(ctx, session)
				if errors.Is(err, spec.ErrSessionExists) && session.UserID != "" {
					if _, err := a.rows.User(ctx, session.UserID); err != nil {
						return err
					}
				}
				return err
			}
		})},
		{Name: "error_detail_has_the_id", Clause: "ERR-04", Subject: alterAll(func(a *altered) {
			a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				session, err := a.rows.Session(ctx, id)
				if errors.Is(err, spec.ErrSessionNotFound) {
					err = &spec.Error{Class: spec.ErrSessionNotFound, Detail: "no row has the id " + id}
				}
				return session, err
			}
		})},
		{Name: "error_detail_has_the_value_that_is_not_unique", Clause: "ERR-04", Shipped: "MySQL's texts, passed on", Subject: alterAll(func(a *altered) {
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				err := a.rows.CreateUser(ctx, user)
				if c, ok := errors.AsType[*spec.ConstraintError](err); ok && c.Kind == spec.NotUnique {
					err = &spec.Error{Class: c, Detail: fmt.Sprintf("duplicate entry in %v", user.Attributes)}
				}
				return err
			}
		})},
		{Name: "error_detail_has_the_number_that_is_not_unique", Clause: "ERR-04", Subject: alterRich(func(a *altered) {
			seat := placeOf[richSession]("Seat")
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				err := a.rows.UpdateSession(ctx, id, change)
				if value, ok := valueIn[richSession](change, "Seat"); ok && isNotUnique(err, "Seat") {
					return &spec.Error{Class: &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Seat"}, Detail: fmt.Sprint("key ", seat, " = ", value)}
				}
				return err
			}
		})},
	}, driverErrorMutants())
}

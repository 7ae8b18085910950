package mutants

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func errorMutants() []Mutant {
	return slices.Concat([]Mutant{
		{Name: "taken_user_id_is_reported_as_a_constraint", Clause: "ERR-01", Shipped: "adapters that know one kind of duplicate",
			Subject: subject(takenIsConstraint)},
		{Name: "stale_lease_is_a_conflict", Clause: "ERR-01",
			Subject: subject(staleIsConflict)},
		{Name: "failed_update_changes_what_it_can", Clause: "ERR-01",
			Subject: subject(failedUpdateChanges)},
		{Name: "refused_session_is_kept_as_an_anonymous_one", Clause: "ERR-01",
			Subject: subject(refusedIsAnonymous)},

		{Name: "not_unique_comes_before_a_taken_id", Clause: "ERR-02", Shipped: "SQLite, by the order of columns",
			Subject: subject(notUniqueFirst)},
		{Name: "unknown_user_comes_before_a_taken_id", Clause: "ERR-02", Shipped: "MySQL since 9.6",
			Subject: subject(unknownUserFirst)},
		{Name: "error_detail_has_the_id", Clause: "ERR-04",
			Subject: subject(detailHasID)},
		{Name: "error_detail_has_the_value_that_is_not_unique", Clause: "ERR-04", Shipped: "MySQL's texts, passed on",
			Subject: subject(detailHasValue)},
		{Name: "error_detail_has_the_number_that_is_not_unique", Clause: "ERR-04",
			Subject: alterRich(func(a *altered) {
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

func takenIsConstraint(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createUser: func(ctx context.Context, user spec.UserRow) error {
		err := a.CreateUser(ctx, user)
		if errors.Is(err, spec.ErrUserExists) {
			return &spec.ConstraintError{Kind: spec.NotUnique}
		}
		return err
	}}
}

func staleIsConflict(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
		err := a.SwapLease(ctx, id, from, to)
		if errors.Is(err, spec.ErrStale) {
			return spec.ErrConflict
		}
		return err
	}}
}

// failedUpdateChanges updates attribute by attribute.
func failedUpdateChanges(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, updateSession: func(ctx context.Context, id string, change spec.Change) error {
		err := a.UpdateSession(ctx, id, change)
		if err != nil {
			for _, one := range splitChange(change) {
				if a.UpdateSession(ctx, id, one) != nil {
					break
				}
			}
		}
		return err
	}}
}

func refusedIsAnonymous(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
		err := a.CreateSession(ctx, session)
		if errors.Is(err, spec.ErrUserNotFound) {
			session.UserID = ""
			a.CreateSession(ctx, session)
		}
		return err
	}}
}

func notUniqueFirst(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createUser: func(ctx context.Context, user spec.UserRow) error {
		err := a.CreateUser(ctx, user)
		if errors.Is(err, spec.ErrUserExists) {
			// Without the taken id only the attributes can be refused.
			other := user
			other.ID += "'"
			if err := a.CreateUser(ctx, other); err != nil {
				return err
			}
			a.DeleteUser(ctx, other.ID)
		}
		return err
	}}
}

func unknownUserFirst(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
		err := a.CreateSession(ctx, session)
		if errors.Is(err, spec.ErrSessionExists) && session.UserID != "" {
			if _, err := a.User(ctx, session.UserID); err != nil {
				return err
			}
		}
		return err
	}}
}

func detailHasID(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, session: func(ctx context.Context, id string) (spec.SessionRow, error) {
		session, err := a.Session(ctx, id)
		if errors.Is(err, spec.ErrSessionNotFound) {
			err = &spec.Error{Class: spec.ErrSessionNotFound, Detail: "no row has the id " + id}
		}
		return session, err
	}}
}

func detailHasValue(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createUser: func(ctx context.Context, user spec.UserRow) error {
		err := a.CreateUser(ctx, user)
		if c, ok := errors.AsType[*spec.ConstraintError](err); ok && c.Kind == spec.NotUnique {
			err = &spec.Error{Class: c, Detail: fmt.Sprintf("duplicate entry in %v", user.Attributes)}
		}
		return err
	}}
}

package fronts

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func errorMutants() []Mutant {
	return slices.Concat([]Mutant{
		{Name: "error_is_of_two_classes", Clause: "ERR-01",
			Subject: subjectOf(twoClasses, twoClasses, twoClasses)},
		{Name: "context_is_looked_at_before_closed", Clause: "ERR-01",
			Subject: subjectOf(contextBeforeClosed, contextBeforeClosed, contextBeforeClosed)},

		{Name: "not_found_comes_before_invalid", Clause: "ERR-02",
			Subject: subjectOf(notFoundFirst, notFoundFirst, notFoundFirst)},
		{Name: "input_is_looked_at_before_the_context", Clause: "ERR-02",
			Subject: subjectOf(inputFirst, inputFirst, inputFirst)},
		{Name: "stale_comes_before_an_invalid_lease", Clause: "ERR-02",
			Subject: subjectOf(staleFirst, staleFirst, staleFirst)},

		{Name: "error_text_has_the_id", Clause: "ERR-04",
			Subject: subjectOf(textHasID, textHasID, textHasID)},
		{Name: "error_text_has_the_credential", Clause: "ERR-04",
			Subject: subjectOf(textHasCredential, textHasCredential, textHasCredential)},
		{Name: "error_text_has_the_value_that_is_not_unique", Clause: "ERR-04", Shipped: "MySQL's texts, passed on",
			Subject: subjectOf(textHasValue, textHasValue, textHasValue)},
		{Name: "error_text_has_the_invalid_id_escaped", Clause: "ERR-04",
			Subject: subjectOf(textHasBadID, textHasBadID, textHasBadID)},
		{Name: "error_encodes_its_cause_in_json", Clause: "ERR-04", Shipped: "error types with an exported field for the cause",
			Subject: subjectOf(jsonHasValue, jsonHasValue, jsonHasValue)},
		{Name: "error_shows_its_cause_in_go_syntax", Clause: "ERR-04", Shipped: "error types with a field for the cause",
			Subject: subjectOf(goSyntaxHasID, goSyntaxHasID, goSyntaxHasID)},
	}, driverErrorMutants())
}

func twoClasses[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		err := a.CreateSession(ctx, session)
		if errors.Is(err, spec.ErrUserNotFound) {
			return errors.Join(spec.ErrFailed, err)
		}
		return err
	}}
}

func contextBeforeClosed[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, session: func(ctx context.Context, id string) (spec.Session[S], error) {
		if err := ctx.Err(); err != nil {
			return spec.Session[S]{}, err
		}
		return a.Session(ctx, id)
	}}
}

func notFoundFirst[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, updateSession: func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
		if _, err := a.Session(ctx, id); err != nil {
			return err
		}
		return a.UpdateSession(ctx, id, attributes, mask)
	}}
}

func inputFirst[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if _, err := sweep.Normal(); err != nil {
			return 0, err
		}
		return a.DeleteExpiredSessions(ctx, sweep)
	}}
}

func staleFirst[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
		if session, err := a.Session(ctx, id); err == nil && !session.Lease.Equal(from) {
			return spec.ErrStale
		}
		return a.SwapLease(ctx, id, from, to)
	}}
}

func textHasID[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, session: func(ctx context.Context, id string) (spec.Session[S], error) {
		session, err := a.Session(ctx, id)
		if errors.Is(err, spec.ErrSessionNotFound) {
			err = fmt.Errorf("session %s: %w", id, err)
		}
		return session, err
	}}
}

func textHasCredential[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
		err := a.SwapLease(ctx, id, from, to)
		if errors.Is(err, spec.ErrStale) {
			err = fmt.Errorf("%w: the lease is not %+v", err, from)
		}
		return err
	}}
}

func textHasValue[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, createUser: func(ctx context.Context, user spec.User[U]) error {
		err := a.CreateUser(ctx, user)
		if c, ok := errors.AsType[*spec.ConstraintError](err); ok && c.Kind == spec.NotUnique {
			err = fmt.Errorf("%w: duplicate entry in %v", err, user.Attributes)
		}
		return err
	}}
}

func textHasBadID[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		err := a.CreateSession(ctx, session)
		if errors.Is(err, spec.ErrInvalid) && !spec.ValidID(session.ID) {
			err = fmt.Errorf("%w: %q", err, session.ID)
		}
		return err
	}}
}

package fronts

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func errorMutants() []Mutant {
	return slices.Concat([]Mutant{
		{Name: "error_is_of_two_classes", Clause: "ERR-01", Subject: alterRich(func(a *richAltered) {
			a.createSession = func(ctx context.Context, session spec.Session[richSession]) error {
				err := a.Store.CreateSession(ctx, session)
				if errors.Is(err, spec.ErrUserNotFound) {
					return errors.Join(spec.ErrFailed, err)
				}
				return err
			}
		})},
		{Name: "context_is_looked_at_before_closed", Clause: "ERR-01", Subject: alterRich(func(a *richAltered) {
			a.session = func(ctx context.Context, id string) (spec.Session[richSession], error) {
				if err := ctx.Err(); err != nil {
					return spec.Session[richSession]{}, err
				}
				return a.Store.Session(ctx, id)
			}
		})},

		{Name: "not_found_comes_before_invalid", Clause: "ERR-02", Subject: alterRich(func(a *richAltered) {
			a.updateSession = func(ctx context.Context, id string, attributes richSession, mask attr.Mask[richSession]) error {
				if _, err := a.Store.Session(ctx, id); err != nil {
					return err
				}
				return a.Store.UpdateSession(ctx, id, attributes, mask)
			}
		})},
		{Name: "input_is_looked_at_before_the_context", Clause: "ERR-02", Subject: alterRich(func(a *richAltered) {
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				if _, err := sweep.Normal(); err != nil {
					return 0, err
				}
				return a.Store.DeleteExpiredSessions(ctx, sweep)
			}
		})},
		{Name: "stale_comes_before_an_invalid_lease", Clause: "ERR-02", Subject: alterRich(func(a *richAltered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				if session, err := a.Store.Session(ctx, id); err == nil && !session.Lease.Equal(from) {
					return spec.ErrStale
				}
				return a.Store.SwapLease(ctx, id, from, to)
			}
		})},

		{Name: "error_text_has_the_id", Clause: "ERR-04", Subject: alterRich(func(a *richAltered) {
			a.session = func(ctx context.Context, id string) (spec.Session[richSession], error) {
				session, err := a.Store.Session(ctx, id)
				if errors.Is(err, spec.ErrSessionNotFound) {
					err = fmt.Errorf("session %s: %w", id, err)
				}
				return session, err
			}
		})},
		{Name: "error_text_has_the_credential", Clause: "ERR-04", Subject: alterRich(func(a *richAltered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				err := a.Store.SwapLease(ctx, id, from, to)
				if errors.Is(err, spec.ErrStale) {
					err = fmt.Errorf("%w: the lease is not %+v", err, from)
				}
				return err
			}
		})},
		{Name: "error_text_has_the_value_that_is_not_unique", Clause: "ERR-04", Shipped: "MySQL's texts, passed on", Subject: alterRich(func(a *richAltered) {
			a.createUser = func(ctx context.Context, user spec.User[richUser]) error {
				err := a.Store.CreateUser(ctx, user)
				if c, ok := errors.AsType[*spec.ConstraintError](err); ok && c.Kind == spec.NotUnique {
					err = fmt.Errorf("%w: duplicate entry in %v", err, user.Attributes)
				}
				return err
			}
		})},
		{Name: "error_text_has_the_invalid_id_escaped", Clause: "ERR-04", Subject: alterRich(func(a *richAltered) {
			a.createSession = func(ctx context.Context, session spec.Session[richSession]) error {
				err := a.Store.CreateSession(ctx, session)
				if errors.Is(err, spec.ErrInvalid) && !spec.ValidID(session.ID) {
					err = fmt.Errorf("%w: %q", err, session.ID)
				}
				return err
			}
		})},
		{Name: "error_encodes_its_cause_in_json", Clause: "ERR-04", Shipped: "error types with an exported field for the cause", Subject: alterRich(func(a *richAltered) {
			// Its error contains the refused row, as a database reports it.
			a.createUser = func(ctx context.Context, user spec.User[richUser]) error {
				err := a.Store.CreateUser(ctx, user)
				if errors.Is(err, spec.ErrConstraint) {
					err = exposing{err, user}
				}
				return err
			}
		})},
		{Name: "error_shows_its_cause_in_go_syntax", Clause: "ERR-04", Shipped: "error types with a field for the cause", Subject: alterRich(func(a *richAltered) {
			// Its error contains the id that was not found.
			a.session = func(ctx context.Context, id string) (spec.Session[richSession], error) {
				session, err := a.Store.Session(ctx, id)
				if err != nil {
					err = hidden[string]{err, id}
				}
				return session, err
			}
		})},
	}, encodingMutants(), driverErrorMutants())
}

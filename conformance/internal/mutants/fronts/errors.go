package fronts

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

func errorMutants() []Mutant {
	return slices.Concat([]Mutant{
		{Name: "error_is_of_two_classes", Clause: "ERR-01", Subject: alterRich(after(spec.OpCreateSession, func(c *richCall) {
			if errors.Is(c.err, spec.ErrUserNotFound) {
				c.err = errors.Join(spec.ErrFailed, c.err)
			}
		}))},
		{Name: "context_is_looked_at_before_closed", Clause: "ERR-01", Subject: alterRich(before(spec.OpSession, func(c *richCall) { c.err = c.ctx.Err() }))},
		{Name: "not_found_comes_before_invalid", Clause: "ERR-02",
			Subject: alterRich(before(spec.OpUpdateSession, func(c *richCall) { _, c.err = c.store.Session(c.ctx, c.id) }))},
		{Name: "input_is_looked_at_before_the_context", Clause: "ERR-02",
			Subject: alterRich(before(spec.OpDeleteExpiredSessions, func(c *richCall) { _, c.err = c.sweep.Normal() }))},
		{Name: "stale_comes_before_an_invalid_lease", Clause: "ERR-02", Subject: alterRich(before(spec.OpSwapLease, func(c *richCall) {
			if session, err := c.store.Session(c.ctx, c.id); err == nil && !session.Lease.Equal(c.from) {
				c.answer(spec.ErrStale)
			}
		}))},
		{Name: "error_text_has_the_id", Clause: "ERR-04", Subject: alterRich(after(spec.OpSession, func(c *richCall) {
			if errors.Is(c.err, spec.ErrSessionNotFound) {
				c.err = fmt.Errorf("session %s: %w", c.id, c.err)
			}
		}))},
		{Name: "error_text_has_the_credential", Clause: "ERR-04", Subject: alterRich(after(spec.OpSwapLease, func(c *richCall) {
			if errors.Is(c.err, spec.ErrStale) {
				c.err = fmt.Errorf("%w: the lease is not %+v", c.err, c.from)
			}
		}))},
		{Name: "error_text_has_the_value_that_is_not_unique", Clause: "ERR-04", Shipped: "MySQL's texts, passed on",
			Subject: alterRich(after(spec.OpCreateUser, func(c *richCall) {
				if constraint, ok := errors.AsType[*spec.ConstraintError](c.err); ok && constraint.Kind == spec.NotUnique {
					c.err = fmt.Errorf("%w: duplicate entry in %v", c.err, c.user.Attributes)
				}
			}))},
		{Name: "error_text_has_the_invalid_id_escaped", Clause: "ERR-04", Subject: alterRich(after(spec.OpCreateSession, func(c *richCall) {
			if errors.Is(c.err, spec.ErrInvalid) && !spec.ValidID(c.id) {
				c.err = fmt.Errorf("%w: %q", c.err, c.id)
			}
		}))},
		{Name: "error_encodes_its_cause_in_json", Clause: "ERR-04", Shipped: "error types with an exported field for the cause",
			Subject: alterRich(after(spec.OpCreateUser, func(c *richCall) {
				// Its error contains the refused row, as a database reports it.
				if errors.Is(c.err, spec.ErrConstraint) {
					c.err = exposing{c.err, c.user}
				}
			}))},
		{Name: "error_shows_its_cause_in_go_syntax", Clause: "ERR-04", Shipped: "error types with a field for the cause",
			Subject: alterRich(after(spec.OpSession, func(c *richCall) {
				// Its error contains the id that was not found.
				if c.err != nil {
					c.err = hidden[string]{c.err, c.id}
				}
			}))},
	}, encodingMutants(), driverErrorMutants())
}

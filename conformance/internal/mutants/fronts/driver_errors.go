package fronts

import (
	"context"
	"errors"
	"fmt"

	modernc "modernc.org/sqlite"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/hooks"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

// The faults of this file need a driver whose connections break.
func driverErrorMutants() []Mutant {
	return []Mutant{
		{Name: "drivers_error_is_found_by_is", Clause: "ERR-03", Subject: subjectOf(wrapsCause, wrapsCause, wrapsCause), Options: hooks.Options("ERR-03")},

		{Name: "outage_is_a_deadline", Clause: "ERR-05", Subject: subjectOf(outageIsDeadline, outageIsDeadline, outageIsDeadline), Options: hooks.Options("ERR-05")},
	}
}

func wrapsCause[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthySQLite[U, S](t, s)
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		err := a.CreateSession(ctx, session)
		if cause, ok := errors.AsType[*modernc.Error](err); ok {
			return fmt.Errorf("%w: %w", spec.ClassOf(err), cause)
		}
		return err
	}}
}

// outageIsDeadline gives up after its own deadline and reports that as the caller's.
func outageIsDeadline[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthySQLite[U, S](t, s)
	return &altered[U, S]{Store: a, userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		list, err := a.UserSessions(ctx, userID)
		if errors.Is(err, spec.ErrUnavailable) {
			return nil, context.DeadlineExceeded
		}
		return list, err
	}}
}

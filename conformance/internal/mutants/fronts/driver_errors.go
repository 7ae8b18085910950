package fronts

import (
	"context"
	"errors"
	"fmt"

	modernc "modernc.org/sqlite"

	"github.com/tenon-go/tenon/conformance/internal/mutants/hooks"
	"github.com/tenon-go/tenon/spec"
)

// The faults of this file need a driver whose connections break.
func driverErrorMutants() []Mutant {
	return []Mutant{
		{Name: "drivers_error_is_found_by_is", Clause: "ERR-03", Subject: alterDriver(wrapsCause, wrapsCause, wrapsCause), Options: hooks.Options("ERR-03")},
		{Name: "outage_is_a_deadline", Clause: "ERR-05", Subject: alterDriver(outageIsDeadline, outageIsDeadline, outageIsDeadline), Options: hooks.Options("ERR-05")},
	}
}

func wrapsCause[U, S any](a *altered[U, S]) {
	a.after(spec.OpCreateSession, func(c *call[U, S]) {
		if cause, ok := errors.AsType[*modernc.Error](c.err); ok {
			c.err = fmt.Errorf("%w: %w", spec.ClassOf(c.err), cause)
		}
	})
}

// outageIsDeadline gives up after its own deadline and reports that as the caller's.
func outageIsDeadline[U, S any](a *altered[U, S]) {
	a.after(spec.OpUserSessions, func(c *call[U, S]) {
		if errors.Is(c.err, spec.ErrUnavailable) {
			c.err = context.DeadlineExceeded
		}
	})
}

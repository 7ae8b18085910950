package mutants

import (
	"errors"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func closeMutants() []Mutant {
	return []Mutant{
		{Name: "close_fails", Clause: "STO-04", Subject: alterAll(before(spec.OpClose, func(c *call) { c.answer(errors.New("a connection is in use")) }))},
		{Name: "call_that_meets_close_panics", Clause: "STO-04",
			Subject: alterAll(duringClose(spec.OpDeleteSession, func(*call) { panic("send on closed channel") }))},
		{Name: "call_that_meets_close_finds_nothing", Clause: "STO-04", Shipped: "adapters that treat any failed read as not found",
			Subject: alterAll(duringClose(spec.OpSession, func(c *call) { c.answer(spec.ErrSessionNotFound) }))},
		{Name: "sweep_that_meets_close_counts_one_too_few", Clause: "STO-04", Options: conformance.Options{Target: new(shelf)},
			Subject: cutByClose(func(deleted int64) int64 { return deleted - 1 })},
	}
}

// cutByClose keeps its data, and reports a sweep of one user that meets Close as cut short
// when it has deleted the sessions. Count returns the number that it reports.
func cutByClose(count func(deleted int64) int64) conformance.Subject {
	return subject(alterOpened(openShelved, func(a *altered) {
		declares(a, func(w *spec.Weaknesses) { w.Volatile = false })
		duringClose(spec.OpDeleteExpiredSessions, func(c *call) {
			deleted, err := c.rows.DeleteExpiredSessions(c.ctx, c.sweep)
			if err != nil || deleted == 0 {
				c.answer(err)
				return
			}
			c.n = count(deleted)
			c.answer(spec.ErrUnavailable)
		})(a)
	}))
}

// duringClose makes an operation run while the adapter is closed, and do f.
func duringClose(op spec.Op, f func(*call)) func(*altered) {
	return func(a *altered) {
		forced, closed := racesIn(a.t, "close_during_calls"), newSignal(a.t)
		a.before(spec.OpClose, func(*call) { closed.give() })
		a.before(op, func(c *call) {
			if forced {
				closed.wait(c.ctx)
				f(c)
			}
		})
	}
}

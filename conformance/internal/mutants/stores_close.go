package mutants

import (
	"errors"

	"github.com/tenon-go/tenon/spec"
)

func closeMutants() []Mutant {
	return []Mutant{
		{Name: "close_fails", Clause: "STO-04", Subject: alterAll(before(spec.OpClose, func(c *call) { c.answer(errors.New("a connection is in use")) }))},
		{Name: "call_that_meets_close_panics", Clause: "STO-04",
			Subject: alterAll(duringClose(spec.OpDeleteSession, func(*call) { panic("send on closed channel") }))},
		{Name: "call_that_meets_close_finds_nothing", Clause: "STO-04", Shipped: "adapters that treat any failed read as not found",
			Subject: alterAll(duringClose(spec.OpSession, func(c *call) { c.answer(spec.ErrSessionNotFound) }))},
	}
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

package mutants

import (
	"context"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/method"
	"github.com/tenon-go/tenon/spec"
)

// call is a call of a method: what the method was given, and what it returns. Which of
// the fields are used depends on the operation.
type call struct {
	op   spec.Op
	ctx  context.Context
	rows rows   // the store that is altered
	id   string // of the user or the session that the call is about

	user     spec.UserRow
	session  spec.SessionRow
	list     []spec.SessionRow
	change   spec.Change
	from, to spec.Lease
	keep     []string
	sweep    spec.Sweep
	place    int // of the attribute that UserBy compares with value
	value    any
	n        int64 // of sessions that were deleted

	description spec.Description

	err      error
	answered bool
}

// answer makes the call return err, and the method is not called. It is for [before].
func (c *call) answer(err error) { c.err, c.answered = err, true }

// returns makes the call return what an earlier read returned.
func (c *call) returns(kept call) {
	c.user, c.session, c.list, c.err = kept.user, kept.session, kept.list, kept.err
}

// hook replaces an operation, or every one if op is everyCall. It calls do to call the
// method, with what the call's fields then contain.
type hook struct {
	op spec.Op
	f  func(c *call, do func())
}

const everyCall spec.Op = ""

// around makes f replace an operation. The hooks of an operation are nested: the last is
// the outermost.
func (a *altered) around(op spec.Op, f func(c *call, do func())) {
	a.hooks = append(a.hooks, hook{op, f})
}

// before makes f alter what an operation is given. The operation is not called if f sets
// an error or has answered.
func (a *altered) before(op spec.Op, f func(c *call)) {
	a.around(op, func(c *call, do func()) {
		if f(c); c.err == nil && !c.answered {
			do()
		}
	})
}

// after makes f alter what an operation returns.
func (a *altered) after(op spec.Op, f func(c *call)) {
	a.around(op, func(c *call, do func()) {
		do()
		f(c)
	})
}

// around, before and after are the alterations of mutants that need no more.
func around(op spec.Op, f func(c *call, do func())) func(*altered) {
	return func(a *altered) { a.around(op, f) }
}

func before(op spec.Op, f func(c *call)) func(*altered) {
	return func(a *altered) { a.before(op, f) }
}

func after(op spec.Op, f func(c *call)) func(*altered) {
	return func(a *altered) { a.after(op, f) }
}

// replaces makes an operation return another error instead of those of a class.
func replaces(op spec.Op, class, other error) func(*altered) {
	return after(op, func(c *call) { c.err = replaceClass(c.err, class, other) })
}

// perform makes a call through the hooks.
func (a *altered) perform(c *call, method func()) {
	c.rows = a.rows
	for _, h := range a.hooks {
		if h.op == c.op || h.op == everyCall {
			next := method
			method = func() {
				h.f(c, func() {
					c.err = nil // of an earlier try
					next()
				})
			}
		}
	}
	method()
}

// alters returns the operations that a mutant alters.
func (a *altered) alters() []spec.Op {
	ops := method.Altered(a)
	for _, h := range a.hooks {
		ops = append(ops, h.op)
	}
	return ops
}

// recordCalls returns a healthy subject, and the operations that the checks call on it.
func recordCalls() (conformance.Subject, *method.Calls) {
	calls := new(method.Calls)
	return alterAll(func(a *altered) {
		a.before(everyCall, func(c *call) { calls.Add(a.t.Name(), c.op) })
	}), calls
}

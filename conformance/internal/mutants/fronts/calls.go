package fronts

import (
	"context"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/method"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// call is a call of a method: what the method was given, and what it returns. Which of
// the fields are used depends on the operation.
type call[U, S any] struct {
	op    spec.Op
	ctx   context.Context
	store typed.Store[U, S] // the store that is altered
	id    string            // of the user or the session that the call is about

	user        spec.User[U]
	session     spec.Session[S]
	list        []spec.Session[S]
	userMask    attr.Mask[U]
	sessionMask attr.Mask[S]
	from, to    spec.Lease
	keep        []string
	sweep       spec.Sweep
	field       string // that UserBy compares with value
	value       any
	n           int64 // of sessions that were deleted

	err      error
	answered bool
}

// answer makes the call return err, and the method is not called. It is for [before].
func (c *call[U, S]) answer(err error) { c.err, c.answered = err, true }

// hook replaces an operation, or every one if op is everyCall. It calls do to call the
// method, with what the call's fields then contain.
type hook[U, S any] struct {
	op spec.Op
	f  func(c *call[U, S], do func())
}

const everyCall spec.Op = ""

// around makes f replace an operation. The hooks of an operation are nested: the last is
// the outermost.
func (a *altered[U, S]) around(op spec.Op, f func(c *call[U, S], do func())) {
	a.hooks = append(a.hooks, hook[U, S]{op, f})
}

// before makes f alter what an operation is given. The operation is not called if f sets
// an error or has answered.
func (a *altered[U, S]) before(op spec.Op, f func(c *call[U, S])) {
	a.around(op, func(c *call[U, S], do func()) {
		if f(c); c.err == nil && !c.answered {
			do()
		}
	})
}

// after makes f alter what an operation returns.
func (a *altered[U, S]) after(op spec.Op, f func(c *call[U, S])) {
	a.around(op, func(c *call[U, S], do func()) {
		do()
		f(c)
	})
}

// before and after are the alterations of mutants that need no more.
func before[U, S any](op spec.Op, f func(c *call[U, S])) func(*altered[U, S]) {
	return func(a *altered[U, S]) { a.before(op, f) }
}

func after[U, S any](op spec.Op, f func(c *call[U, S])) func(*altered[U, S]) {
	return func(a *altered[U, S]) { a.after(op, f) }
}

// perform makes a call through the hooks.
func (a *altered[U, S]) perform(c *call[U, S], method func()) {
	c.store = a.Store
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
func (a *altered[U, S]) alters() []spec.Op {
	var ops []spec.Op
	for _, h := range a.hooks {
		ops = append(ops, h.op)
	}
	return ops
}

// RecordCalls returns a healthy subject, and the operations that the checks call on it.
func RecordCalls() (conformance.Subject, *method.Calls) {
	calls := new(method.Calls)
	return alterAll(recordIn[richUser, richSession](calls), recordIn[struct{}, struct{}](calls), recordIn[nestedUser, nestedSession](calls)), calls
}

func recordIn[U, S any](calls *method.Calls) func(*altered[U, S]) {
	return func(a *altered[U, S]) {
		a.before(everyCall, func(c *call[U, S]) { calls.Add(a.t.Name(), c.op) })
	}
}

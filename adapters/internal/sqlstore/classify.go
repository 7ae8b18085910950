package sqlstore

import (
	"context"
	"errors"

	"github.com/tenon-go/tenon/adapters/internal/deadline"
	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
)

// fault looks a report up in the table of codes.
func (d *Dialect) fault(r Report) fault.Fault { return fault.Find(d.Codes, r.Code, r.Group) }

// violation is a constraint that a statement broke. Which class that is
// depends on what was tried, and on what else is wrong: see call.classifyWrite.
type violation struct {
	fault  fault.Fault
	report Report
	cause  error
	tables []string // of a deletion: those that may refer to the row, where the error does not say
}

func (v *violation) Error() string { return "constraint violated: " + v.report.detail() }

// effect is what a statement may have done when its answer does not come.
type effect int

const (
	reads   effect = iota // nothing: it is a query that locks no rows
	pending               // nothing that lasts: it is in a transaction, or connects
	writes                // it may have been applied
)

// classify gives a statement's error its class; a broken constraint is
// a *violation.
func (s *store) classify(ctx context.Context, op spec.Op, err error, e effect) error {
	r, answered := s.dialect.Report(err)
	f := fault.Refused
	switch {
	case answered:
		f = s.dialect.fault(r)
	case s.dialect.lost(err):
		f = fault.Unanswered
	default:
		r.Code = "the driver's own error" // its text may hold a value
	}
	if f.IsViolation() {
		return &violation{fault: f, report: r, cause: err}
	}
	done := deadline.Err(ctx)
	m := f.Meaning(func(when fault.Circumstance) bool {
		switch when {
		case fault.WriteSent:
			return e == writes
		case fault.Reading:
			return e == reads
		case fault.AdapterClosed:
			return s.closed.Load()
		case fault.ContextDone:
			return done != nil
		}
		return false
	})
	class := m.Class
	if m.When == fault.ContextDone {
		class = done
	}
	classed := s.error(op, class, s.explain(r), err)
	if f == fault.Retry {
		return &lostRace{classed, r.Code, err}
	}
	return classed
}

// lostRace is a conflict that is over: nothing was applied, and a new try may
// well succeed.
type lostRace struct {
	error
	code  string
	cause error // the driver's
}

// Unwrap returns the error that the caller gets if the tries come to an end.
func (e *lostRace) Unwrap() error { return e.error }

// conclude gives an error that a call ends with its class, if it has none yet:
// a constraint that says nothing about a row of ours.
func (s *store) conclude(op spec.Op, err error) error {
	if lost, ok := errors.AsType[*lostRace](err); ok {
		return lost.error
	}
	var v *violation
	if errors.As(err, &v) {
		class := v.fault.Meaning(fault.Is(fault.SetsNothing)).Class
		return s.error(op, class, s.explainReference(v), v.cause)
	}
	return err
}

package sqlstore

import (
	"errors"

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
// a *violation. What has become of the context and the store is the front's to
// look at.
func (s *store) classify(err error, e effect) error {
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
	class := f.Meaning(func(when fault.Circumstance) bool {
		return when == fault.WriteSent && e == writes || when == fault.Reading && e == reads
	}).Class
	classed := &spec.Error{Class: class, Detail: s.explain(r), Cause: err}
	if f == fault.Retry {
		return &lostRace{classed, r.Code}
	}
	return classed
}

// lostRace is a conflict that is over: nothing was applied, and a new try may
// well succeed.
type lostRace struct {
	is   *spec.Error // what the caller gets if the tries come to an end
	code string
}

func (e *lostRace) Error() string { return e.is.Error() }
func (e *lostRace) Unwrap() error { return e.is }

// conclude gives an error that a call ends with its class, if it has none yet:
// a constraint that says nothing about a row of ours.
func (s *store) conclude(err error) error {
	if lost, ok := errors.AsType[*lostRace](err); ok {
		return lost.is
	}
	if v, ok := errors.AsType[*violation](err); ok {
		class := v.fault.Meaning(fault.Is(fault.SetsNothing)).Class
		return &spec.Error{Class: class, Detail: s.explainReference(v), Cause: v.cause}
	}
	return err
}

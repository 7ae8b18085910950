package sqlstore

import (
	"errors"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
)

// fault returns the fault of a report from the table of codes.
func (d *Dialect) fault(r Report) fault.Fault { return fault.Find(d.Codes, r.Code, r.Group) }

// violation is a constraint that a statement violated. Its class depends on the operation
// and on other errors: see call.classifyWrite.
type violation struct {
	fault  fault.Fault
	report Report
	cause  error
	tables []string // for a deletion, the tables that may refer to the row, if the error does not name one
}

func (v *violation) Error() string { return "constraint violated: " + v.report.detail() }

// effect is what a statement can have done if its answer is lost.
type effect int

const (
	reads   effect = iota // nothing: it is a query that locks no rows
	pending               // nothing permanent: it is in a transaction that is not committed, or connects
	writes                // it can have been applied
)

// classify returns a statement's error with its class. For a violated constraint it returns
// a *violation. The Store checks the context and whether the store was closed.
func (s *store) classify(err error, e effect) error {
	r, answered := s.dialect.Report(err)
	f := fault.Refused
	switch {
	case answered:
		f = s.dialect.fault(r)
	case s.dialect.lost(err):
		f = fault.Unanswered
	default:
		r.Code = "the driver's own error" // its text may contain a value
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

// lostRace is a conflict that has ended: nothing was applied, and another try can succeed.
type lostRace struct {
	is   *spec.Error // the error for the caller if all tries fail
	code string
}

func (e *lostRace) Error() string { return e.is.Error() }
func (e *lostRace) Unwrap() error { return e.is }

// conclude returns the final error of a call. A violation that is not about a row of the
// adapter gets its class here.
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

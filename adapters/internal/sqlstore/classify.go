package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/tenon-go/tenon/adapters/internal/deadline"
	"github.com/tenon-go/tenon/spec"
)

// Code is one code of an engine, or the group of codes that begins with it.
type Code struct {
	Code    string
	Meaning string // the engine's own name for it
	Fault   Fault
	Note    string // what is worth knowing about it, for docs/errors.md
}

// Report is what a driver's error says.
type Report struct {
	Code       string
	Group      string // the code's group
	Table      string // empty: the error does not say
	Constraint string // the name of a constraint, or table.column
	Column     string

	// Text is where the name of a constraint, a column or a table has to be
	// looked for, among values. It is never shown.
	Text string

	NoTable bool // a table, whose name is in Text, is missing
	Refers  bool // a foreign key names a row that is not there, or not to be there: its table is Table
}

// detail is what a message may tell: no value is in it.
func (r Report) detail() string {
	where := r.Constraint
	if where == "" {
		where = r.Column
	}
	return strings.TrimSpace(r.Code + " " + where)
}

// fault looks a report up in the table of codes.
func (d *Dialect) fault(r Report) Fault {
	for _, code := range []string{r.Code, r.Group} {
		for _, c := range d.Codes {
			if c.Code == code {
				return c.Fault
			}
		}
	}
	return Unlisted
}

// violation is a constraint that a statement broke. Which class that is
// depends on what was tried, and on what else is wrong: see call.refused.
type violation struct {
	fault  Fault
	report Report
	cause  error
	tables []string // of a deletion: those that may refer to the row, where the error does not say
}

func (v *violation) Error() string { return "constraint violated: " + v.report.detail() }

// error returns an error of a class.
func (s *store) error(op spec.Op, class error, detail string, cause error) error {
	return &spec.Error{Adapter: s.dialect.Name, Op: op, Class: class, Detail: detail, Cause: cause}
}

// classify gives a statement's error its class; a broken constraint is a
// *violation. Lost is the class of an error that is no answer:
// ErrIndeterminate if the statement may have been applied, or else
// ErrUnavailable.
func (s *store) classify(ctx context.Context, op spec.Op, err, lost error) error {
	r, answered := s.dialect.Report(err)
	fault := Refused
	switch {
	case answered:
		fault = s.dialect.fault(r)
	case s.dialect.lost(err):
		fault = Unanswered
	default:
		r.Code = "the driver's own error" // its text may hold a value
	}
	if fault >= NotUnique {
		return &violation{fault: fault, report: r, cause: err}
	}
	class := fault.class(Otherwise)
	switch {
	case fault == Again:
		return &lostRace{s.error(op, class, r.detail(), err), r.Code, err}
	case fault == Lost && lost == spec.ErrIndeterminate:
		class = fault.class(WriteSent)
	case fault == Lost && s.closed.Load():
		class = fault.class(AdapterClosed)
	case fault.class(ContextDone) != nil && deadline.Err(ctx) != nil:
		class = deadline.Err(ctx)
	}
	return s.error(op, class, s.explained(r), err)
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

// settled gives an error that a call ends with its class, if it has none yet:
// a constraint that says nothing about a row of ours.
func (s *store) settled(op spec.Op, err error) error {
	if lost, ok := errors.AsType[*lostRace](err); ok {
		return lost.error
	}
	var v *violation
	if errors.As(err, &v) {
		class := cmp.Or(v.fault.class(Removal), Failed.class(Otherwise))
		return s.error(op, class, s.referred(v), v.cause)
	}
	return err
}

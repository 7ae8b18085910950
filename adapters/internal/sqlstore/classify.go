package sqlstore

import (
	"context"
	"errors"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

// Fault is what an engine's code means to a call.
type Fault int

// The faults. Those from NotUnique on are violations of a constraint.
const (
	Failed      Fault = iota // the engine cannot do this
	Unavailable              // it would not serve
	Conflict                 // lost to a concurrent transaction
	Lost                     // the connection is gone: a write may have been applied
	Cancelled                // the statement was stopped: by our context, or else by the server
	NotUnique
	NoReference // a foreign key names a row that is not there
	Null
	CheckRule
	TooLong
	OutOfRange
)

// Code is one code of an engine, or the group of codes that begins with it.
type Code struct {
	Code    string
	Meaning string // the engine's own name for it
	Fault   Fault
}

// Report is what a driver's error says.
type Report struct {
	Code       string
	Group      string // the code's group
	Table      string // empty: the error does not say
	Constraint string // the name of a constraint, or table.column
	Column     string
}

// detail is what a message may tell: no value is in it.
func (r Report) detail() string {
	where := r.Constraint
	if where == "" {
		where = r.Column
	}
	return strings.TrimSpace(r.Code + " " + where)
}

// fault looks a report up in the table of codes. A code that is not in it is
// the engine's way to say that it cannot.
func (d *Dialect) fault(r Report) Fault {
	for _, code := range []string{r.Code, r.Group} {
		for _, c := range d.Codes {
			if c.Code == code {
				return c.Fault
			}
		}
	}
	return Failed
}

// violation is a constraint that a statement broke. Which class that is
// depends on what was tried, and on what else is wrong: see call.refused.
type violation struct {
	fault  Fault
	report Report
	cause  error
}

func (v *violation) Error() string { return "constraint violated: " + v.report.detail() }

// kind is what the violation is called when it is about an attribute.
func (v *violation) kind() spec.ConstraintKind {
	switch v.fault {
	case NotUnique:
		return spec.NotUnique
	case Null:
		return spec.Null
	case TooLong:
		return spec.TooLong
	case OutOfRange:
		return spec.OutOfRange
	}
	return spec.CheckRule
}

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
	fault := Lost
	if answered {
		fault = s.dialect.fault(r)
	}
	class := spec.ErrFailed
	switch {
	case fault >= NotUnique:
		return &violation{fault, r, err}
	case fault == Unavailable:
		class = spec.ErrUnavailable
	case fault == Conflict:
		class = spec.ErrConflict
	case fault == Cancelled && ctx.Err() != nil:
		class = ctx.Err()
	case fault == Lost:
		class = lost
		if s.closed.Load() && lost != spec.ErrIndeterminate {
			class = spec.ErrClosed
		} else if ctx.Err() != nil && lost != spec.ErrIndeterminate {
			class = ctx.Err()
		}
	}
	return s.error(op, class, r.detail(), err)
}

// settled gives an error that a call ends with its class, if it has none yet:
// a constraint that says nothing about a row of ours.
func (s *store) settled(op spec.Op, err error) error {
	var v *violation
	if errors.As(err, &v) {
		return s.error(op, spec.ErrFailed, v.report.detail(), v.cause)
	}
	return err
}

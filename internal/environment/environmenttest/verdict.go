package environmenttest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

// Engine interprets the errors of an engine, for verdicts. The texts that it returns do
// not contain parts that differ between tries.
type Engine struct {
	// Reason returns why the server or the driver cannot be set up in this way. It
	// is empty if the error has another meaning, and so is a fault.
	Reason func(error) string

	// Refuses reports whether an error with a sentence is a refusal. If it is nil,
	// all such errors are.
	Refuses func(*spec.Error) bool

	// Limits reports whether an error that is not a refusal can be a limit.
	Limits func(*spec.Error) bool

	// Text returns the text of a refusal or a limit.
	Text func(*spec.Error, environment.Outcome) string

	// Limited returns the text for the limits that were met. If it is nil, the text
	// lists all of them.
	Limited func(limits []string) string
}

// NotSet is the error of an [Opener], or of the function that surrounds tables, if it
// cannot set up the case.
type NotSet struct{ Err error }

func (e NotSet) Error() string { return e.Err.Error() }

// Fault returns the verdict for an unexpected error. What names the step that failed.
func Fault(what string, err error) environment.Verdict {
	text := fmt.Sprintf("%s: %v", what, err)
	if failed, ok := errors.AsType[*spec.Error](err); ok && failed.Cause != nil {
		text += fmt.Sprintf(" (%v)", failed.Cause)
	}
	return environment.Verdict{Outcome: environment.Fault, Detail: text}
}

// CannotBeSet returns the verdict for an error of setting up a case.
func (e Engine) CannotBeSet(err error) environment.Verdict {
	if reason := e.Reason(err); reason != "" {
		return environment.Verdict{Outcome: environment.CannotBeSet, Detail: reason}
	}
	return Fault("setting it", err)
}

// sentence matches a sentence in the detail of an error, which can have a code, too.
var sentence = regexp.MustCompile(`[a-z] [a-z]`)

// driversOwn is the detail of an error without a code of the engine.
const driversOwn = "the driver's own error"

// Verdict returns the verdict for an error of Open, New, Migrate or Check.
func (e Engine) Verdict(err error) environment.Verdict {
	if bad, ok := errors.AsType[NotSet](err); ok {
		return e.CannotBeSet(bad.Err)
	}
	failed, ok := errors.AsType[*spec.Error](err)
	if !ok {
		return Fault("an error of no class", err)
	}
	class := spec.ClassOf(failed)
	says := sentence.MatchString(failed.Detail) && failed.Detail != driversOwn
	switch {
	case (class == spec.ErrInvalid || class == spec.ErrFailed) && says && (e.Refuses == nil || e.Refuses(failed)):
		return environment.Verdict{Outcome: environment.Refused, Detail: e.Text(failed, environment.Refused)}
	case failed.Detail != driversOwn && e.Limits(failed):
		return environment.Verdict{Outcome: environment.Limited, Detail: e.Text(failed, environment.Limited)}
	}
	return Fault("setting up", err)
}

// someFaults is the number of faults in a verdict, which is enough to find the cause.
const someFaults = 6

// Report returns the verdict for a report of the program, and for limits that were met
// before.
func (e Engine) Report(r program.Report, before ...string) environment.Verdict {
	limits := slices.Concat(before, r.Limits)
	switch {
	case len(r.Faults) > 0:
		text := strings.Join(r.Faults[:min(len(r.Faults), someFaults)], "\n")
		return environment.Verdict{Outcome: environment.Fault, Detail: text}
	case len(limits) == 0:
		return environment.Verdict{Outcome: environment.Holds}
	case e.Limited != nil:
		return environment.Verdict{Outcome: environment.Limited, Detail: e.Limited(limits)}
	}
	return environment.Verdict{Outcome: environment.Limited, Detail: strings.Join(limits, "; ")}
}

// Opener opens a handle, and returns a function that closes it.
type Opener[U, S any] func(context.Context) (*spec.Store[U, S], func(), error)

// Judge runs the program on two handles. The first has the case that is tried. If second
// is nil, it is the same as first. If the first handle is limited, the second creates the
// tables. Run is [program.Judge] or [program.JudgePlain].
func Judge[U, S any](ctx context.Context, e Engine, first, second Opener[U, S],
	run func(ctx context.Context, first, second typed.Store[U, S]) program.Report,
) environment.Verdict {
	a, closeFirst, err := first(ctx)
	if err != nil {
		return e.Verdict(err)
	}
	defer closeFirst()
	b := a
	if second != nil {
		var closeSecond func()
		if b, closeSecond, err = second(ctx); err != nil {
			v := e.Verdict(err)
			v.Detail = "another handle: " + v.Detail
			return v
		}
		defer closeSecond()
	}
	var limits []string
	if err := a.Migrate(ctx); err != nil {
		v := e.Verdict(err)
		if v.Outcome != environment.Limited {
			return v
		}
		limits = append(limits, v.Detail)
		if err := b.Migrate(ctx); err != nil && b.Check(ctx) != nil {
			if other := e.Verdict(err); other.Outcome != environment.Limited {
				return other
			}
			return v
		}
	}
	if err := a.Check(ctx); err != nil {
		v := e.Verdict(err)
		if v.Outcome != environment.Limited {
			return v
		}
		limits = append(limits, v.Detail)
	}
	r := run(ctx, a, b)
	if err := ctx.Err(); err != nil {
		return Fault("the program did not end", err)
	}
	return e.Report(r, limits...)
}

// Object says what to expect of an object around tables.
type Object struct {
	Refused string           // part of the error of Check and Migrate; empty: they accept it
	Either  bool             // it can be accepted, or refused with such an error
	Refuses program.Refusals // the calls that it refuses if it is accepted
}

// JudgeObject runs the program on one handle. Surround creates the object around tables
// with rows. It returns [NotSet], or the result of Check after that.
func (e Engine) JudgeObject(ctx context.Context, a *spec.Store[program.Person, program.Device], surround func() error, o Object) environment.Verdict {
	var refusal error
	r := program.JudgeObject(ctx, a, func() error {
		refusal = surround()
		return refusal
	}, o.Refuses)
	if refusal != nil {
		return e.Refusal(refusal, o)
	}
	return e.Accepted(r, o)
}

// Accepted returns the verdict for an object that Check accepts, from the report of the
// program.
func (e Engine) Accepted(r program.Report, o Object) environment.Verdict {
	if len(r.Faults) == 0 && o.Refused != "" {
		return environment.Verdict{Outcome: environment.Fault, Detail: "accepted, where this is expected: " + o.Refused}
	}
	return e.Report(r)
}

// Refusal returns the verdict for an object from an error of Migrate or Check, or from
// [NotSet].
func (e Engine) Refusal(err error, o Object) environment.Verdict {
	v := e.Verdict(err)
	if v.Outcome == environment.CannotBeSet {
		return v
	}
	if v.Outcome != environment.Refused || spec.ClassOf(err) != spec.ErrFailed || o.Refused == "" && !o.Either || !strings.Contains(err.Error(), o.Refused) {
		return environment.Verdict{Outcome: environment.Fault, Detail: fmt.Sprintf("%s, where this is expected: %q", v.Detail, o.Refused)}
	}
	return v
}

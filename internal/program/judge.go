package program

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

// Report is the result of the program on a store that may be limited, for example by a
// short statement timeout, or because it is read-only.
type Report struct {
	// Faults are the calls whose results violate the contract.
	Faults []string

	// Limits are the operations that failed, each with its class, "create user:
	// store unavailable". A failed call was not applied: later calls are compared
	// with a model that did not make it.
	Limits []string
}

// String returns the faults, or the limits of a judgement without faults.
func (r Report) String() string {
	if len(r.Faults) > 0 {
		return strings.Join(r.Faults, "\n")
	}
	return strings.Join(r.Limits, "; ")
}

// Judge runs the program as [Run] does. But each call can also fail with a class of a
// limited store, if it then applies nothing. Judge leaves the tables empty if there are no
// limits.
func Judge(ctx context.Context, first, second typed.Store[User, Session]) Report {
	return judge(ctx, richValues(), first, second)
}

// JudgePlain is Judge with plain values, and a sixth of its calls. Use it for variations
// that do not affect columns of other types.
func JudgePlain(ctx context.Context, first, second typed.Store[Person, Device]) Report {
	return judge(ctx, plainValues(), first, second)
}

func judge[U, S any](ctx context.Context, v values[U, S], first, second typed.Store[U, S]) Report {
	var r Report
	record(ctx, &r, func(t recorder) {
		e, model := newEach(t), newModel[U, S](t)
		defer closeModel(t, model)
		e.limits = make(map[string]bool)
		run(e, v, model, first, second)
		for limit := range e.limits {
			r.Limits = append(r.Limits, limit)
		}
	})
	slices.Sort(r.Limits)
	return r
}

// JudgeObject runs the program with plain values on one handle. It calls [Fill], then
// surround, which creates the object around the tables, and then [Filled.Run] with the
// expected refusals. It leaves the tables empty if there are no faults.
func JudgeObject(ctx context.Context, a typed.Store[Person, Device], surround func() error, refused Refusals) Report {
	var r Report
	record(ctx, &r, func(t recorder) {
		filled := Fill(t, a)
		if err := surround(); err != nil {
			t.Fatal(err)
		}
		filled.Run(a, refused)
	})
	return r
}

// record calls run with a recorder whose failures become faults of r.
func record(ctx context.Context, r *Report, run func(recorder)) {
	var wait sync.WaitGroup
	t := recorder{ctx, r, new([]func())}
	wait.Go(func() { run(t) }) // in its own goroutine, which Fatal ends
	wait.Wait()
	for _, clean := range *t.cleanups {
		clean()
	}
}

// recorder is a TB that records failures.
type recorder struct {
	ctx    context.Context
	report *Report

	cleanups *[]func()
}

func (r recorder) Cleanup(clean func()) { *r.cleanups = append(*r.cleanups, clean) }

func (r recorder) Context() context.Context { return r.ctx }

func (recorder) Helper() {}

func (r recorder) Errorf(format string, args ...any) {
	r.report.Faults = append(r.report.Faults, fmt.Sprintf(format, args...))
}

func (r recorder) Fatal(args ...any) {
	r.report.Faults = append(r.report.Faults, fmt.Sprint(args...))
	runtime.Goexit()
}

// mayBothBe reports whether two errors are both possible for one call, after earlier calls
// failed for a limit. Missing rows leave their unique values to other rows. So a new row
// can share more than one unique value with an existing row, and the error can name any
// of these.
func (e *each) mayBothBe(a, b error) bool {
	first, ok := errors.AsType[*spec.ConstraintError](a)
	second, also := errors.AsType[*spec.ConstraintError](b)
	return len(e.limits) > 0 && ok && also && first.Kind == spec.NotUnique && second.Kind == spec.NotUnique
}

// limiting lists the classes with which a call to a limited store can fail. A server that
// ends idle sessions can end one at the moment when a write is sent.
var limiting = []error{spec.ErrUnavailable, spec.ErrFailed, spec.ErrConflict, spec.ErrIndeterminate}

// noteLimit reports whether an error can be a limit, and records it if so.
func (e *each) noteLimit(err error) bool {
	class := spec.ClassOf(err)
	if refused, ok := errors.AsType[*spec.ConstraintError](err); ok {
		switch {
		case refused.Kind == spec.TooLong && refused.Attribute == "":
			// No single attribute is too long, but all of them are for one statement.
		case refused.Kind == spec.OutOfRange, refused.Kind == spec.CheckRule:
			// The schema has no such rule. It is that of a narrower column or of a constraint.
		default:
			return false
		}
	} else if !slices.Contains(limiting, class) {
		return false
	}
	if e.limits == nil {
		return false
	}
	text := class.Error()
	if failed, ok := errors.AsType[*spec.Error](err); ok {
		text = string(failed.Op) + ": " + text
	}
	e.limits[text] = true
	return true
}

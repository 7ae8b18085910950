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

// Report is what the program saw where a store may be limited: by a short
// timeout of statements, say, or because it is read-only.
type Report struct {
	// Faults are the calls that ended other than the contract says.
	Faults []string

	// Limits are the operations that failed, each with its class, "create user:
	// store unavailable". What failed was not applied: the calls after it are
	// compared with a model that did not make it.
	Limits []string
}

// String is the faults, or else the limits.
func (r Report) String() string {
	if len(r.Faults) > 0 {
		return strings.Join(r.Faults, "\n")
	}
	return strings.Join(r.Limits, "; ")
}

// Judge runs the program as [Run] does, where each call may also fail with
// a class of a store that is limited, if it applied nothing then. It
// leaves the tables empty if there are no limits.
func Judge(ctx context.Context, first, second typed.Store[User, Session]) Report {
	return judge(ctx, richValues(), first, second)
}

// JudgePlain is Judge with plain values: a sixth of its calls, for what does not
// change what a column of another type holds.
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

// JudgeObject runs the program with plain values on one handle: [Fill], then
// surround, which makes what surrounds the tables, then [Filled.Run] with the
// calls that are refused. It leaves the tables empty if there are no faults.
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

// record calls run with a recorder whose failures become faults.
func record(ctx context.Context, r *Report, run func(recorder)) {
	var wait sync.WaitGroup
	t := recorder{ctx, r, new([]func())}
	wait.Go(func() { run(t) }) // on its own goroutine, which Fatal ends
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

// mayBothBe reports whether two errors may be of one call after others failed for
// a limit: rows that are not there leave values to rows that then share more
// than one unique value with the next, and any of these may be what is named.
func (e *each) mayBothBe(a, b error) bool {
	first, ok := errors.AsType[*spec.ConstraintError](a)
	second, also := errors.AsType[*spec.ConstraintError](b)
	return len(e.limits) > 0 && ok && also && first.Kind == spec.NotUnique && second.Kind == spec.NotUnique
}

// limiting are the classes with which a call may fail where a store is limited. A
// server that ends idle sessions may end one just when a write is sent to it.
var limiting = []error{spec.ErrUnavailable, spec.ErrFailed, spec.ErrConflict, spec.ErrIndeterminate}

// noteLimit says whether an error may be a limit, and notes it.
func (e *each) noteLimit(err error) bool {
	class := spec.ClassOf(err)
	if refused, ok := errors.AsType[*spec.ConstraintError](err); ok {
		switch {
		case refused.Kind == spec.TooLong && refused.Attribute == "":
			// No attribute is too long for its own limit, but all of them for a statement.
		case refused.Kind == spec.OutOfRange, refused.Kind == spec.CheckRule:
			// The schema has no such rule: a narrower column has, or another constraint.
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

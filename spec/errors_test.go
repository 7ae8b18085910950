package spec_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/spec"
)

// driverError is an error of a driver, whose text contains the values.
type driverError struct{ Code string }

func (e *driverError) Error() string { return "duplicate key: ann@example.com" }

func TestClassOfEveryClass(t *testing.T) {
	t.Parallel()
	classes := spec.Classes()
	if len(classes) != 15 {
		t.Errorf("%d classes", len(classes))
	}
	texts := map[string]bool{}
	for _, class := range classes {
		if texts[class.Error()] {
			t.Errorf("two classes %q", class)
		}
		texts[class.Error()] = true
		for _, err := range []error{
			class, fmt.Errorf("wrapped: %w", class), &spec.Error{Class: class},
			fmt.Errorf("%w", &spec.Error{Class: class, Cause: &driverError{}}), errors.Join(io.EOF, class),
		} {
			if got := spec.ClassOf(err); got != class {
				t.Errorf("ClassOf(%T of %v) = %v", err, class, got)
			}
		}
		for _, other := range classes {
			if other != class && errors.Is(class, other) {
				t.Errorf("%v is also %v", class, other)
			}
		}
	}
}

func TestClassOfNoneAndSeveral(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"nil":            nil,
		"none":           io.EOF,
		"same text":      errors.New(spec.ErrStale.Error()),
		"no class":       &spec.Error{Adapter: "a", Op: spec.OpUser},
		"in the cause":   &spec.Error{Class: io.EOF, Cause: spec.ErrStale},
		"two":            errors.Join(spec.ErrStale, spec.ErrConflict),
		"context and":    fmt.Errorf("%w: %w", spec.ErrUnavailable, context.Canceled),
		"one, wrapped":   &spec.Error{Class: errors.Join(spec.ErrInvalid, spec.ErrFailed)},
		"three":          errors.Join(spec.ErrClosed, spec.ErrUserExists, spec.ErrStale),
		"constraint and": errors.Join(&spec.ConstraintError{}, spec.ErrUserExists),
	} {
		if got := spec.ClassOf(err); got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestClassesIsTheCallersOwn(t *testing.T) {
	t.Parallel()
	before := spec.Classes()
	clear(spec.Classes())
	if !slices.Equal(spec.Classes(), before) {
		t.Error("changed by a caller")
	}
}

// For every cause, Is finds only the class and As finds the cause.
func TestErrorIsItsClassAlone(t *testing.T) {
	t.Parallel()
	driver := &driverError{"23505"}
	for _, class := range spec.Classes() {
		for _, inner := range slices.Concat(spec.Classes(), []error{&spec.ConstraintError{Kind: spec.Null, Attribute: "Inner"}}) {
			err := error(&spec.Error{
				Adapter: "test", Op: spec.OpCreateUser, Class: class,
				Cause: fmt.Errorf("%w: %w", inner, driver),
			})
			for _, e := range []error{err, fmt.Errorf("sign up: %w", err)} {
				for _, c := range spec.Classes() {
					if errors.Is(e, c) != (c == class) {
						t.Errorf("%v with cause %v: Is %v is %t", class, inner, c, c != class)
					}
				}
				if errors.Is(e, driver) {
					t.Error("Is finds the cause")
				}
				if d, ok := errors.AsType[*driverError](e); !ok || d != driver {
					t.Errorf("As finds %v", d)
				}
				if s, ok := errors.AsType[*spec.Error](e); !ok || s != err {
					t.Errorf("As finds %v", s)
				}
				if c, ok := errors.AsType[*spec.ConstraintError](e); ok {
					t.Errorf("As finds %v in the cause", c)
				}
			}
		}
	}
}

func TestErrorAsTheClass(t *testing.T) {
	t.Parallel()
	want := &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}
	for _, cause := range []error{nil, &driverError{}, &spec.ConstraintError{Kind: spec.Null}} {
		err := &spec.Error{Adapter: "test", Op: spec.OpCreateUser, Class: want, Cause: cause}
		if got, ok := errors.AsType[*spec.ConstraintError](err); !ok || got != want {
			t.Errorf("cause %T: As finds %v", cause, got)
		}
		if !errors.Is(err, spec.ErrConstraint) || spec.ClassOf(err) != spec.ErrConstraint {
			t.Errorf("cause %T: class %v", cause, spec.ClassOf(err))
		}
	}
	if _, ok := errors.AsType[*driverError](&spec.Error{Class: spec.ErrFailed}); ok {
		t.Error("As finds a cause where there is none")
	}
}

// As finds the driver's error behind a context error, not the context's own type.
func TestErrorAsFindsTheCauseFirst(t *testing.T) {
	t.Parallel()
	cause := &net.OpError{Op: "read", Err: io.EOF}
	err := &spec.Error{Class: context.DeadlineExceeded, Cause: cause}
	if got, ok := errors.AsType[net.Error](err); !ok || got != net.Error(cause) {
		t.Errorf("%T", got)
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	cause := &driverError{"23505"}
	for want, err := range map[string]*spec.Error{
		"postgres: create user: user exists (23505 users_pkey)": {
			Adapter: "postgres", Op: spec.OpCreateUser, Class: spec.ErrUserExists, Detail: "23505 users_pkey", Cause: cause},
		"memory: swap lease: stale lease": {Adapter: "memory", Op: spec.OpSwapLease, Class: spec.ErrStale, Cause: cause},
		"a: user: context canceled":       {Adapter: "a", Op: spec.OpUser, Class: context.Canceled, Cause: cause},
		"a: update user: constraint violated: not unique: attribute Email (2067)": {
			Adapter: "a", Op: spec.OpUpdateUser, Class: &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}, Detail: "2067", Cause: cause},
		"a: update user: constraint violated: check": {
			Adapter: "a", Op: spec.OpUpdateUser, Class: &spec.ConstraintError{Kind: spec.CheckRule}, Cause: cause},
		": : <nil>": {}, // breaks the contract, but must not panic in a log line
	} {
		if got := err.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if strings.Contains(fmt.Sprintf("%v %s", err, err), "ann@") {
			t.Errorf("%q holds the cause's text", err)
		}
	}
}

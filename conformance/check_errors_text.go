package conformance

import (
	"errors"
	"fmt"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// driversError has ids and unique values refused by the database itself.
func driversError[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seed(a)
	want := func(err, class error, call string) {
		if t.wantClass(err, class, "%s", call) && !t.runner.options.DriverError(err) {
			t.Errorf("%s\n  got:  %s, in which errors.As finds no error of the driver\n  want: that of the driver as its cause", call, describe(err))
		}
	}
	want(a.CreateSession(t.ctx(), w.newSession(annPhone, ann)), spec.ErrSessionExists, "CreateSession with a taken id")
	if t.users {
		want(a.CreateUser(t.ctx(), w.newUser(ann)), spec.ErrUserExists, "CreateUser with a taken id")
	}
	for _, o := range t.operations(a) {
		for _, f := range t.faults(o) {
			if f.Condition == whenNotUnique {
				c := w.fixture(a, o)
				f.cause.change(w, o, &c)
				_, err := o.call(a, c)
				want(err, f.Class, o.name+" ("+f.String()+")")
			}
		}
	}
	w.compare(a, "after what the database refused")
}

// classAlone looks at everything that errors.Is compares with, which is what
// Unwrap leads to.
func classAlone[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seed(a)
	t.everyError(a, w, func(err error, call string) {
		class := spec.ClassOf(err)
		if class == nil {
			t.Errorf("%s\n  got:  %s\n  want: an error of one class", call, describe(err))
		}
		for _, e := range unwrapAll(err) {
			if class != nil && spec.ClassOf(e) != class {
				t.Errorf("%s\n  got:  %s, in which errors.Is finds a %T too\n  want: the class, and the driver's error by errors.As only", call, describe(err), e)
			}
		}
		var c *spec.ConstraintError
		if class != nil && class != spec.ErrConstraint && errors.As(err, &c) {
			t.Errorf("%s\n  got:  %s, in which errors.As finds a *spec.ConstraintError\n  want: none, since the class is another", call, describe(err))
		}
	})
}

// unwrapAll returns err and all that Unwrap leads to.
func unwrapAll(err error) []error {
	list := []error{err}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		if next := e.Unwrap(); next != nil {
			list = append(list, unwrapAll(next)...)
		}
	case interface{ Unwrap() []error }:
		for _, next := range e.Unwrap() {
			list = append(list, unwrapAll(next)...)
		}
	}
	return list
}

// textsHoldNothing looks for what it passed in the texts of the errors.
func textsHoldNothing[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seed(a)
	t.everyError(a, w, t.wantNoSecret)

	// Each unique attribute alone: databases report the value that they
	// refuse.
	for _, o := range t.operations(a) {
		var fields []string
		switch o.op {
		case spec.OpCreateUser, spec.OpUpdateUser:
			fields = uniqueFields[U]()
		case spec.OpCreateSession, spec.OpUpdateSession:
			fields = uniqueFields[S]()
		}
		for _, field := range fields {
			c := w.fixture(a, o)
			if o.users {
				other := w.newMarkedUser(mark + "-" + field)
				t.must(a.CreateUser(t.ctx(), other), "CreateUser")
				c.user.Attributes = merge(t, c.user.Attributes, other.Attributes, fieldMask[U](t, field))
			} else {
				c.session.Attributes = merge(t, c.session.Attributes, w.sessions[c.keep[0]].Attributes, fieldMask[S](t, field))
			}
			call := o.name + " with " + field + " not unique"
			_, err := o.call(a, c)
			t.wantConstraint(err, spec.NotUnique, field, "%s", call)
			t.wantNoSecret(err, call)
			if o.users {
				t.must(a.DeleteUser(t.ctx(), mark+"-"+field), "DeleteUser")
			}
		}
	}
}

// everyError calls every operation with every fault and hands over the errors.
func (t *tester[U, S]) everyError(a front[U, S], w *world[U, S], f func(err error, call string)) {
	for _, o := range t.operations(a) {
		good := w.fixture(a, o)
		for _, fault := range t.faults(o) {
			c := good
			fault.cause.change(w, o, &c)
			if _, err := o.call(a, c); err != nil {
				f(err, fmt.Sprintf("%s (%s)", o.name, fault))
			}
		}
	}
}

// uniqueFields are the unique attributes.
func uniqueFields[T any]() []string {
	schema, err := attr.SchemaOf[T]()
	if err != nil {
		return nil
	}
	var names []string
	for _, f := range schema.Fields() {
		if f.Unique {
			names = append(names, f.Name)
		}
	}
	return names
}

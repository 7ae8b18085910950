package conformance

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// driversError cuts off the store, so that every call fails because of an error of the
// driver. Other failures need not have one: an adapter can find out itself that an id is
// taken. The calls run concurrently, because in each of them a driver can search for its
// server for seconds.
func driversError[U, S any](t *tester[U, S]) {
	isDrivers := t.runner.options.DriverError
	if isDrivers(errNoDriver) {
		t.notRun("Options.DriverError calls an error that the suite made one of the driver's")
	}
	s := t.newStore()
	s.MaxConns, s.Cut = outageConns, true
	a := t.openNamed(s)
	w := t.seed(a)
	session := w.newSession("s-new", "")
	type call struct {
		name string
		make func() error
	}
	calls := []call{
		{"Session", func() error { _, err := a.Session(t.ctx(), visitor); return err }},
		{"UserSessions", func() error { _, err := a.UserSessions(t.ctx(), ann); return err }},
		{"CreateSession", func() error { return a.CreateSession(t.ctx(), session) }},
		{"DeleteSession", func() error { return a.DeleteSession(t.ctx(), "s-none") }},
	}
	if t.users {
		user := w.newUser("newcomer")
		calls = append(calls,
			call{"User", func() error { _, err := a.User(t.ctx(), ann); return err }},
			call{"CreateUser", func() error { return a.CreateUser(t.ctx(), user) }})
	}
	restore := t.cut(s)
	errs := make([]error, len(calls))
	t.runTogether(len(calls), func(i int) { errs[i] = calls[i].make() })
	restore()
	for i, err := range errs {
		call := calls[i].name + " while the store is cut off"
		if err == nil {
			t.Errorf("%s\n  got:  no error\n  want: an error whose cause is the driver's", call)
			continue
		}
		if cause := causeOf(err); cause == nil || !isDrivers(cause) {
			t.Errorf("%s\n  got:  %s, in which errors.As finds no error of the driver\n  want: that of the driver as its cause", call, describe(err))
		}
		t.wantClassAlone(err, call)
	}
}

// errNoDriver is an error that does not come from a driver.
var errNoDriver = errors.New("an error of the suite's own")

// classAlone checks everything that errors.Is compares with, which is everything that Unwrap
// returns.
func classAlone[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	t.everyError(a, w, t.wantClassAlone)
}

// wantClassAlone fails the check if errors.Is finds anything but its class in the error of a
// failed call.
func (t *tester[U, S]) wantClassAlone(err error, call string) {
	if err == nil {
		return
	}
	class := spec.ClassOf(err)
	if class == nil {
		t.Errorf("%s\n  got:  %s\n  want: an error of one class", call, describe(err))
		return
	}
	for _, e := range unwrapAll(err) {
		if spec.ClassOf(e) != class {
			t.Errorf("%s\n  got:  %s, in which errors.Is finds a %T too\n  want: the class, and the driver's error by errors.As only", call, describe(err), e)
		}
	}
	var c *spec.ConstraintError
	if class != spec.ErrConstraint && errors.As(err, &c) {
		t.Errorf("%s\n  got:  %s, in which errors.As finds a *spec.ConstraintError\n  want: none, since the class is another", call, describe(err))
	}
}

// unwrapAll returns err and all errors that Unwrap returns, recursively.
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

// textsHoldNothing searches the texts of errors for the values that it has passed.
func textsHoldNothing[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	t.everyError(a, w, t.wantNoSecret)

	// Try each unique attribute separately, because databases report the value that they
	// refuse.
	for _, o := range t.operations(a) {
		var fields []string
		switch o.op {
		case spec.OpCreateUser, spec.OpUpdateUser:
			fields = uniqueNames[U](t)
		case spec.OpCreateSession, spec.OpUpdateSession:
			fields = uniqueNames[S](t)
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
	t.must(a.Close(), "Close")
	for _, o := range t.operations(a) {
		c := arguments[U, S]{ctx: t.ctx(), user: w.newMarkedUser(mark), session: w.newMarkedSession(mark, mark), keep: []string{mark}, field: mark, value: mark}
		_, err := o.call(a, c)
		t.wantClass(err, spec.ErrClosed, "%s after Close", o.name)
		t.wantNoSecret(err, o.name+" after Close")
	}
}

// refusedTexts writes invalid values of each attribute to rows whose other attributes contain
// the mark, and searches for the mark in the errors.
func refusedTexts[U, S any](t *tester[U, S], users []invalid[U], sessions []invalid[S]) {
	a := t.open()
	w := t.seed(a)
	try := func(err, class error, call string, args ...any) {
		t.wantClass(err, class, call, args...)
		t.wantNoSecret(err, fmt.Sprintf(call, args...))
	}
	if t.users {
		refuseEach(t, w.userEntity(a), w.newMarkedUser("").Attributes, users, try)
	}
	refuseEach(t, w.sessionEntity(a), w.newMarkedSession("", "").Attributes, sessions, try)
	if !t.users || !offers[spec.UserFinder](a) {
		return
	}
	absent := w.newMarkedUser("").Attributes
	for _, f := range fields[U](t) {
		value := reflect.ValueOf(absent).FieldByName(f.Name)
		if f.Unique {
			_, err := a.UserBy(t.ctx(), f.Name, reflect.Indirect(value).Interface())
			try(err, spec.ErrUserNotFound, "UserBy of a %s that no user has", f.Name)
		}
		_, err := a.UserBy(t.ctx(), f.Name, event{fmt.Errorf("%v", value)})
		try(err, spec.ErrInvalid, "UserBy of %s with a value of another type", f.Name)
		if !f.Unique {
			_, err := a.UserBy(t.ctx(), f.Name, value.Interface())
			try(err, spec.ErrInvalid, "UserBy of %s, which is not unique", f.Name)
		}
	}
	_, err := a.UserBy(t.ctx(), mark, mark)
	try(err, spec.ErrInvalid, "UserBy of a field that is not there")
}

// refuseEach creates and updates a row with each value that is invalid or longer than its
// max.
func refuseEach[U, S, T any](t *tester[U, S], e entity[T], row T, list []invalid[T], try func(err, class error, call string, args ...any)) {
	both := func(row T, class error, what string) {
		try(e.create("newcomer", row), class, "Create%s with %s", e.name, what)
		try(e.update(e.one, row, attr.All[T]()), class, "Update%s with %s", e.name, what)
	}
	for _, bad := range list {
		changed := row
		bad.change(&changed)
		both(changed, spec.ErrInvalid, bad.what+" in "+bad.attribute)
	}
	for _, f := range fields[T](t) {
		changed := row
		long := strings.Repeat(mark+" ", f.Max/len(mark)+1)
		switch v := reflect.ValueOf(&changed).Elem().FieldByName(f.Name); {
		case f.Max == 0:
			continue
		case v.Kind() == reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			v.Elem().Set(reflect.ValueOf(long).Convert(v.Type().Elem()))
		default:
			v.Set(reflect.ValueOf(long).Convert(v.Type()))
		}
		both(changed, spec.ErrConstraint, "too long a "+f.Name)
	}
	try(e.create(e.one, row), e.exists, "Create%s with a taken id", e.name)
	try(e.update("unknown", row, attr.All[T]()), e.notFound, "Update%s of an absent row", e.name)
}

// damagedTexts makes calls that fail because a part of the store is missing. The driver's
// texts of such errors can contain the whole statement.
func damagedTexts[U, S any](t *tester[U, S]) {
	s := t.newStore()
	a := t.openNamed(s)
	if !offers[spec.Migrator](a) {
		t.doesNotApply("the adapter makes no tables, so none can be missing")
	}
	if reason, ok := t.runner.options.waivedName(damagedCheck); ok && t.runner.options.Damage == nil {
		t.doesNotApply(reason) // this clause takes no waiver
	}
	damage := t.requireDamage()
	w := t.seed(a)
	operations := t.operations(a)
	calls := make([]arguments[U, S], len(operations))
	for i, o := range operations {
		calls[i] = w.fixture(a, o)
	}
	damage(t, s)
	failed := 0
	for i, o := range operations {
		if _, err := o.call(a, calls[i]); spec.ClassOf(err) == spec.ErrFailed {
			t.wantNoSecret(err, o.name+" of a store from which Options.Damage took a part")
			failed++
		}
	}
	if failed == 0 {
		t.doesNotApply("no call fails because of what Options.Damage took")
	}
}

// everyError calls every operation with every fault, and f with the errors.
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

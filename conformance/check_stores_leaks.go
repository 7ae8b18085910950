package conformance

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// leakChecks returns the checks that repeat an operation many times and check that
// nothing accumulates. Attributes do not matter to the first two, so they run for only
// one pair of types.
func leakChecks[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "STO-03", sentence: "no_call_leaves_a_goroutine", run: callsLeaveNothing[U, S]},
		{clause: "STO-03", sentence: "null_attributes_keep_no_connection", run: nullsKeepNothing[U, S]},
		{clause: "STO-04", sentence: "close_leaves_no_goroutine", run: closeLeavesNothing[U, S]},
	}
}

// callsLeaveNothing calls each operation many times: with arguments that are valid the
// first time, with contexts that end, and with arguments that the store refuses.
func callsLeaveNothing[U, S any](t *tester[U, S]) {
	s := t.newStore()
	s.MaxConns = 2
	a := t.openNamed(s)
	w := t.seed(a)
	operations := t.operations(a)
	t.wantNoGoroutines("calls of all operations", func(context.Context) {
		for _, o := range operations {
			good := w.fixture(a, o)
			calls := []func(arguments[U, S]) arguments[U, S]{
				func(c arguments[U, S]) arguments[U, S] { return c },
				func(c arguments[U, S]) arguments[U, S] {
					c.ctx = newEndingContext(t.ctx(), 2, context.Canceled)
					return c
				},
			}
			for _, f := range t.faults(o) {
				if slices.Contains([]string{whenAbsent, whenTaken, whenNoUser, whenNotUnique, whenOtherLease}, f.Condition) {
					calls = append(calls, func(c arguments[U, S]) arguments[U, S] {
						f.cause.change(w, o, &c)
						return c
					})
				}
			}
			for _, arguments := range calls {
				for range often {
					_, _ = o.call(a, arguments(good)) // other checks examine the result
				}
			}
		}
	})
}

// closeLeavesNothing opens and closes handles, including everything else that the open
// function opens and closes.
func closeLeavesNothing[U, S any](t *tester[U, S]) {
	s := t.newStore()
	t.openNamed(s)
	t.wantNoGoroutines("opening and closing "+strconv.Itoa(often)+" handles", func(ctx context.Context) {
		for range often {
			watchdog, grace := t.runner.limits.remaining(time.Now())
			rec := record(ctx, t.Name(), watchdog, grace, func(tb TB) {
				one := *t
				one.recorder = tb.(*recorder)
				a := one.openUnready(s)
				_, _ = a.Session(one.ctx(), visitor) // makes the handle connect; other checks examine the result
				one.must(a.Close(), "Close")
			})
			if rec.Failed() {
				t.Fatal(rec.output())
			}
		}
	})
}

// nullsKeepNothing reads and writes rows whose attributes are null, more times than the
// pool has connections.
func nullsKeepNothing[U, S any](t *tester[U, S]) {
	s := t.newStore()
	s.MaxConns = 2
	a := t.openNamed(s)
	w := t.emptyWorld()
	u := w.newUser(ann)
	setNull(&u.Attributes)
	t.must(a.CreateUser(t.ctx(), u), "CreateUser whose attributes are null")
	w.users[ann] = u
	for i := range 3 {
		session := w.newSession(fmt.Sprint("s", i), ann)
		setNull(&session.Attributes)
		w.addSession(a, session)
	}
	for range 4 {
		w.compare(a, "with attributes that are null, on a store of two connections")
		if t.users {
			t.wantClass(a.CreateUser(t.ctx(), u), spec.ErrUserExists, "CreateUser with a taken id, whose attributes are null")
			t.must(a.UpdateUser(t.ctx(), ann, u.Attributes, attr.All[U]()), "UpdateUser to null")
		}
		for _, session := range w.sessions {
			t.must(a.UpdateSession(t.ctx(), session.ID, session.Attributes, attr.All[S]()), "UpdateSession to null")
		}
	}
}

// setNull sets all attributes that can be nil to nil.
func setNull(attributes any) {
	for _, field := range reflect.ValueOf(attributes).Elem().Fields() {
		if field.Kind() == reflect.Pointer || field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Uint8 {
			field.SetZero()
		}
	}
}

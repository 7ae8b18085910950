package conformance

import (
	"errors"
	"fmt"

	"github.com/tenon-go/tenon/spec"
)

func errorChecks[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "ERR-01", sentence: "each_condition_has_its_class_and_changes_nothing", run: seeded(everyFault[U, S])},
		{clause: "ERR-01", sentence: "each_condition_after_close_has_its_class", run: seeded(everyFaultClosed[U, S])},
		{clause: "ERR-02", sentence: "of_two_conditions_the_first_decides", run: seeded(everyTwoFaults[U, S])},
		{clause: "ERR-03", sentence: "errors_as_finds_the_drivers_error", hook: hookDriverError | hookCut, run: driversError[U, S]},
		{clause: "ERR-03", sentence: "errors_is_finds_the_class_alone", run: seeded(classAlone[U, S])},
		{clause: "ERR-04", sentence: "no_text_in_any_encoding_has_an_id_a_credential_or_a_value", run: seeded(textsHoldNothing[U, S])},
		{clause: "ERR-06", sentence: "a_lost_answer_is_indeterminate_or_found_out", hook: hookLoseAnswer, run: lostAnswers[U, S]},
	}
}

// everyFault causes each row of the table by the arguments of a call. Afterwards it makes the
// same call without the fault, which must succeed.
func everyFault[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, o := range t.operations(a) {
		good := w.fixture(a, o)
		for i, f := range t.faults(o) {
			c := good
			f.cause.change(w, o, &c)
			got, err := o.call(a, c)
			t.wantFault(f, got, err, "%s (%s)", o.name, f)
			w.compareRows(a, o, c, fmt.Sprintf("after %s (%s)", o.name, f))
			t.didFail(o, i+1)
		}
		w.callSuccessfully(a, o, good)
	}
	w.compare(a, "after all failures, and a success, of every operation")
}

// everyTwoFaults causes two conditions at a time.
func everyTwoFaults[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, o := range t.operations(a) {
		good := w.fixture(a, o)
		failed := 0
		t.everyTwo(o, func(first, second fault[U, S]) {
			c := good
			first.cause.change(w, o, &c)
			second.cause.change(w, o, &c)
			got, err := o.call(a, c)
			t.wantFault(first, got, err, "%s (%s; and %s)", o.name, first, second)
			w.compareRows(a, o, c, fmt.Sprintf("after %s (%s; and %s)", o.name, first, second))
			failed++
			t.didFail(o, failed)
		})
		w.callSuccessfully(a, o, good)
	}
	w.compare(a, "after all failures, and a success, of every operation")
}

// didFail records how many calls of an operation had to fail so far.
func (t *tester[U, S]) didFail(o operation[U, S], calls int) {
	t.note("the %d calls of %s that had to fail", calls, o.name)
}

// everyTwo calls f with every two faults of an operation that can be caused together. The
// first one takes precedence.
func (t *tester[U, S]) everyTwo(o operation[U, S], f func(first, second fault[U, S])) {
	list := t.faults(o)
	for i, first := range list {
		for _, second := range list[i+1:] {
			if first.combinesWith(second) {
				f(first, second)
			}
		}
	}
}

// everyFaultClosed causes each row of the table on a closed adapter.
func everyFaultClosed[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	good := make([]arguments[U, S], 0, len(t.operations(a)))
	for _, o := range t.operations(a) {
		good = append(good, w.fixture(a, o))
	}
	t.must(a.Close(), "Close")
	for i, o := range t.operations(a) {
		for _, f := range t.faults(o) {
			c := good[i]
			f.cause.change(w, o, &c)
			_, err := o.call(a, c)
			t.wantClass(err, spec.ErrClosed, "%s after Close (and %s)", o.name, f)
		}
	}
}

// wantFault fails the check unless a call ended as the row of the table says.
func (t *tester[U, S]) wantFault(f fault[U, S], got reply[U, S], err error, call string, args ...any) {
	t.Helper()
	switch {
	case f.Class == nil && err != nil:
		t.Errorf("%s\n  got:  %s\n  want: no error, since there is nothing to do", fmt.Sprintf(call, args...), describe(err))
	case f.Class == nil:
		if len(got.list) == 0 {
			got.list = nil
		}
		t.wantReply(got, reply[U, S]{}, fmt.Sprintf(call, args...))
	case f.Kind == "":
		t.wantClass(err, f.Class, call, args...)
	case t.wantClass(err, f.Class, call, args...):
		var c *spec.ConstraintError
		if !errors.As(err, &c) || c.Kind != f.Kind {
			t.Errorf("%s\n  got:  %s\n  want: a *spec.ConstraintError of the kind %q", fmt.Sprintf(call, args...), describe(err), f.Kind)
		}
	}
}

// callSuccessfully calls an operation, which must succeed, and checks its effect.
func (w *world[U, S]) callSuccessfully(a front[U, S], o operation[U, S], c arguments[U, S]) {
	w.t.Helper()
	got, err := o.call(a, c)
	w.t.must(err, "%s", o.name)
	w.checkReply(o, c, got, o.name)
	w.compareRows(a, o, c, "after "+o.name)
}

// checkReply records in the world that a call succeeded, and compares its reply.
func (w *world[U, S]) checkReply(o operation[U, S], c arguments[U, S], got reply[U, S], call string) {
	w.t.Helper()
	if o.expect != nil {
		w.t.wantReply(got, o.expect(w, c), call)
	}
	if o.apply != nil {
		o.apply(w, c)
	}
}

// wantReply compares the reply of an operation, part by part.
func (t *tester[U, S]) wantReply(got, want reply[U, S], call string) {
	t.want(got.user, want.user, "%s: the user it returned", call)
	t.want(got.session, want.session, "%s: the session it returned", call)
	t.want(got.list, want.list, "%s: the sessions it returned", call)
	t.want(got.n, want.n, "%s: the number it returned", call)
}

// compareRows reads the rows that a write with these arguments could have changed, and
// compares them with the world.
func (w *world[U, S]) compareRows(a front[U, S], o operation[U, S], c arguments[U, S], when string) {
	w.t.Helper()
	if !o.write {
		return
	}
	c.ctx = w.t.ctx()
	switch o.op {
	case spec.OpCreateUser, spec.OpUpdateUser:
		w.holdID(a, c.user.ID, when)
	case spec.OpDeleteUser, spec.OpDeleteUserSessionsExcept, spec.OpDeleteExpiredSessions:
		w.holdID(a, c.user.ID, when)
		w.holdID(a, c.session.ID, when)
	default:
		w.holdID(a, c.session.ID, when)
	}
}

// holdID compares the rows with this id with those in the world.
func (w *world[U, S]) holdID(a front[U, S], id, when string) {
	w.t.Helper()
	u, isUser := w.users[id]
	s, isSession := w.sessions[id]
	switch {
	case isUser:
		w.holdUser(a, u, when)
	case isSession:
		w.compareSession(a, s, when)
	default:
		w.wantAbsent(a, id, when)
	}
}

package conformance

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
)

// outageConns is the maximum number of connections of a store in a check of an outage. After
// the outage this many calls can fail because their connection is broken.
const outageConns = 3

// cut makes the store unreachable until restore is called, or at the latest until the check
// ends.
func (t *tester[U, S]) cut(s Store) (restore func()) {
	restore = t.runner.options.Cut(t, s)
	if restore == nil {
		t.notRun("Options.Cut returned no function that restores the store")
	}
	restore = sync.OnceFunc(restore)
	t.Cleanup(restore)
	return restore
}

// outage cuts off the store before two calls of each operation. The first call uses a
// broken connection, and the second one cannot open a connection. In each of these calls
// a driver can search for its server for seconds, so the operations run concurrently,
// each on its own handle. A sweep of everyone runs alone, because it would delete the
// others' rows.
func outage[U, S any](t *tester[U, S]) {
	t.cutOffBefore(func(o operation[U, S]) bool { return !o.everyone })
	t.cutOffBefore(func(o operation[U, S]) bool { return o.everyone })
}

// cutOffBefore cuts off a store before calls of the chosen operations.
func (t *tester[U, S]) cutOffBefore(chosen func(operation[U, S]) bool) {
	s := t.newStore()
	s.MaxConns, s.Cut = outageConns, true
	a := t.openNamed(s)
	w := t.seed(a)
	var list []interrupted[U, S]
	for _, o := range t.operations(a) {
		if !chosen(o) {
			continue
		}
		one := interrupted[U, S]{operation: o, handle: t.openNamed(s)}
		w.awaitService(one.handle) // and fills the pool
		one.calls = [2]arguments[U, S]{w.fixture(one.handle, o), w.fixture(one.handle, o)}
		list = append(list, one)
	}
	restore := t.cut(s)
	t.runTogether(len(list)+1, func(i int) {
		if i < len(list) {
			t.interrupt(&list[i])
			return
		}
		err := a.Ping(t.ctx())
		t.wantClass(err, spec.ErrUnavailable, "Ping while the store is cut off")
		if err != nil {
			t.wantNoSecret(err, "Ping while the store is cut off")
		}
	})
	restore()
	t.runTogether(len(list), func(i int) { w.awaitService(list[i].handle) })
	for _, one := range list {
		for i, c := range one.calls {
			w.checkEffect(one.handle, one.operation, c, one.replies[i], one.errs[i], one.name+" while the store was cut off")
		}
		w.callSuccessfully(one.handle, one.operation, w.fixture(one.handle, one.operation))
	}
	w.awaitService(a)
	t.must(a.Ping(t.ctx()), "Ping after an outage")
	w.compare(a, "after an outage")
}

// interrupted contains two calls of an operation that an outage interrupts.
type interrupted[U, S any] struct {
	operation[U, S]
	handle  front[U, S]
	calls   [2]arguments[U, S]
	replies [2]reply[U, S]
	errs    [2]error
}

// interrupt makes the two calls, and one whose context is done, while the store is cut off.
func (t *tester[U, S]) interrupt(one *interrupted[U, S]) {
	o := one.operation
	for i, c := range one.calls {
		one.replies[i], one.errs[i] = o.call(one.handle, c)
		t.wantOutage(o, one.errs[i], o.name+" while the store is cut off")
	}
	done, cancel := context.WithCancel(t.ctx())
	cancel()
	c := one.calls[0]
	c.ctx = done
	_, err := o.call(one.handle, c)
	t.wantClass(err, context.Canceled, "%s while the store is cut off, with a cancelled context", o.name)
}

// wantOutage fails the check unless a call ended as a call can that does not reach the store.
func (t *tester[U, S]) wantOutage(o operation[U, S], err error, call string) {
	switch class := spec.ClassOf(err); {
	case class == spec.ErrUnavailable:
	case class == spec.ErrIndeterminate && o.write:
	case o.write:
		t.Errorf("%s\n  got:  %s\n  want: an error of the class %q or %q", call, describe(err), spec.ErrUnavailable, spec.ErrIndeterminate)
	default:
		t.Errorf("%s\n  got:  %s\n  want: an error of the class %q", call, describe(err), spec.ErrUnavailable)
	}
	if err != nil {
		t.wantNoSecret(err, call)
	}
}

// outageContexts ends contexts during calls that cannot reach the store.
func outageContexts[U, S any](t *tester[U, S]) {
	s := t.newStore()
	s.MaxConns, s.Cut = outageConns, true
	a := t.openNamed(s)
	w := t.seed(a)
	for _, o := range t.operations(a) {
		w.awaitService(a)
		const looks = 4
		var calls [looks]arguments[U, S]
		for i := range calls {
			calls[i] = w.fixture(a, o)
		}
		var replies [looks]reply[U, S]
		var errs [looks]error
		restore := t.cut(s)
		for i := range calls {
			ctx := newEndingContext(t.ctx(), i+1, context.DeadlineExceeded)
			calls[i].ctx = ctx
			replies[i], errs[i] = o.call(a, calls[i])
			if !ctx.hasEnded() || spec.ClassOf(errs[i]) != ctx.reason {
				t.wantOutage(o, errs[i], fmt.Sprintf("%s while the store is cut off, whose context ends at look %d", o.name, i+1))
			}
		}
		restore()
		w.awaitService(a)
		for i := range calls {
			w.checkEffect(a, o, calls[i], replies[i], errs[i], o.name+" while the store was cut off, whose context ended")
		}
	}
	w.compare(a, "after outages")
}

// awaitService waits until the store serves both users and sessions again, which can be in
// different databases.
func (w *world[U, S]) awaitService(a front[U, S]) {
	w.t.Helper()
	w.awaitAnswers("Session", func() error { _, err := a.Session(w.t.ctx(), visitor); return err })
	if w.t.users {
		w.awaitAnswers("User", func() error { _, err := a.User(w.t.ctx(), ann); return err })
	}
}

// awaitAnswers repeats a call until it succeeds. Every connection of the pool can fail once,
// because the outage has broken it.
func (w *world[U, S]) awaitAnswers(call string, read func() error) {
	w.t.Helper()
	for failed := int64(0); failed <= outageConns; {
		var n atomic.Int64
		w.t.runTogether(outageConns, func(int) {
			if err := read(); err != nil {
				n.Add(1)
				w.t.wantClass(err, spec.ErrUnavailable, "%s after the outage", call)
			}
		})
		if n.Load() == 0 {
			return
		}
		failed += n.Load()
	}
	w.t.Fatalf("%s after the outage\n  got:  more than %d errors\n  want: one for each connection that went with the outage at the most, and then none", call, outageConns)
}

// lostAnswers loses the answer to a write of each operation after the store has applied the
// write.
func lostAnswers[U, S any](t *tester[U, S]) {
	s := t.newStore()
	s.MaxConns, s.LoseAnswer = outageConns, true
	a := t.openNamed(s)
	w := t.seed(a)
	for _, o := range t.operations(a) {
		if !o.write || o.op == spec.OpUpdateUser && len(fields[U](t)) == 0 || o.op == spec.OpUpdateSession && len(fields[S](t)) == 0 {
			continue // the operation writes nothing
		}
		for range 2 { // an answer can be lost in more than one way
			c := w.fixture(a, o)
			lost := t.runner.options.LoseAnswer(t, s)
			got, err := o.call(a, c)
			call := o.name + " whose answer is lost"
			switch class := spec.ClassOf(err); {
			case err == nil, class == spec.ErrIndeterminate, class == spec.ErrUnavailable:
			default:
				t.Errorf("%s\n  got:  %s\n  want: no error (and what it returned right), or an error of the class %q; of the class %q only if it was not applied",
					call, describe(err), spec.ErrIndeterminate, spec.ErrUnavailable)
				err = spec.ErrIndeterminate // the outcome is unknown
			}
			if err != nil {
				t.wantNoSecret(err, call)
			}
			w.awaitService(a)
			w.checkEffect(a, o, c, got, err, call)
			if lost == nil || !lost() {
				t.notRun("Options.LoseAnswer lost no answer to " + o.name)
			}
		}
	}
	w.compare(a, "after answers that were lost")
}

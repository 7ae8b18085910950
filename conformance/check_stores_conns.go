package conformance

import (
	"context"
	"fmt"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

// failuresKeepNothing makes calls on a pool of two connections fail 200 times in every
// way. If a failure does not return its connection, the store no longer answers or, if
// the pool waits, hangs.
func failuresKeepNothing[U, S any](t *tester[U, S]) {
	s := t.newStore()
	s.MaxConns = 2
	a := t.openNamed(s)
	w := t.seed(a)
	const enough = 200
	for failed, round := 0, 0; failed < enough; round++ {
		for _, o := range t.operations(a) {
			t.note("%d failures, none of which hung; now come those of %s", failed, o.name)
			good := w.fixture(a, o)
			for _, f := range t.faults(o) {
				c := good
				f.cause.change(w, o, &c)
				_, err := o.call(a, c)
				t.wantServed(err, o.name+" ("+f.String()+")", failed)
				failed++
			}
			good.ctx = newEndingContext(t.ctx(), 2+round, context.Canceled)
			got, err := o.call(a, good)
			t.wantServed(err, o.name+" with a context that ends during the call", failed)
			w.checkEffect(a, o, good, got, err, o.name+" with a context that ended")
			failed++
			w.callSuccessfully(a, o, w.fixture(a, o))
		}
	}
	w.share(a, 8)
	w.compare(a, fmt.Sprintf("after %d failures", enough))
	w.wantCounted(a, s)
}

// wantServed fails the check if the store no longer answers.
func (t *tester[U, S]) wantServed(err error, call string, failed int) {
	if class := spec.ClassOf(err); class == spec.ErrUnavailable || class == spec.ErrFailed {
		t.Fatalf("%s after %d failures\n  got:  %s\n  want: a store that serves", call, failed, describe(err))
	}
}

// oneConnection makes every call, and every failing call, with a pool of one connection.
// A call that needs a second connection waits forever.
func oneConnection[U, S any](t *tester[U, S]) {
	s := t.newStore()
	s.MaxConns = 1
	a := t.openNamed(s)
	w := t.seed(a)
	for _, o := range t.operations(a) {
		c := w.fixture(a, o)
		for i, f := range t.faults(o) {
			bad := c
			f.cause.change(w, o, &bad)
			got, err := o.call(a, bad)
			t.wantFault(f, got, err, "%s (%s) on a store of one connection", o.name, f)
			t.didFail(o, i+1)
		}
		w.callSuccessfully(a, o, c)
	}
	for _, extra := range t.extras(a) {
		t.must(extra.call(t.ctx()), "%s on a store of one connection", extra.name)
	}
	w.compare(a, "after calls on a store of one connection")
}

// twoConnections lets sixteen callers share two connections.
func twoConnections[U, S any](t *tester[U, S]) {
	s := t.newStore()
	s.MaxConns = 2
	a := t.openNamed(s)
	w := t.seed(a)
	w.share(a, 16)
	w.compare(a, "after sixteen callers shared two connections")
}

// share lets n callers call operations concurrently, each a different one and on its own
// rows. All must succeed.
func (w *world[U, S]) share(a front[U, S], n int) {
	w.t.Helper()
	operations := slices.DeleteFunc(w.t.operations(a), func(o operation[U, S]) bool {
		return o.everyone // it would delete the others' rows
	})
	for round := range 3 {
		calls := make([]arguments[U, S], n)
		choice := make([]operation[U, S], n)
		for i := range n {
			choice[i] = operations[(i+5*round)%len(operations)]
			calls[i] = w.fixture(a, choice[i])
		}
		replies := make([]reply[U, S], n)
		errs := make([]error, n)
		w.t.runTogether(n, func(i int) {
			errs[i] = w.t.retry(func() (err error) {
				replies[i], err = choice[i].call(a, calls[i])
				return err
			})
		})
		for i, o := range choice {
			w.t.must(errs[i], "%s by one of %d callers at the same time", o.name, n)
			w.checkReply(o, calls[i], replies[i], o.name)
		}
	}
}

package conformance

import (
	"slices"

	"github.com/tenon-go/tenon/spec"
)

func closedCalls[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	operations, extras := t.operations(a), t.extras(a)
	calls := make([]arguments[U, S], len(operations))
	for i, o := range operations {
		calls[i] = w.fixture(a, o)
	}
	t.must(a.Close(), "Close")
	for round := range 2 {
		for i, o := range operations {
			_, err := o.call(a, calls[i])
			t.wantClass(err, spec.ErrClosed, "%s after Close", o.name)
		}
		for _, extra := range extras {
			t.wantClass(extra.call(t.ctx()), spec.ErrClosed, "%s after Close", extra.name)
		}
		t.must(a.Close(), "Close, for the %d. time", round+2)
	}
	t.runTogether(4, func(int) {
		if err := a.Close(); err != nil {
			t.Errorf("Close at the same time, once it is closed\n  got:  %s\n  want: no error", describe(err))
		}
	})
}

// closeDuringCalls closes the adapter while other goroutines call it until they get
// ErrClosed. Afterwards their results must be true, as far as that can be checked.
func closeDuringCalls[U, S any](t *tester[U, S]) {
	s := t.newStore()
	a := t.openNamed(s)
	volatile := t.weaknesses(a).Volatile
	w := t.seed(a)
	const callers, begun = 6, 3
	operations := t.operations(a)
	calls := make([][]arguments[U, S], callers)
	for i := range calls {
		for _, o := range operations {
			calls[i] = append(calls[i], w.fixture(a, o))
		}
	}
	type outcome struct {
		operation int
		reply     reply[U, S]
		err       error
	}
	outcomes := make([][]outcome, callers)
	started := make(chan struct{}, callers*len(operations)*2)
	t.runTogether(callers+2, func(i int) {
		if i >= callers { // two goroutines close the adapter
			for range begun * (i - callers + 1) {
				<-started
			}
			if err := a.Close(); err != nil {
				t.Errorf("Close during calls\n  got:  %s\n  want: no error", describe(err))
			}
			return
		}
		for k := range operations {
			o := (k + 5*i) % len(operations)
			if operations[o].everyone {
				continue
			}
			started <- struct{}{}
			got, err := operations[o].call(a, calls[i][o])
			outcomes[i] = append(outcomes[i], outcome{o, got, err})
		}
	})
	for i, list := range outcomes {
		for _, out := range list {
			o, c := operations[out.operation], calls[i][out.operation]
			switch class := spec.ClassOf(out.err); {
			case out.err == nil:
				w.checkReply(o, c, out.reply, o.name+" during Close")
			case class == spec.ErrClosed:
			case class == spec.ErrIndeterminate && o.write:
				users, sessions := w.rowsOf(c)
				for _, id := range slices.Concat(users, sessions) {
					delete(w.users, id)
					delete(w.sessions, id)
				}
			default:
				t.Errorf("%s during Close\n  got:  %s\n  want: no error, or one of the class %q (or, for a write, %q)",
					o.name, describe(out.err), spec.ErrClosed, spec.ErrIndeterminate)
			}
		}
	}
	for i, o := range operations {
		_, err := o.call(a, calls[0][i])
		t.wantClass(err, spec.ErrClosed, "%s after Close, which came during calls", o.name)
	}
	if !volatile && !t.Failed() {
		w.compare(t.openNamed(s), "after Close during calls, and opening again")
	}
}

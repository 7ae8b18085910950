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
	var sweeps []cutSweep[S]
	for i, list := range outcomes {
		for _, out := range list {
			o, c := operations[out.operation], calls[i][out.operation]
			switch class := spec.ClassOf(out.err); {
			case out.err == nil:
				w.checkReply(o, c, out.reply, o.name+" during Close")
			case class == spec.ErrClosed && o.op == spec.OpDeleteExpiredSessions && out.reply.n > 0:
				// A sweep that was cut short says how many it deleted, but not which.
				sweeps = append(sweeps, cutSweep[S]{w.expired(c.sweep), out.reply.n})
				w.forgetRows(c)
			case class == spec.ErrClosed:
			case class == spec.ErrIndeterminate && o.write:
				w.forgetRows(c)
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
	if volatile || t.Failed() {
		return
	}
	const after = "after Close during calls, and opening again"
	again := t.openNamed(s)
	w.compare(again, after)
	for _, sweep := range sweeps {
		t.want(w.countGone(again, sweep.expired), sweep.deleted, "%s: the number of sessions that are gone, and that a sweep which Close cut short has deleted", after)
	}
}

// cutSweep has the sessions that a sweep could delete, and how many it says it deleted.
type cutSweep[S any] struct {
	expired []spec.Session[S]
	deleted int64
}

// forgetRows makes compare ignore the rows that a write with these arguments could have
// changed.
func (w *world[U, S]) forgetRows(c arguments[U, S]) {
	users, sessions := w.rowsOf(c)
	for _, id := range slices.Concat(users, sessions) {
		delete(w.users, id)
		delete(w.sessions, id)
	}
}

// countGone returns how many of these sessions the store does not find.
func (w *world[U, S]) countGone(a front[U, S], sessions []spec.Session[S]) (gone int64) {
	w.t.Helper()
	for _, s := range sessions {
		switch _, err := a.Session(w.t.ctx(), s.ID); spec.ClassOf(err) {
		case nil:
		case spec.ErrSessionNotFound:
			gone++
		default:
			w.t.must(err, "Session(%q)", s.ID)
		}
	}
	return gone
}

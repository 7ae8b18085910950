package conformance

import (
	"context"
	"errors"
	"fmt"

	"github.com/tenon-go/tenon/spec"
)

func contextChecks[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "CTX-01", sentence: "a_done_context_does_nothing", run: seeded(contextDone[U, S])},
	}
}

// doneContexts returns contexts that are done, by name.
func (t *tester[U, S]) doneContexts() map[string]context.Context {
	cancelled, cancel := context.WithCancel(t.ctx())
	cancel()
	late, stop := context.WithDeadline(t.ctx(), noon)
	t.Cleanup(stop)
	// The cause is the caller's own error: it must not become the class.
	caused, cancelCause := context.WithCancelCause(t.ctx())
	cancelCause(spec.ErrSessionNotFound)
	return map[string]context.Context{
		"cancelled":                    cancelled,
		"past its deadline":            late,
		"cancelled with its own cause": caused,
	}
}

func contextDone[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	contexts := t.doneContexts()
	for _, o := range t.operations(a) {
		good := w.fixture(a, o)
		for name, ctx := range contexts {
			c := good
			c.ctx = ctx
			_, err := o.call(a, c)
			t.wantClass(err, ctx.Err(), "%s with a context that is %s", o.name, name)
			w.compareRows(a, o, c, fmt.Sprintf("after %s with a context that is %s", o.name, name))
		}
		w.callSuccessfully(a, o, good)
	}
	for _, extra := range t.extras(a) {
		for name, ctx := range contexts {
			t.wantClass(extra.call(ctx), ctx.Err(), "%s with a context that is %s", extra.name, name)
		}
	}
	w.compare(a, "after calls with contexts that were done")
}

// extra is a method of an optional interface.
type extra struct {
	name string
	call func(context.Context) error
}

// extras returns the methods of the front that are not operations, with Migrate and Check
// only if the adapter offers them.
func (t *tester[U, S]) extras(a front[U, S]) []extra {
	list := []extra{{"Ping", a.Ping},
		{"Describe", func(ctx context.Context) error { _, err := a.Describe(ctx); return err }}}
	if offers[spec.Migrator](a) {
		list = append(list, extra{"Migrate", a.Migrate}, extra{"Check", a.Check})
	}
	return list
}

// mostLooks is the maximum number of looks of a call at its context that the check tries.
const mostLooks = 10

// contextEndsAtLook ends the context at the first look of a call, then at the second look of
// another call, and so on.
func contextEndsAtLook[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, o := range t.operations(a) {
		for look := 1; look <= mostLooks; look++ {
			c := w.fixture(a, o)
			reason := context.Canceled
			if look%2 == 0 {
				reason = context.DeadlineExceeded
			}
			ctx := newEndingContext(t.ctx(), look, reason)
			c.ctx = ctx
			got, err := o.call(a, c)
			ended := ctx.hasEnded()
			call := fmt.Sprintf("%s whose context ended when it was looked at for the %d. time", o.name, look)
			if !ended {
				call = fmt.Sprintf("%s whose context did not end", o.name)
			}
			t.wantInterrupted(o, ctx, err, call)
			w.checkEffect(a, o, c, got, err, call)
			a, w = t.afterSweep(a, w, o, err)
			if !ended {
				break
			}
		}
	}
	w.compare(a, "after calls whose contexts ended")
}

// contextEndsElsewhere ends the context at any time after the call has first looked at it,
// because drivers watch it in their own goroutines.
func contextEndsElsewhere[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, o := range t.operations(a) {
		for range 4 {
			c := w.fixture(a, o)
			ctx := newEndingContext(t.ctx(), 0, context.Canceled)
			c.ctx = ctx
			var got reply[U, S]
			var err error
			returned := make(chan struct{})
			t.runTogether(2, func(i int) {
				if i == 0 {
					defer close(returned)
					got, err = o.call(a, c)
					return
				}
				select {
				case <-ctx.looked:
				case <-returned:
				}
				ctx.end()
			})
			call := o.name + " whose context was cancelled during it"
			t.wantInterrupted(o, ctx, err, call)
			w.checkEffect(a, o, c, got, err, call)
			a, w = t.afterSweep(a, w, o, err)
		}
	}
	w.compare(a, "after calls whose contexts were cancelled during them")
}

// afterSweep returns another store after a sweep of everyone whose outcome is unknown. The
// sweep may still be running, and would delete rows that are created from now on.
func (t *tester[U, S]) afterSweep(a front[U, S], w *world[U, S], o operation[U, S], err error) (front[U, S], *world[U, S]) {
	if !o.everyone || !errors.Is(err, spec.ErrIndeterminate) {
		return a, w
	}
	a = t.open()
	return a, t.seed(a)
}

// wantInterrupted fails the check unless a call ended as a call can whose context ends while
// it runs.
func (t *tester[U, S]) wantInterrupted(o operation[U, S], ctx *endingContext, err error, call string) {
	class := spec.ClassOf(err)
	switch {
	case err == nil:
	case ctx.hasEnded() && class == ctx.reason:
	case ctx.hasEnded() && class == spec.ErrIndeterminate && o.write:
	case !ctx.hasEnded():
		t.Errorf("%s\n  got:  %s\n  want: no error", call, describe(err))
	case o.write:
		t.Errorf("%s\n  got:  %s\n  want: no error, %q, or %q", call, describe(err), ctx.reason, spec.ErrIndeterminate)
	default:
		t.Errorf("%s\n  got:  %s\n  want: no error, or %q", call, describe(err), ctx.reason)
	}
}

// checkEffect checks the effect of a call that may have been interrupted. After success it
// must be complete, after an error there must be none, and after ErrIndeterminate both are
// right. In the last case checkEffect gives up the rows of the call.
func (w *world[U, S]) checkEffect(a front[U, S], o operation[U, S], c arguments[U, S], got reply[U, S], err error, call string) {
	w.t.Helper()
	switch {
	case err == nil:
		w.checkReply(o, c, got, call)
		w.compareRows(a, o, c, "after "+call+", which succeeded")
	case errors.Is(err, spec.ErrIndeterminate):
		w.giveUp(a, o, c, call)
	case o.op == spec.OpDeleteExpiredSessions && got.n > 0:
		w.sweptInPart(a, o, c, got.n, call)
	default:
		w.compareRows(a, o, c, fmt.Sprintf("after %s, which returned %q", call, err))
	}
}

// sweptInPart fails the check unless a sweep that was cut short has deleted as many sessions
// as it returned, and only expired ones. It then removes these from the world.
func (w *world[U, S]) sweptInPart(a front[U, S], o operation[U, S], c arguments[U, S], n int64, call string) {
	w.t.Helper()
	after := w.clone()
	o.apply(after, c)
	var deleted int64
	for id, session := range w.sessions {
		if _, kept := after.sessions[id]; kept {
			continue
		}
		got, err := a.Session(w.t.ctx(), id)
		if errors.Is(err, spec.ErrSessionNotFound) {
			delete(w.sessions, id)
			deleted++
			continue
		}
		w.t.must(err, "Session after %s", call)
		w.t.want(got, session, "a session that is left after %s", call)
	}
	w.t.want(n, deleted, "the number that was returned by %s, which was cut short", call)
}

// giveUp fails the check if a row of the call is neither as before nor as the call makes it.
// It then deletes these rows, and all others that the call may have deleted, and removes them
// from the world. A call that is still running can bring them back.
func (w *world[U, S]) giveUp(a front[U, S], o operation[U, S], c arguments[U, S], call string) {
	w.t.Helper()
	after := w.clone()
	if o.apply != nil {
		o.apply(after, c)
	}
	users, sessions := w.rowsOf(c)
	for _, id := range append(users, sessions...) {
		if before := w.differs(a, id); before != "" && after.differs(a, id) != "" {
			w.t.Errorf("after %s, whose outcome is unknown: the row %q is neither as before the call nor as it makes it\n%s", call, id, before)
		}
	}
	for id := range w.sessions {
		if _, kept := after.sessions[id]; !kept {
			sessions = append(sessions, id)
		}
	}
	for _, id := range sessions {
		w.t.must(a.DeleteSession(w.t.ctx(), id), "DeleteSession after %s", call)
		delete(w.sessions, id)
	}
	for _, id := range users {
		w.t.must(a.DeleteUser(w.t.ctx(), id), "DeleteUser after %s", call)
		delete(w.users, id)
	}
}

// differs returns where the row with this id differs from that in the world, which need not
// have one. It returns "" if they are equal.
func (w *world[U, S]) differs(a front[U, S], id string) string {
	session, err := a.Session(w.t.ctx(), id)
	if want, there := w.sessions[id]; there != (err == nil) {
		return "  got:  " + describe(err)
	} else if diff := difference(session, want); there && diff != "" {
		return diff
	}
	if !w.t.users {
		return ""
	}
	user, err := a.User(w.t.ctx(), id)
	if want, there := w.users[id]; there != (err == nil) {
		return "  got:  " + describe(err)
	} else if diff := difference(user, want); there && diff != "" {
		return diff
	}
	return ""
}

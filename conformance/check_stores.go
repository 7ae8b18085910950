package conformance

import (
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func storeChecks[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "STO-01", sentence: "another_handle_sees_the_same_rows", run: anotherHandle[U, S]},
		{clause: "STO-01", sentence: "two_handles_guard_the_same_rows", run: handlesCompete[U, S]},
		{clause: "STO-01", sentence: "what_was_written_outlives_the_handle", run: openAgain[U, S]},
		{clause: "STO-01", sentence: "a_volatile_store_opens_empty", run: volatileOpensEmpty[U, S]},
		{clause: "STO-02", sentence: "stores_of_other_names_are_apart", run: storesApart[U, S]},
		{clause: "STO-02", sentence: "stores_opened_at_the_same_time", run: storesAtOnce[U, S]},
		{clause: "STO-03", sentence: "no_failure_keeps_a_connection", run: failuresKeepNothing[U, S]},
		{clause: "STO-03", sentence: "one_connection_is_enough_for_any_call", run: oneConnection[U, S]},
		{clause: "STO-03", sentence: "sixteen_callers_share_two_connections", run: twoConnections[U, S]},
		{clause: "STO-04", sentence: "every_call_after_close_is_closed", run: seeded(closedCalls[U, S])},
		{clause: "STO-04", sentence: "close_during_calls", run: closeDuringCalls[U, S]},
	}
}

// openDurable opens a store on which another handle can be opened.
func (t *tester[U, S]) openDurable() (Store, front[U, S]) {
	s := t.newStore()
	a := t.openNamed(s)
	if t.weaknesses(a).Volatile {
		t.notOffered("the adapter declares that it is volatile: there is no second handle on the same data")
	}
	return s, a
}

func anotherHandle[U, S any](t *tester[U, S]) {
	s, a := t.openDurable()
	w := t.seed(a)
	b := t.openNamed(s)
	w.caughtUp(b)
	w.compare(b, "through a handle that was opened later")
	for i, o := range t.operations(a) {
		here, there := a, b
		if i%2 == 1 {
			here, there = b, a
		}
		c := w.fixture(here, o)
		w.caughtUp(there)
		w.callSuccessfully(there, o, c)
		w.caughtUp(here)
		w.compareRows(here, o, c, "after "+o.name+" through the other handle")
	}
	w.caughtUp(b)
	w.compare(a, "through the first handle, after calls through both")
	w.compare(b, "through the second handle, after calls through both")
}

func handlesCompete[U, S any](t *tester[U, S]) {
	s, a := t.openDurable()
	w := t.seed(a)
	b := t.openNamed(s)
	for _, o := range t.operations(a) {
		c := w.fixture(a, o)
		w.caughtUp(b)
		for _, f := range t.faults(o) {
			if f.Class == spec.ErrUserExists || f.Class == spec.ErrSessionExists || f.Condition == whenNotUnique {
				bad := c
				f.cause.change(w, o, &bad)
				got, err := o.call(b, bad)
				t.wantFault(f, got, err, "%s (%s, of a row that another handle made)", o.name, f)
			}
		}
	}

	// A lease must be swapped only once, even through different handles.
	handles := []front[U, S]{a, b}
	for range 5 {
		from := w.sessions[annPhone].Lease
		next := [8]spec.Lease{}
		var won atomic.Int64
		var winner atomic.Int64
		for i := range next {
			next[i] = w.newSession("", "").Lease
		}
		t.runTogether(len(next), func(i int) {
			err := t.retry(func() error { return handles[i%2].SwapLease(t.ctx(), annPhone, from, next[i]) })
			if err == nil {
				won.Add(1)
				winner.Store(int64(i))
			} else {
				t.wantClass(err, spec.ErrStale, "SwapLease through two handles, after another was won")
			}
		})
		if won.Load() != 1 {
			t.Fatalf("%d SwapLease from the same lease at the same time, through two handles\n  got:  %d that succeeded\n  want: 1", len(next), won.Load())
		}
		renewed := w.sessions[annPhone]
		renewed.Lease = next[winner.Load()]
		w.sessions[annPhone] = renewed
		w.caughtUp(a)
		w.caughtUp(b)
	}

	// A handle must not bring back a row that another handle has deleted.
	t.must(a.DeleteSession(t.ctx(), annPhone), "DeleteSession")
	lease := w.sessions[annPhone].Lease
	w.forgetSession(annPhone)
	w.caughtUp(b)
	err := b.SwapLease(t.ctx(), annPhone, lease, lease)
	t.wantClass(err, spec.ErrSessionNotFound, "SwapLease of a session that was deleted through another handle")
	err = b.UpdateSession(t.ctx(), annPhone, t.samples.session(50), attr.All[S]())
	t.wantClass(err, spec.ErrSessionNotFound, "UpdateSession of a session that was deleted through another handle")
	w.compare(a, "through the first handle")
	w.compare(b, "through the second handle")
}

func openAgain[U, S any](t *tester[U, S]) {
	s, a := t.openDurable()
	w := t.seed(a)
	beside := t.openNamed(s)
	for _, o := range t.operations(a) {
		w.callSuccessfully(a, o, w.fixture(a, o))
	}
	last := w.createSession(a, "s-last", ann)
	w.swap(a, last.ID, w.newSession("", "").Lease)
	t.must(a.Close(), "Close")
	w.caughtUp(beside)
	w.compare(beside, "through a handle beside the one that was closed")
	again := t.openNamed(s)
	w.caughtUp(again)
	w.compare(again, "after the handle was closed and the store opened again")
	for _, o := range t.operations(again) {
		w.callSuccessfully(again, o, w.fixture(again, o))
	}
	w.compare(again, "after calls on the store opened again")
	_, err := a.Session(t.ctx(), visitor)
	t.wantClass(err, spec.ErrClosed, "Session through the handle that was closed, with another open")
}

func volatileOpensEmpty[U, S any](t *tester[U, S]) {
	s := t.newStore()
	a := t.openNamed(s)
	if !t.weaknesses(a).Volatile {
		t.doesNotApply("the adapter does not declare that it is volatile")
	}
	w := t.seed(a)
	b := t.openNamed(s)
	const when = "through another handle of an adapter that declares itself volatile"
	none := t.emptyWorld()
	for _, id := range []string{ann, annUpper, annPhone, visitor} {
		none.wantAbsent(b, id, when)
	}
	t.seed(b)
	w.compare(a, "after the same rows were created through another handle")
}

func storesApart[U, S any](t *tester[U, S]) {
	a, b := t.open(), t.open()
	wa := t.seed(a)
	// The ids and the unique values are the same, because samples start again.
	wb := t.seed(b)
	wa.compare(a, "after the same rows were created in another store")
	for _, o := range t.operations(a) {
		c := wa.fixture(a, o)
		other := wb.fixture(b, o)
		wa.callSuccessfully(a, o, c)
		wb.compareRows(b, o, other, "after "+o.name+" in another store")
	}
	wa.compare(a, "after calls in one store")
	wb.compare(b, "after calls in another store")

	if t.users {
		wa.deleteUser(a, annUpper, "DeleteUser")
		wb.compare(b, "after DeleteUser in another store")
		s := wa.newSession("s-of-ANN", annUpper)
		t.wantClass(a.CreateSession(t.ctx(), s), spec.ErrUserNotFound, "CreateSession for a user whom only another store has")
		_, err := a.User(t.ctx(), annUpper)
		t.wantClass(err, spec.ErrUserNotFound, "User whom only another store has")
	}
	wa.sweepEverything(a, "after everything")
	wb.compare(b, "after a sweep of everything in another store")
}

func storesAtOnce[U, S any](t *tester[U, S]) {
	stores := make([]front[U, S], 4)
	t.runTogether(len(stores), func(i int) { stores[i] = t.open() })
	if t.Failed() {
		return
	}
	for _, a := range stores {
		t.seed(a).compare(a, "in one of several stores that were opened at the same time")
	}
}

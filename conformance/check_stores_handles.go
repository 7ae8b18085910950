package conformance

import (
	"slices"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// readAgain reads rows through one handle while another handle writes to them, and reads
// them again after each write. A handle must not return rows that it remembers from an
// earlier read. The check runs for only one pair of types, because it makes a few hundred
// calls.
func readAgain[U, S any](t *tester[U, S]) {
	s, writer := t.openDurable()
	w := t.seed(writer)
	reader := t.openNamed(s)
	for _, o := range t.operations(writer) {
		if !o.write {
			continue
		}
		c := w.fixture(writer, o)
		before := w.users[c.user.ID].Attributes
		read := func(when string) {
			w.caughtUp(reader)
			users, sessions := w.rowsOf(c)
			for _, id := range slices.Concat(users, sessions) {
				w.holdID(reader, id, when)
			}
			if !o.users {
				return
			}
			for _, attributes := range []U{before, c.user.Attributes} {
				w.holdFinder(reader, attributes, when)
			}
		}
		read("through another handle, before " + o.name)
		got, err := o.call(writer, c)
		t.must(err, "%s", o.name)
		w.checkReply(o, c, got, o.name)
		read("through a handle that had read before another called " + o.name)
		if o.op == spec.OpSwapLease {
			err := reader.SwapLease(t.ctx(), c.session.ID, c.session.Lease, w.newSession("", "").Lease)
			t.wantClass(err, spec.ErrStale, "SwapLease from a lease that this handle had read before another swapped it")
			w.holdID(reader, c.session.ID, "after SwapLease from a lease that another handle had swapped")
		}
	}
	w.compare(reader, "after writes through another handle")
}

// holdFinder searches for users by each unique value of these attributes. UserBy must
// find a user exactly if one in the world has the value.
func (w *world[U, S]) holdFinder(a front[U, S], attributes U, when string) {
	w.t.Helper()
	if !w.t.users || !offers[spec.UserFinder](a) {
		return
	}
	for _, field := range uniqueNames[U](w.t) {
		value, ok := attributeIfAny(attributes, field)
		if !ok {
			continue
		}
		holder := ""
		for id, u := range w.users {
			if other, ok := attributeIfAny(u.Attributes, field); ok && difference(other, value) == "" {
				holder = id
			}
		}
		if holder == "" {
			w.t.wantNoUser(a, field, value, when)
		} else {
			w.finds(a, field, value, holder, when)
		}
	}
}

// lastWriteOutlives closes the only handle after a write of each kind, and reopens the store.
func lastWriteOutlives[U, S any](t *tester[U, S]) {
	s, a := t.openDurable()
	w := t.seed(a)
	for _, o := range t.operations(a) {
		if !o.write {
			continue
		}
		c := w.fixture(a, o)
		got, err := o.call(a, c)
		t.must(err, "%s", o.name)
		w.checkReply(o, c, got, o.name)
		t.must(a.Close(), "Close after %s", o.name)
		a = t.openMigrated(s)
		users, sessions := w.rowsOf(c)
		for _, id := range slices.Concat(users, sessions) {
			w.holdID(a, id, "after "+o.name+", Close of the only handle, and opening again")
		}
	}

	// The first calls on a reopened store must find every row.
	t.must(a.Close(), "Close")
	a = t.openMigrated(s)
	t.wantClass(a.CreateSession(t.ctx(), w.newSession(annPhone, ann)), spec.ErrSessionExists, "CreateSession with a taken id, on a store opened again")
	eachTaken(t, w.sessionEntity(a))
	if t.users {
		t.wantClass(a.CreateUser(t.ctx(), w.newUser(ann)), spec.ErrUserExists, "CreateUser with a taken id, on a store opened again")
		eachTaken(t, w.userEntity(a))
		w.holdFinder(a, w.users[annUpper].Attributes, "on a store opened again")
	}
	err := a.UpdateSession(t.ctx(), upperPhone, w.sessions[upperPhone].Attributes, attr.All[S]())
	t.must(err, "UpdateSession to a row's own values, on a store opened again")
	w.compare(a, "after calls on a store opened again")
}

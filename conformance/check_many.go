package conformance

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// emptyChecks returns the checks with many rows. They run only with rows without attributes,
// which are cheapest, because they need thousands.
func emptyChecks() []check[struct{}, struct{}] {
	type none = struct{}
	return []check[none, none]{
		{clause: "USR-06", sentence: "delete_of_a_user_with_thousands_of_sessions", users: true, run: seeded(userDeleteThousands[none, none])},
		{clause: "SES-10", sentence: "list_of_thousands_many_of_one_moment", run: seeded(sessionListThousands[none, none])},
		{clause: "SES-11", sentence: "more_than_a_thousand_are_deleted_and_any_number_is_kept", run: seeded(sessionKeepThousands[none, none])},
		{clause: "SWP-02", sentence: "a_sweep_of_thousands", run: seeded(sweepThousands[none, none])},
		{clause: "SWP-02", sentence: "a_sweep_of_hundreds_that_is_cut_short_says_how_many_it_deleted", run: sweepCutHundreds[none, none]},
	}
}

// thousands is more than the usual numbers at which a store could silently end a page, a
// batch or a list of parameters: 500, 512, 1,000, 1,024 and 2,000. A server needs half a
// second to two to create this many rows, but no other check shows such a limit.
const thousands = 2010

func userDeleteThousands[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.createSessions(a, ann, thousands, func(i int) string { return fmt.Sprintf("many %d", i) })
	t.must(a.DeleteUser(t.ctx(), ann), "DeleteUser of a user with %d sessions", thousands)
	w.forgetMany(a, ann, "after DeleteUser of a user with thousands of sessions")
	w.forgetUser(ann)
	w.compare(a, "after DeleteUser of a user with thousands of sessions")
	w.sweepEverything(a, "after DeleteUser of a user with thousands of sessions")
}

// forgetMany removes the sessions of a user from the world. It checks that the list of the
// user's sessions is empty, and that a few of them do not exist.
func (w *world[U, S]) forgetMany(a front[U, S], userID, when string) {
	list, err := a.UserSessions(w.t.ctx(), userID)
	w.t.must(err, "%s: UserSessions", when)
	w.t.want(len(list), 0, "%s: the length of UserSessions", when)
	for i, s := range w.sessionsOf(userID) {
		delete(w.sessions, s.ID)
		if i%500 == 0 {
			_, err := a.Session(w.t.ctx(), s.ID)
			w.t.wantClass(err, spec.ErrSessionNotFound, "%s: Session", when)
		}
	}
}

func sessionListThousands[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.createMany(a, ann, thousands, func(i int, s *spec.Session[S]) {
		s.ID = fmt.Sprintf("many %d", i*617%thousands) // in random order
		if i%500 != 0 {
			s.CreatedAt = noon.Add(time.Hour)
		}
	})
	list, err := a.UserSessions(t.ctx(), ann)
	t.must(err, "UserSessions of thousands")
	want := w.sessionsOf(ann)
	t.want(len(list), len(want), "the length of UserSessions of thousands, nearly all of one CreatedAt")
	for i := range min(len(list), len(want)) {
		if list[i].ID != want[i].ID {
			t.Fatalf("UserSessions of thousands, at index %d\n  got:  id %q, created at %s\n  want: id %q, created at %s",
				i, list[i].ID, list[i].CreatedAt, want[i].ID, want[i].CreatedAt)
		}
	}
	t.want(list, want, "UserSessions of thousands")
}

// sessionKeepThousands names more ids to keep than a list of parameters can hold.
func sessionKeepThousands[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	const deleted, kept = 1030, 70_000
	w.createSessions(a, ann, deleted, func(i int) string { return fmt.Sprintf("many %d", i) })
	keep := make([]string, kept)
	for i := range keep {
		keep[i] = fmt.Sprintf("absent %d", i)
	}
	keep[0], keep[kept-1] = annLaptop, annPhone
	about := fmt.Sprintf("of %d sessions, with %d ids to keep, the first and the last of which are there", deleted+2, kept)
	n, err := a.DeleteUserSessionsExcept(t.ctx(), ann, keep...)
	t.wantCount(n, err, int64(deleted), "DeleteUserSessionsExcept, %s", about)
	for i := range deleted {
		delete(w.sessions, fmt.Sprintf("many %d", i))
	}
	w.compare(a, "after DeleteUserSessionsExcept, "+about)
	w.sweepEverything(a, "after DeleteUserSessionsExcept, "+about)
}

func sweepThousands[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.createMany(a, ann, thousands+1, func(i int, s *spec.Session[S]) {
		s.ID = fmt.Sprintf("many %d", i)
		s.UserID = []string{ann, annSpace, "", "", "", ""}[i%6] // anonymous sessions are the cheapest to create
		s.ActiveUntil, s.ExpiresAt = noon, noon
	})
	limits := []int{1, math.MaxInt32, 1}
	if large := 1 << 16; large<<16 > 0 { // if an int has 64 bits
		limits[1] = large << 16
	}
	for i, want := range []int64{1, thousands, 0} {
		n, err := a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: noon, Everyone: true, Limit: limits[i]})
		t.must(err, "DeleteExpiredSessions of thousands, with a limit of %d", limits[i])
		t.want(n, want, "the count of DeleteExpiredSessions with a limit of %d, the %d. of three sweeps, of %d that have expired", limits[i], i+1, thousands+1)
	}
	for i := range thousands + 1 {
		delete(w.sessions, fmt.Sprintf("many %d", i))
	}
	w.compare(a, "after DeleteExpiredSessions of thousands")
	w.sweepEverything(a, "after DeleteExpiredSessions of thousands")
}

// createMany creates n sessions of a user, each changed before, sixteen at a time.
func (w *world[U, S]) createMany(a front[U, S], userID string, n int, change func(i int, s *spec.Session[S])) {
	list := make([]spec.Session[S], n)
	for i := range list {
		list[i] = w.newSession("", userID)
		change(i, &list[i])
	}
	const workers = 16
	w.t.runTogether(workers, func(worker int) {
		for i := worker; i < n; i += workers {
			w.t.must(a.CreateSession(w.t.ctx(), list[i]), "CreateSession, %d at a time", workers)
		}
	})
	for _, s := range list {
		w.sessions[s.ID] = s
	}
}

// uniqueThousand checks the values of the first of thousands of rows, and of some in between.
func uniqueThousand[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.createSessions(a, annSpace, thousands, func(i int) string { return fmt.Sprintf("many %d", i) })
	e := w.sessionEntity(a)
	for _, id := range []string{annPhone, "many 0", "many 6", "many 499", "many 511", "many 999", "many 1023", "many 1999", "many 2009"} {
		for _, name := range uniqueNames[S](t) {
			duplicate := merge(t, e.sample(), e.attributes(id), fieldMask[S](t, name))
			t.wantConstraint(e.create("newcomer", duplicate), spec.NotUnique, name, "CreateSession with the %s of one of thousands of sessions", name)
		}
	}
	n, err := a.DeleteUserSessions(t.ctx(), annSpace)
	t.wantCount(n, err, thousands, "DeleteUserSessions of thousands")
	for _, id := range []string{"many 0", "many 1029", "many 2009"} {
		if t.wantSuccess(e.create("heir of "+id, e.attributes(id)), "CreateSession with the values of one of thousands of sessions that were deleted") {
			delete(w.sessions, id)
		}
	}
	for i := range thousands {
		delete(w.sessions, fmt.Sprintf("many %d", i))
	}
	w.compare(a, "after unique values of thousands of sessions")
}

// uniqueFreedTogether deletes several rows with one call, and then creates a row with the
// values of each.
func uniqueFreedTogether[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	e := w.sessionEntity(a)
	for i, way := range slices.Concat(t.partials(), t.wholes()) {
		g := w.createGroup(a, i)
		t.must(way.do(a, g), "%s", way.call)
		w.forgetSessions(g.doomed)
		for n, s := range g.doomed {
			t.wantSuccess(e.create(fmt.Sprintf("heir %d-%d", i, n), s.Attributes), "CreateSession with the values of the %d. session that %s deleted together", n+1, way.call)
		}
		w.deleteGroup(a, g)
	}
	w.compare(a, "after sessions were deleted together")
}

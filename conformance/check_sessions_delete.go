package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func sessionDelete[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, id := range []string{annLaptop, upperPhone, visitor, annPhone} {
		w.deleteSession(a, id, "DeleteSession(%q)", id)
		w.compare(a, fmt.Sprintf("after DeleteSession(%q)", id))
	}
	w.sweepEverything(a, "after DeleteSession")
}

func sessionDeleteAbsent[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, id := range []string{"unknown", ann, annUpper, "S-Ann", "s-", "s-ann%"} {
		t.must(a.DeleteSession(t.ctx(), id), "DeleteSession(%q), which is absent", id)
	}
	w.compare(a, "after DeleteSession of absent sessions")
	for i := range 2 {
		t.must(a.DeleteSession(t.ctx(), annPhone), "DeleteSession, for the %d. time", i+1)
	}
	w.forgetSession(annPhone)
	w.compare(a, "after DeleteSession twice")
}

// A store must also delete whatever it keeps about the row elsewhere, such as in an index
// or a list.
func sessionCreateAgain[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for i, e := range t.endings() {
		s := w.createEnding(a, i)
		t.must(e.end(a, s), "%s", e.call)
		w.forgetEnding(s, e)

		// Use the same id and attributes for another user, with another lease.
		again := w.newSession(s.ID, annSpace)
		again.Attributes = s.Attributes
		w.addSession(a, again)
		w.compare(a, "after "+e.call+" and CreateSession with the same id for another user")

		// The call that ended the first session must not affect the second one.
		t.must(e.endAgain(a, s), "%s again", e.call)
		w.compare(a, "after "+e.call+" of the user who had the id before")
	}
	w.sweepEverything(a, "after sessions whose ids were used again")
}

// endAgain ends the sessions of the user of s, but not the session with the id of s,
// which now belongs to another user.
func (e ending[U, S]) endAgain(a front[U, S], s spec.Session[S]) error {
	if e.call == "DeleteSession" {
		return nil
	}
	return e.end(a, s)
}

func sessionAnonymous[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.createSession(a, "s-visitor ", "")
	w.createSession(a, "S-VISITOR", "")
	w.compare(a, "after CreateSession of anonymous sessions")

	s := w.sessions[visitor]
	s.Attributes = w.newSession(visitor, "").Attributes
	t.must(a.UpdateSession(t.ctx(), visitor, s.Attributes, attr.All[S]()), "UpdateSession of an anonymous session")
	w.sessions[visitor] = s
	w.compare(a, "after UpdateSession of an anonymous session")

	w.swap(a, visitor, w.newSession(visitor, "").Lease)
	w.compare(a, "after SwapLease of an anonymous session")

	w.deleteSession(a, visitor, "DeleteSession of an anonymous session")
	w.compare(a, "after DeleteSession of an anonymous session")
	w.sweepEverything(a, "after anonymous sessions")
}

func sessionEmptyUser[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.createSession(a, "s-visitor ", "")
	list, err := a.UserSessions(t.ctx(), "")
	t.must(err, "UserSessions of the empty user id")
	t.want(len(list), 0, "the length of UserSessions of the empty user id")
	for _, keep := range [][]string{nil, {visitor}, {""}} {
		n, err := deleteExcept(t.ctx(), a, "", keep)
		t.must(err, "deletion of the sessions of the empty user id")
		t.want(n, int64(0), "the count of the deleted sessions of the empty user id")
	}
	w.compare(a, "after deletion of the sessions of the empty user id")
	if t.users {
		t.must(a.DeleteUser(t.ctx(), ""), "DeleteUser of the empty id")
		w.compare(a, "after DeleteUser of the empty id")
	}
}

// deleteExcept deletes a user's sessions except those to keep. It calls
// DeleteUserSessions if keep is empty, and otherwise DeleteUserSessionsExcept.
func deleteExcept[U, S any](ctx context.Context, a front[U, S], userID string, keep []string) (int64, error) {
	if len(keep) == 0 {
		return a.DeleteUserSessions(ctx, userID)
	}
	return a.DeleteUserSessionsExcept(ctx, userID, keep...)
}

// deleteExcept calls DeleteUserSessionsExcept, or DeleteUserSessions if keep is empty,
// and compares the store and the count with the world.
func (w *world[U, S]) deleteExcept(a front[U, S], about, userID string, keep ...string) {
	w.t.Helper()
	var want int64
	for _, s := range w.sessionsOf(userID) {
		if !slices.Contains(keep, s.ID) {
			w.forgetSession(s.ID)
			want++
		}
	}
	passed := slices.Clone(keep)
	n, err := deleteExcept(w.t.ctx(), a, userID, passed)
	w.t.wantCount(n, err, want, "DeleteUserSessionsExcept, %s", about)
	w.t.want(passed, keep, "the slice of ids to keep, which is the caller's, after DeleteUserSessionsExcept, %s", about)
	w.compare(a, "after DeleteUserSessionsExcept, "+about)
}

func sessionDeleteExcept[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, id := range []string{"s-4", "s-1", "s-3", "s-2"} {
		w.createSession(a, id, ann)
	}
	w.deleteExcept(a, "keeping all but one", ann, "s-3", annPhone, "s-1", "s-4", annLaptop)
	w.deleteExcept(a, "keeping three of five", ann, "s-4", annLaptop, "s-1")
	w.deleteExcept(a, "keeping all", ann, annLaptop, "s-1", "s-4")
	w.deleteExcept(a, "keeping one", ann, annLaptop)
	w.deleteExcept(a, "keeping one, again", ann, annLaptop)
	w.sweepEverything(a, "after DeleteUserSessionsExcept")
}

func sessionDeleteAll[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.deleteExcept(a, "keeping none", ann)
	w.deleteExcept(a, "keeping none, again", ann)
	w.createSession(a, annPhone, ann)
	w.deleteExcept(a, "keeping none of a user whose sessions were deleted before", ann)
	w.sweepEverything(a, "after DeleteUserSessionsExcept of all")
}

// An empty list, probably a mistake, must not end the sessions that it should have kept.
func sessionKeepNone[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, userID := range []string{ann, annSpace, "unknown", ""} {
		for _, keep := range [][]string{nil, {}} {
			n, err := a.DeleteUserSessionsExcept(t.ctx(), userID, keep...)
			t.wantClass(err, spec.ErrInvalid, "DeleteUserSessionsExcept of the user %q without an id to keep", userID)
			t.want(n, int64(0), "the count of DeleteUserSessionsExcept of the user %q without an id to keep", userID)
		}
	}
	w.compare(a, "after DeleteUserSessionsExcept without an id to keep")
}

func sessionKeepOthers[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.deleteExcept(a, "keeping one, named twice", ann, annPhone, annPhone)
	w.createSession(a, annLaptop, ann)
	w.deleteExcept(a, "keeping one, and one of another user, an anonymous one and absent ones", ann,
		upperPhone, "unknown", annPhone, visitor, ann)
	w.createSession(a, annLaptop, ann)
	w.deleteExcept(a, "keeping one, and ids that no store can hold", ann,
		"", annPhone, "\xff\xfe", "a\x00b", strings.Repeat("x", 256))
	w.createSession(a, annLaptop, ann)
	w.deleteExcept(a, "keeping ids that differ in case or in a trailing space only", ann, upperPhone, upperLaptop, "s-ann  ")
	w.createSession(a, annPhone, ann)
	w.deleteExcept(a, "keeping ids with a meaning in patterns and in SQL", ann, "%", "s-%", "s-ann' OR '1'='1", "*", "s-ann,s-ann ", "_-ann")
	w.createSession(a, annPhone, ann)
	w.deleteExcept(a, "keeping only an id that no store can hold", ann, "")
	w.sweepEverything(a, "after DeleteUserSessionsExcept with other users' ids to keep")
}

func sessionDeleteMany[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	const many = 130
	w.createSessions(a, ann, many, func(i int) string { return fmt.Sprintf("many %d", i) })
	keep := []string{annPhone, "many 7"}
	for i := range 1100 {
		keep = append(keep, fmt.Sprintf("%032d", i))
	}
	keep = append(keep, "many 77", upperPhone)
	w.deleteExcept(a, fmt.Sprintf("of %d sessions, with %d ids to keep", many+2, len(keep)), ann, keep...)
	w.sweepEverything(a, "after DeleteUserSessionsExcept of many sessions")
}

// createSessions creates n sessions of a user, eight at a time.
func (w *world[U, S]) createSessions(a front[U, S], userID string, n int, id func(i int) string) {
	list := make([]spec.Session[S], n)
	for i := range list {
		list[i] = w.newSession(id(i), userID)
	}
	const workers = 8
	w.t.runTogether(workers, func(worker int) {
		for i := worker; i < n; i += workers {
			w.t.must(a.CreateSession(w.t.ctx(), list[i]), "CreateSession, eight at a time")
		}
	})
	for _, s := range list {
		w.sessions[s.ID] = s
	}
}

func sessionDeleteUnknown[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.deleteExcept(a, "of a user who is not there", "unknown")
	w.deleteExcept(a, "of a user who is not there, keeping another user's", "unknown", annPhone)
	w.deleteExcept(a, "of a user without sessions", annSpace)
	w.deleteExcept(a, "of a user without sessions, keeping another user's", annSpace, annLaptop, visitor)
	for _, id := range []string{"Ann", "ann  ", "an", "a%", annPhone} {
		w.deleteExcept(a, fmt.Sprintf("of the unknown user %q", id), id)
	}
	if t.users {
		w.deleteUser(a, annUpper, "DeleteUser")
		w.deleteExcept(a, "of a deleted user", annUpper)
	}
}

package conformance

import (
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
)

func referenceChecks[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "REF-01", sentence: "session_created_while_its_user_is_deleted_leaves_nothing", users: true, run: seeded(referenceCreateRace[U, S])},
		{clause: "REF-02", sentence: "no_call_finds_a_user_without_its_sessions_or_the_reverse", users: true, run: seeded(referenceHalf[U, S])},
		{clause: "REF-03", sentence: "user_created_again_inherits_nothing", users: true, run: seeded(referenceInherit[U, S])},
	}
}

// After a user was not found once, it is never found again in the same round. So any session
// that is read after the user was not found is an orphan.
func referenceCreateRace[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	declared := t.weaknesses(a)
	const creators = 7
	t.raceTime *= 2 // a round creates a user for each race
	for round := range t.rounds(10) {
		each, readers := 1, 2
		if round%2 == 1 { // with few processors, a reader keeps the others from meeting
			each, readers = 4, 0
		}
		userID := fmt.Sprintf("user %d", round)
		w.createUser(a, userID)
		u := w.users[userID]
		old := w.createSession(a, fmt.Sprintf("old %d", round), userID)
		ids := []string{old.ID}
		var created []spec.Session[S]
		for i := range creators * each {
			s := w.newSession(fmt.Sprintf("new %d-%d", round, i), userID)
			created, ids = append(created, s), append(ids, s.ID)
		}
		var deleted atomic.Bool
		t.runTogether(1+creators+readers, func(i int) {
			switch {
			case i == 0:
				defer deleted.Store(true)
				t.must(t.retry(func() error { return a.DeleteUser(t.ctx(), userID) }), "DeleteUser during CreateSession")
			case i <= creators:
				for _, s := range created[(i-1)*each : i*each] {
					err := t.retry(func() error { return a.CreateSession(t.ctx(), s) })
					if err != nil {
						t.wantClass(err, spec.ErrUserNotFound, "CreateSession during DeleteUser of its user")
						break
					}
				}
			default:
				t.noOrphan(a, u, ids, &deleted, declared)
			}
		})
		w.forgetUser(userID)
		if declared.Orphans {
			t.clearOrphans(a, userID, ids)
		}
		w.wantAbsent(a, userID, "after CreateSession and DeleteUser at once")
		for _, id := range ids {
			if readers > 0 {
				w.wantAbsent(a, id, "after CreateSession and DeleteUser at once")
				continue
			}
			_, err := a.Session(t.ctx(), id) // less, for more rounds
			t.wantClass(err, spec.ErrSessionNotFound, "Session after CreateSession and DeleteUser at once")
		}
		if t.Failed() {
			return
		}
		w.createUser(a, userID)
		w.holdUser(a, w.users[userID], "after CreateSession and DeleteUser at once, and CreateUser with the same id")
		w.forgetGone()
	}
	w.compare(a, "after CreateSession and DeleteUser at once")
	w.sweepEverything(a, "after CreateSession and DeleteUser at once")
}

// noOrphan reads until the user is deleted, and once more. Even if the adapter declares
// orphans, SessionAndUser must not return one.
func (t *tester[U, S]) noOrphan(a front[U, S], u spec.User[U], ids []string, deleted *atomic.Bool, declared spec.Weaknesses) {
	for last := false; !last && !t.Failed(); {
		runtime.Gosched() // there can be more readers than processors
		last = deleted.Load()
		_, err := a.User(t.ctx(), u.ID)
		if err == nil {
			for _, id := range ids {
				t.sessionOf(a, id, u)
			}
			continue
		}
		if !t.wantClass(err, spec.ErrUserNotFound, "User during DeleteUser") {
			return
		}
		const when = "after User said that the user is not there (DeleteUser and CreateSession were called at once)"
		for _, id := range ids {
			_, _, err = a.SessionAndUser(t.ctx(), id)
			t.wantClass(err, spec.ErrSessionNotFound, "SessionAndUser of that user's session, %s", when)
		}
		if declared.Stepwise || declared.Orphans {
			continue
		}
		for _, id := range ids {
			_, err = a.Session(t.ctx(), id)
			t.wantClass(err, spec.ErrSessionNotFound, "Session of that user, %s", when)
		}
		list, err := a.UserSessions(t.ctx(), u.ID)
		t.must(err, "UserSessions, %s", when)
		t.want(len(list), 0, "the length of UserSessions, %s", when)
	}
}

// clearOrphans deletes sessions that have outlived their user, which an adapter can declare.
func (t *tester[U, S]) clearOrphans(a front[U, S], userID string, ids []string) {
	for _, id := range ids {
		_, _, err := a.SessionAndUser(t.ctx(), id)
		t.wantClass(err, spec.ErrSessionNotFound, "SessionAndUser of a session that may have outlived its user")
	}
	_, err := a.DeleteUserSessions(t.ctx(), userID)
	t.must(err, "DeleteUserSessions of a user who is not there")
}

// sessionOf reads a session with its user. Either both must be complete or neither must
// be found. It reports whether they were found.
func (t *tester[U, S]) sessionOf(a front[U, S], id string, u spec.User[U]) bool {
	s, got, err := a.SessionAndUser(t.ctx(), id)
	if err != nil {
		t.wantClass(err, spec.ErrSessionNotFound, "SessionAndUser during DeleteUser")
		return false
	}
	t.want(s.ID, id, "the id of the session of SessionAndUser during DeleteUser")
	t.want(s.UserID, u.ID, "the UserID of the session of SessionAndUser during DeleteUser")
	t.want(got, u, "the user of SessionAndUser during DeleteUser")
	return true
}

func referenceInherit[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	old := w.sessions[annPhone]
	for range 2 {
		w.deleteUser(a, ann, "DeleteUser")
		w.createUser(a, ann)
		w.compare(a, "after DeleteUser and CreateUser with the same id")
	}
	n, err := a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: endOfTime, UserID: ann, Limit: 10})
	t.wantCount(n, err, 0, "DeleteExpiredSessions of a user created again")
	w.deleteExcept(a, "of a user created again", ann)

	again := w.newSession(annPhone, ann)
	again.Attributes = old.Attributes
	w.addSession(a, again)
	w.compare(a, "after CreateSession for a user created again, with an id that the first one's session had")
	w.deleteExcept(a, "of a user created again, who has one session", ann)

	// Repeat this with a user who never had a session, and one whose sessions were deleted
	// before the user.
	w.deleteExcept(a, "before DeleteUser", annUpper)
	for _, id := range []string{annSpace, annUpper} {
		w.deleteUser(a, id, "DeleteUser")
		w.createUser(a, id)
		w.createSession(a, "new of "+id, id)
	}
	w.compare(a, "after DeleteUser, CreateUser and CreateSession")
	w.sweepEverything(a, "after users were created again")
}

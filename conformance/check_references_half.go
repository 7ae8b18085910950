package conformance

import (
	"fmt"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
)

// A session is only deleted together with its user. So if a session is not found, a later
// read must not find the user, and if the user is not found, a later read must not find
// the sessions.
func referenceHalf[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	declared := t.weaknesses(a)
	sessions, readers := 8, 4
	const whole = 4 // rounds
	t.raceTime *= 3 // a round creates a user with sessions for one race
	for round := range t.rounds(whole) {
		if round == whole { // shorter rounds, with more of them, show more
			sessions, readers = 2, 1
		}
		userID := fmt.Sprintf("user %d", round)
		u := w.createUser(a, userID)
		ids := make([]string, sessions)
		for i := range ids {
			ids[i] = fmt.Sprintf("s%d-%d", round, i)
			w.createSession(a, ids[i], userID)
		}
		var deleted atomic.Bool
		var pace pace
		t.runTogether(1+readers, func(i int) {
			if i == 0 {
				defer deleted.Store(true)
				t.await(&pace, round%3)
				t.must(t.retry(func() error { return a.DeleteUser(t.ctx(), userID) }), "DeleteUser")
				return
			}
			look := t.allOrNothing
			if declared.Stepwise {
				look = t.userFirst
			}
			for last := false; !last && !t.Failed(); {
				pace.look()
				last = deleted.Load()
				look(a, u, ids)
			}
		})
		w.forgetUser(userID)
		if t.Failed() {
			return
		}
		if round < whole {
			w.compare(a, "after DeleteUser")
		} else {
			w.compareGone(a, "after DeleteUser")
		}
		w.forgetGone()
	}
	w.compare(a, "after DeleteUser")
	w.sweepEverything(a, "after DeleteUser")
}

// allOrNothing reads a user and the user's sessions in both orders while they are deleted.
func (t *tester[U, S]) allOrNothing(a front[U, S], u spec.User[U], ids []string) {
	t.userGoneFirst(a, u, ids)
	list, err := a.UserSessions(t.ctx(), u.ID)
	t.must(err, "UserSessions during DeleteUser")
	switch len(list) {
	case len(ids):
	case 0:
		t.userGone(a, u, "UserSessions said that there are none")
	default:
		t.Errorf("UserSessions during DeleteUser\n  got:  %d sessions\n  want: all %d or none", len(list), len(ids))
	}

	got, err := a.User(t.ctx(), u.ID)
	if err == nil {
		t.want(got, u, "User during DeleteUser")
		return
	}
	t.wantClass(err, spec.ErrUserNotFound, "User during DeleteUser")
	for _, id := range ids {
		_, err := a.Session(t.ctx(), id)
		t.wantClass(err, spec.ErrSessionNotFound, "Session during DeleteUser, after User said that the user is not there")
		if t.sessionOf(a, id, u) {
			t.Errorf("SessionAndUser during DeleteUser, after User said that the user is not there\n  got:  a session\n  want: none")
		}
	}
	list, err = a.UserSessions(t.ctx(), u.ID)
	t.must(err, "UserSessions during DeleteUser")
	t.want(len(list), 0, "the length of UserSessions during DeleteUser, after User said that the user is not there")
}

// userFirst does the same for an adapter that declares that it deletes the user in one
// step and the sessions in another.
func (t *tester[U, S]) userFirst(a front[U, S], u spec.User[U], ids []string) {
	t.userGoneFirst(a, u, ids)
	got, err := a.User(t.ctx(), u.ID)
	if err == nil {
		t.want(got, u, "User during DeleteUser")
		return
	}
	t.wantClass(err, spec.ErrUserNotFound, "User during DeleteUser")
	for _, id := range ids {
		if t.sessionOf(a, id, u) {
			t.Errorf("SessionAndUser during DeleteUser, after User said that the user is not there\n  got:  a session\n  want: none")
		}
	}
}

// userGoneFirst reads sessions. If one is not found, the user must not exist.
func (t *tester[U, S]) userGoneFirst(a front[U, S], u spec.User[U], ids []string) {
	for _, id := range ids {
		s, err := a.Session(t.ctx(), id)
		if err == nil {
			t.want(s.UserID, u.ID, "the UserID of Session during DeleteUser")
			break
		}
		t.wantClass(err, spec.ErrSessionNotFound, "Session during DeleteUser")
		t.userGone(a, u, "Session said that a session is not there")
	}
	if !t.sessionOf(a, ids[len(ids)-1], u) {
		t.userGone(a, u, "SessionAndUser said that a session is not there")
	}
}

func (t *tester[U, S]) userGone(a front[U, S], u spec.User[U], after string) {
	_, err := a.User(t.ctx(), u.ID)
	t.wantClass(err, spec.ErrUserNotFound, "User during DeleteUser, after %s", after)
}

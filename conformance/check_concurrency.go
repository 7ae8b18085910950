package conformance

import (
	"fmt"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func concurrencyChecks[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "CON-01", sentence: "one_of_many_creates_of_a_user_wins", users: true, run: seeded(userCreateRace[U, S])},
		{clause: "CON-01", sentence: "one_of_many_creates_of_a_session_wins", run: seeded(sessionCreateRace[U, S])},
		{clause: "CON-03", sentence: "user_update_that_races_a_delete_does_not_resurrect", users: true, run: seeded(userUpdateRace[U, S])},
		{clause: "CON-03", sentence: "session_update_that_races_a_delete_does_not_resurrect", run: seeded(sessionUpdateRace[U, S])},
		{clause: "CON-03", sentence: "session_update_that_races_a_sweep_does_not_resurrect", run: sweepUpdateRace[U, S]},
		{clause: "CON-03", sentence: "reads_that_race_a_delete_see_whole_rows_and_none_again", run: readsDuringDeletes[U, S]},
		{clause: "CON-04", sentence: "calls_on_different_rows_all_succeed", run: seeded(differentRows[U, S])},
		{clause: "CON-04", sentence: "calls_on_different_sessions_of_one_user_all_succeed", run: seeded(differentSessions[U, S])},
		{clause: "CON-04", sentence: "writes_are_kept_while_other_sessions_of_the_user_are_deleted", run: staysDuringDeletes[U, S]},
	}
}

// uniqueAtOnce returns the checks of CON-02, for types with unique attributes.
func uniqueAtOnce[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "CON-02", sentence: "one_of_many_creates_with_a_unique_value_wins", users: true, run: seeded(uniqueCreateRace[U, S])},
		{clause: "CON-02", sentence: "one_of_many_updates_to_a_unique_value_wins", users: true, run: seeded(uniqueUpdateRace[U, S])},
		{clause: "CON-02", sentence: "one_of_many_sessions_with_a_unique_value_wins", run: seeded(uniqueSessionRace[U, S])},
	}
}

const racers = 8 // number of concurrent calls, unless a clause is about more

// racersIn returns the number of concurrent calls in a round of which only the first calls can
// break a clause: two after the first rounds, because more rounds then show more.
func racersIn(round int) int {
	if round < 5 {
		return racers
	}
	return 2
}

func userCreateRace[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for round := range t.rounds(5) {
		id := fmt.Sprintf("user %d", round)
		rows := make([]spec.User[U], racersIn(round))
		for i := range rows {
			rows[i] = w.newUser(id)
		}
		errs := make([]error, len(rows))
		t.runTogether(len(rows), func(i int) {
			errs[i] = t.retry(func() error { return a.CreateUser(t.ctx(), rows[i]) })
		})
		winner := t.oneWins(errs, spec.ErrUserExists, "CreateUser with one id")
		if winner < 0 {
			return
		}
		w.users[id] = rows[winner]
		w.holdUser(a, rows[winner], "after calls of CreateUser at once, one of which won")
		// The other values of a call that lost must stay free.
		loser := rows[(winner+1)%len(rows)]
		loser.ID = fmt.Sprintf("loser %d", round)
		t.must(a.CreateUser(t.ctx(), loser), "CreateUser with another id and the attributes of a call that lost")
		w.users[loser.ID] = loser
	}
	w.compare(a, "after calls of CreateUser at once")
}

func sessionCreateRace[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	owners := []string{ann, annUpper, annSpace, ""}
	for round := range t.rounds(5) {
		id := fmt.Sprintf("session %d", round)
		rows := make([]spec.Session[S], racersIn(round))
		for i := range rows {
			rows[i] = w.newSession(id, owners[i%len(owners)])
		}
		errs := make([]error, len(rows))
		t.runTogether(len(rows), func(i int) {
			errs[i] = t.retry(func() error { return a.CreateSession(t.ctx(), rows[i]) })
		})
		winner := t.oneWins(errs, spec.ErrSessionExists, "CreateSession with one id")
		if winner < 0 {
			return
		}
		w.sessions[id] = rows[winner]
		const after = "after calls of CreateSession at once, one of which won"
		if round < len(owners) {
			w.compare(a, after)
		} else { // fewer calls between the races make more of them
			w.compareSession(a, rows[winner], after)
		}
		loser := rows[(winner+1)%len(rows)]
		loser.ID = fmt.Sprintf("loser %d", round)
		w.addSession(a, loser)
		for _, id := range []string{id, loser.ID} {
			t.must(a.DeleteSession(t.ctx(), id), "DeleteSession")
			delete(w.sessions, id)
		}
	}
	w.compare(a, "after calls of CreateSession at once")
	w.sweepEverything(a, "after calls of CreateSession at once")
}

func userUpdateRace[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for round := range t.rounds(12) {
		id := fmt.Sprintf("user %d", round)
		w.createUser(a, id)
		patches := []spec.User[U]{w.newUser(id), w.newUser(id)}
		mask := attr.All[U]()
		if round%2 == 1 {
			mask = fieldMask[U](t, t.samples.userField)
		}
		t.runTogether(1+len(patches), func(i int) {
			if i == len(patches) {
				t.must(t.retry(func() error { return a.DeleteUser(t.ctx(), id) }), "DeleteUser during UpdateUser")
				return
			}
			err := t.retry(func() error { return a.UpdateUser(t.ctx(), id, patches[i].Attributes, mask) })
			if err != nil {
				t.wantClass(err, spec.ErrUserNotFound, "UpdateUser during DeleteUser")
			}
		})
		w.forgetUser(id)
		w.wantAbsent(a, id, "after UpdateUser and DeleteUser at once")
		if t.Failed() {
			return
		}
		// Nothing that could conflict must be left of it.
		for _, u := range patches {
			u.ID = "again"
			t.must(a.CreateUser(t.ctx(), u), "CreateUser with the attributes of a user updated and deleted at once")
			t.must(a.DeleteUser(t.ctx(), "again"), "DeleteUser")
		}
		w.forgetUser("again")
	}
	w.compare(a, "after UpdateUser and DeleteUser at once")
}

func sessionUpdateRace[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	deletes := t.deletes()
	for round := range t.rounds(16) {
		e := deletes[round%len(deletes)]
		s := w.createEnding(a, round)
		patches := []spec.Session[S]{w.newSession("again", ann), w.newSession("again", ann)}
		mask := attr.All[S]()
		if round/len(deletes)%2 == 1 {
			mask = fieldMask[S](t, t.samples.sessionField)
		}
		t.runTogether(1+len(patches), func(i int) {
			if i == len(patches) {
				t.must(t.retry(func() error { return e.end(a, s) }), "%s during UpdateSession", e.call)
				return
			}
			err := t.retry(func() error { return a.UpdateSession(t.ctx(), s.ID, patches[i].Attributes, mask) })
			if err != nil {
				t.wantClass(err, spec.ErrSessionNotFound, "UpdateSession during %s", e.call)
			}
		})
		w.forgetEnding(s, e)
		w.wantAbsent(a, s.ID, "after UpdateSession and "+e.call+" at once")
		w.wantAbsent(a, s.UserID, "after UpdateSession and "+e.call+" at once")
		if t.Failed() {
			return
		}
		for _, again := range patches {
			w.addSession(a, again)
			w.deleteSession(a, again.ID, "DeleteSession")
		}
	}
	w.compare(a, "after UpdateSession and deletes at once")
	w.sweepEverything(a, "after UpdateSession and deletes at once")
}

package conformance

import (
	"fmt"

	"github.com/tenon-go/tenon/spec"
)

// oneUnique returns the index of the call that succeeded among concurrent calls with the same
// value of a unique attribute. Exactly one must succeed, and the errors of the others must
// name the attribute. Otherwise oneUnique fails the check and returns -1.
func (t *tester[U, S]) oneUnique(errs []error, field, calls string) int {
	t.Helper()
	winner := t.oneWins(errs, spec.ErrConstraint, calls+" with one value of "+field)
	for i, err := range errs {
		if winner >= 0 && i != winner {
			t.wantConstraint(err, spec.NotUnique, field, "%s with a value of %s that another call has just taken", calls, field)
		}
	}
	return winner
}

func uniqueCreateRace[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	fields := uniqueNames[U](t)
	t.raceTime *= 2 // there are several fields
	for round := range t.rounds(len(fields)) {
		field := fields[round%len(fields)]
		mask, one := fieldMask[U](t, field), w.newUser("").Attributes
		rows := make([]spec.User[U], racersIn(round))
		for i := range rows {
			rows[i] = w.newUser(fmt.Sprintf("%s %d %d", field, round, i))
			rows[i].Attributes = merge(t, rows[i].Attributes, one, mask)
		}
		errs := make([]error, len(rows))
		t.runTogether(len(rows), func(i int) {
			errs[i] = t.retry(func() error { return a.CreateUser(t.ctx(), rows[i]) })
		})
		winner := t.oneUnique(errs, field, "CreateUser")
		if winner < 0 {
			return
		}
		for i, u := range rows {
			if i == winner {
				w.users[u.ID] = u
			} else {
				w.gone[u.ID] = true
			}
		}
		after := "after calls of CreateUser at once with one value of " + field
		if round < len(fields) {
			w.compare(a, after)
		} else { // fewer calls between the races make more of them
			w.holdUser(a, rows[winner], after)
			w.wantAbsent(a, rows[(winner+1)%len(rows)].ID, after)
		}
		t.must(a.DeleteUser(t.ctx(), rows[winner].ID), "DeleteUser")
		delete(w.users, rows[winner].ID)
		w.forgetGone()
	}
}

func uniqueUpdateRace[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	rows := make([]spec.User[U], racers)
	for i := range rows {
		rows[i] = w.createUser(a, fmt.Sprintf("user %d", i))
	}
	fields := uniqueNames[U](t)
	for round := range t.rounds(len(fields)) {
		field := fields[round%len(fields)]
		mask, one := fieldMask[U](t, field), w.newUser("").Attributes
		errs := make([]error, racers)
		t.runTogether(racers, func(i int) {
			errs[i] = t.retry(func() error { return a.UpdateUser(t.ctx(), rows[i].ID, one, mask) })
		})
		winner := t.oneUnique(errs, field, "UpdateUser")
		if winner < 0 {
			return
		}
		rows[winner].Attributes = merge(t, rows[winner].Attributes, one, mask)
		w.users[rows[winner].ID] = rows[winner]
		after := "after calls of UpdateUser at once with one value of " + field
		if round < len(fields) {
			w.compare(a, after)
		} else {
			w.holdUser(a, rows[winner], after)
		}
	}
}

func uniqueSessionRace[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	fields := uniqueNames[S](t)
	for round := range t.rounds(2 * len(fields)) {
		field := fields[round%len(fields)]
		mask, one := fieldMask[S](t, field), w.newSession("", "").Attributes
		rows := make([]spec.Session[S], racersIn(round))
		for i := range rows {
			rows[i] = w.newSession(fmt.Sprintf("%s %d %d", field, round, i), []string{ann, annUpper, ""}[i%3])
			rows[i].Attributes = merge(t, rows[i].Attributes, one, mask)
		}
		errs := make([]error, len(rows))
		t.runTogether(len(rows), func(i int) {
			errs[i] = t.retry(func() error { return a.CreateSession(t.ctx(), rows[i]) })
		})
		winner := t.oneUnique(errs, field, "CreateSession")
		if winner < 0 {
			return
		}
		for i, s := range rows {
			if i == winner {
				w.sessions[s.ID] = s
			} else {
				w.gone[s.ID] = true
			}
		}
		after := "after calls of CreateSession at once with one value of " + field
		if round < 2*len(fields) {
			w.compare(a, after)
		} else {
			w.compareSession(a, rows[winner], after)
			w.wantAbsent(a, rows[(winner+1)%len(rows)].ID, after)
		}
		t.must(a.DeleteSession(t.ctx(), rows[winner].ID), "DeleteSession")
		delete(w.sessions, rows[winner].ID)
		w.forgetGone()
	}
	w.sweepEverything(a, "after calls of CreateSession at once with one value")
}

package conformance

import (
	"fmt"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Each worker has its own user with sessions and calls every method for them.
func differentRows[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	const workers, rounds = 16, 3
	type rows struct {
		user, patch spec.User[U]
		sessions    []spec.Session[S]
		next        spec.Session[S]
	}
	all := make([]rows, workers)
	for i := range all {
		r := &all[i]
		r.user, r.patch = w.newUser(fmt.Sprintf("worker %d", i)), w.newUser(fmt.Sprintf("worker %d", i))
		for j := range rounds {
			r.sessions = append(r.sessions, w.newSession(fmt.Sprintf("s%d-%d", i, j), r.user.ID))
		}
		r.next = w.newSession(r.sessions[0].ID, r.user.ID)
	}
	t.runTogether(workers, func(i int) {
		r, first := all[i], all[i].sessions[0]
		t.must(a.CreateUser(t.ctx(), r.user), "CreateUser while others write other rows")
		for _, s := range r.sessions {
			t.must(a.CreateSession(t.ctx(), s), "CreateSession while others write other rows")
		}
		if t.users {
			t.must(a.UpdateUser(t.ctx(), r.user.ID, r.patch.Attributes, attr.All[U]()), "UpdateUser while others write other rows")
		}
		t.must(a.UpdateSession(t.ctx(), first.ID, r.next.Attributes, attr.All[S]()), "UpdateSession while others write other rows")
		t.must(a.SwapLease(t.ctx(), first.ID, first.Lease, r.next.Lease), "SwapLease while others write other rows")
		first.Attributes, first.Lease = r.next.Attributes, r.next.Lease
		got, err := a.Session(t.ctx(), first.ID)
		t.must(err, "Session while others write other rows")
		t.want(got, first, "Session while others write other rows")
		list, err := a.UserSessions(t.ctx(), r.user.ID)
		t.must(err, "UserSessions while others write other rows")
		t.want(list, append([]spec.Session[S]{first}, r.sessions[1:]...), "UserSessions while others write other rows")
		if t.users {
			got, user, err := a.SessionAndUser(t.ctx(), first.ID)
			t.must(err, "SessionAndUser while others write other rows")
			t.want(got, first, "the session of SessionAndUser while others write other rows")
			t.want(user.Attributes, r.patch.Attributes, "the user's attributes of SessionAndUser while others write other rows")
		}
		t.must(a.DeleteSession(t.ctx(), r.sessions[1].ID), "DeleteSession while others write other rows")
		n, err := a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: noon, UserID: r.user.ID, Limit: 5})
		t.must(err, "DeleteExpiredSessions while others write other rows")
		t.want(n, int64(0), "the count of DeleteExpiredSessions of a user whose sessions are alive")
		n, err = a.DeleteUserSessionsExcept(t.ctx(), r.user.ID, first.ID)
		t.wantCount(n, err, int64(rounds-2), "DeleteUserSessionsExcept while others write other rows")
		if i%2 == 1 {
			t.must(a.DeleteUser(t.ctx(), r.user.ID), "DeleteUser while others write other rows")
		}
	})
	for i, r := range all {
		first := r.sessions[0]
		first.Attributes, first.Lease = r.next.Attributes, r.next.Lease
		for _, s := range r.sessions[1:] {
			w.gone[s.ID] = true
		}
		r.user.Attributes = r.patch.Attributes
		w.users[r.user.ID], w.sessions[first.ID] = r.user, first
		if i%2 == 1 && t.users {
			w.forgetUser(r.user.ID)
		}
	}
	w.compare(a, "after calls on different rows at once")
	w.sweepEverything(a, "after calls on different rows at once")
}

// A store that keeps a user's sessions, or a list of them, in one place must
// not lose one when two are written at once.
func differentSessions[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for round := range t.rounds(4) {
		stays := round % racers
		before, after := make([]spec.Session[S], racers), make([]spec.Session[S], racers)
		for i := range before {
			before[i] = w.newSession(fmt.Sprintf("s%d-%d", round, i), ann)
			after[i] = before[i]
			next := w.newSession("", "")
			after[i].Attributes, after[i].Lease = next.Attributes, next.Lease
		}
		const while = "while others write other sessions of the user"
		t.runTogether(racers, func(i int) {
			t.must(t.retry(func() error { return a.CreateSession(t.ctx(), before[i]) }), "CreateSession %s", while)
		})
		for _, s := range before {
			w.sessions[s.ID] = s
		}
		w.holdUser(a, w.users[ann], fmt.Sprintf("after %d calls of CreateSession for one user at once", racers))
		t.runTogether(racers, func(i int) {
			id := before[i].ID
			t.must(t.retry(func() error { return a.UpdateSession(t.ctx(), id, after[i].Attributes, attr.All[S]()) }), "UpdateSession %s", while)
			t.must(t.retry(func() error { return a.SwapLease(t.ctx(), id, before[i].Lease, after[i].Lease) }), "SwapLease %s", while)
		})
		for _, s := range after {
			w.sessions[s.ID] = s
		}
		w.holdUser(a, w.users[ann], fmt.Sprintf("after %d calls of UpdateSession and of SwapLease for sessions of one user at once", racers))
		t.runTogether(racers, func(i int) {
			if i != stays {
				t.must(t.retry(func() error { return a.DeleteSession(t.ctx(), after[i].ID) }), "DeleteSession %s", while)
			}
		})
		for i, s := range after {
			if i != stays {
				w.forgetSession(s.ID)
			}
		}
		w.compare(a, fmt.Sprintf("after %d calls of DeleteSession for sessions of one user at once", racers-1))
		w.forgetGone()
		t.must(a.DeleteSession(t.ctx(), after[stays].ID), "DeleteSession")
		delete(w.sessions, after[stays].ID)
	}
	w.sweepEverything(a, "after calls on different sessions of one user at once")
}

package conformance

import (
	"context"
	"fmt"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// deleteOfMany is a call that deletes a user's sessions, all but one or with the user.
type deleteOfMany[U, S any] struct {
	call  string
	users bool // it also deletes the user
	keeps bool // it keeps the first session
	do    func(ctx context.Context, a front[U, S], userID, first string) error
}

func (t *tester[U, S]) deletesOfMany() []deleteOfMany[U, S] {
	list := []deleteOfMany[U, S]{
		{call: "DeleteUserSessions", do: func(ctx context.Context, a front[U, S], userID, _ string) error {
			_, err := a.DeleteUserSessions(ctx, userID)
			return err
		}},
		{call: "DeleteUserSessionsExcept", keeps: true, do: func(ctx context.Context, a front[U, S], userID, first string) error {
			_, err := a.DeleteUserSessionsExcept(ctx, userID, first)
			return err
		}},
	}
	if t.users {
		list = append(list, deleteOfMany[U, S]{call: "DeleteUser", users: true, do: func(ctx context.Context, a front[U, S], userID, _ string) error {
			return a.DeleteUser(ctx, userID)
		}})
	}
	return list
}

// contextEndsDuringMany ends the context of a delete of a dozen rows at each look in
// turn, and at any time from another goroutine.
func contextEndsDuringMany[U, S any](t *tester[U, S]) {
	for _, o := range t.deletesOfMany() {
		a := t.open()
		w := t.seed(a)
		userID := "" // the user whose sessions exist
		for i, look := range append([]int{0, 0, 0}, looksOfSweeps...) {
			if userID == "" {
				userID = fmt.Sprintf("user %d", i)
				w.createUser(a, userID)
				w.createSessions(a, userID, 12, func(n int) string { return fmt.Sprintf("%s-%d", userID, n) })
			}
			reason := context.Canceled
			if i%2 == 0 {
				reason = context.DeadlineExceeded
			}
			ctx := newEndingContext(t.ctx(), look, reason)
			first := w.sessionsOf(userID)[0]
			call := fmt.Sprintf("%s of a dozen, whose context ended when it was looked at for the %d. time", o.call, look)
			if look == 0 {
				call = o.call + " of a dozen, whose context was ended by another goroutine"
			}
			returned, err := make(chan struct{}), error(nil)
			t.runTogether(2, func(i int) {
				if i == 0 {
					defer close(returned)
					err = o.do(ctx, a, userID, first.ID)
				} else if look == 0 {
					select {
					case <-ctx.looked:
					case <-returned:
					}
					ctx.end()
				}
			})
			ended := ctx.hasEnded()
			t.wantInterrupted(operation[U, S]{write: true}, ctx, err, call)
			if spec.ClassOf(err) == spec.ErrIndeterminate {
				break // the call may still be deleting these rows
			}
			if err == nil {
				w.forgetSessions(w.sessionsOf(userID))
				if o.users {
					w.forgetUser(userID)
				}
				if o.keeps {
					w.sessions[first.ID] = first
					delete(w.gone, first.ID)
				}
			}
			w.compareDozen(a, userID, fmt.Sprintf("after %s, which returned %v", call, err))
			if err == nil {
				userID = ""
				w.forgetGone()
			}
			if t.Failed() || !ended {
				break
			}
		}
	}
}

// compareDozen compares a user and the user's sessions with the world, and checks that
// deleted rows do not exist.
func (w *world[U, S]) compareDozen(a front[U, S], userID, when string) {
	if u, there := w.users[userID]; there {
		w.holdUser(a, u, when)
	} else {
		w.wantAbsent(a, userID, when)
	}
	for id := range w.gone {
		if _, err := a.Session(w.t.ctx(), id); err == nil {
			w.t.Errorf("%s\n  got:  a session that was deleted\n  want: none of them", when)
			return
		}
	}
}

// farDeadlines returns deadlines for which these counts overflow: milliseconds from now in 32
// bits, and nanoseconds since 1970, or from now, in 64 bits.
func farDeadlines() map[string]time.Time {
	return map[string]time.Time{
		"in 25 days":       time.Now().AddDate(0, 0, 25),
		"in the year 2400": time.Date(2400, 1, 1, 0, 0, 0, 0, time.UTC),
		"in the year 9999": endOfTime,
	}
}

func contextFarDeadline[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for name, deadline := range farDeadlines() {
		ctx, cancel := context.WithDeadline(t.ctx(), deadline)
		for _, o := range t.operations(a) {
			c := w.fixture(a, o)
			c.ctx = ctx
			got, err := o.call(a, c)
			call := fmt.Sprintf("%s with a deadline %s", o.name, name)
			t.must(err, "%s", call)
			w.checkReply(o, c, got, call)
			w.compareRows(a, o, c, "after "+call)
		}
		for _, extra := range t.extras(a) {
			t.must(extra.call(ctx), "%s with a deadline %s", extra.name, name)
		}
		cancel()
	}
	w.compare(a, "after calls with deadlines far ahead")
}

package conformance

import (
	"fmt"
	"slices"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func sessionUpdateAll[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, id := range []string{annPhone, upperLaptop, visitor} {
		s := w.sessions[id]
		s.Attributes = w.newSession(id, s.UserID).Attributes
		t.must(a.UpdateSession(t.ctx(), id, s.Attributes, attr.All[S]()), "UpdateSession of all attributes")
		w.sessions[id] = s
		w.compare(a, "after UpdateSession of all attributes")
	}
}

// Each attribute is set separately, to another value and to zero, while the patch has
// other values for all attributes. Only the masked attribute must change.
func sessionUpdateEach[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	s := w.sessions[annPhone]
	var zero S
	for _, patch := range []S{t.samples.session(60), zero, t.samples.session(61)} {
		for _, field := range fieldNames[S](t) {
			mask := fieldMask[S](t, field)
			s.Attributes = merge(t, s.Attributes, patch, mask)
			t.must(a.UpdateSession(t.ctx(), s.ID, patch, mask), "UpdateSession of %s alone", field)
			w.sessions[s.ID] = s
			w.compareSession(a, s, "after UpdateSession of "+field+" alone")
		}
	}
	w.compare(a, "after UpdateSession of each attribute alone")
}

func sessionUpdateEqual[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, mask := range []attr.Mask[S]{attr.All[S](), fieldMask[S](t, t.samples.sessionField)} {
		for range 2 {
			err := a.UpdateSession(t.ctx(), annPhone, w.sessions[annPhone].Attributes, mask)
			t.must(err, "UpdateSession with the values that are there already")
		}
	}
	w.compare(a, "after UpdateSession with the values that are there already")
}

func sessionUpdateAfterSwap[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for range 2 {
		w.swap(a, annPhone, w.newSession(annPhone, ann).Lease)
		for _, mask := range []attr.Mask[S]{attr.All[S](), fieldMask[S](t, t.samples.sessionField), {}} {
			s, patch := w.sessions[annPhone], w.newSession(annPhone, ann).Attributes
			s.Attributes = merge(t, s.Attributes, patch, mask)
			t.must(a.UpdateSession(t.ctx(), annPhone, patch, mask), "UpdateSession after SwapLease")
			w.sessions[annPhone] = s
			w.compare(a, "after SwapLease and then UpdateSession")
		}
	}
}

func sessionUpdateAndSwap[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for round := range t.rounds(12) {
		s := w.sessions[annPhone]
		from, next := s.Lease, w.newSession(annPhone, ann)
		mask := attr.All[S]()
		if round%2 == 1 {
			mask = fieldMask[S](t, t.samples.sessionField)
		}
		s.Lease, s.Attributes = next.Lease, merge(t, s.Attributes, next.Attributes, mask)
		t.runTogether(2, func(i int) {
			switch i {
			case 0:
				err := t.retry(func() error { return a.UpdateSession(t.ctx(), annPhone, next.Attributes, mask) })
				t.must(err, "UpdateSession during a SwapLease")
			case 1:
				err := t.retry(func() error { return a.SwapLease(t.ctx(), annPhone, from, next.Lease) })
				t.must(err, "SwapLease from the present lease, during an UpdateSession")
			}
		})
		w.sessions[annPhone] = s
		w.compareSession(a, s, "after UpdateSession and SwapLease at once")
	}
	w.compare(a, "after UpdateSession and SwapLease at once")
}

func sessionEmptyMask[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	none, err := attr.Fields[S]()
	t.must(err, "the suite's own mask")
	for _, mask := range []attr.Mask[S]{{}, none} {
		var zero S
		for _, attributes := range []S{t.samples.session(60), zero} {
			for _, id := range []string{annPhone, visitor} {
				t.must(a.UpdateSession(t.ctx(), id, attributes, mask), "UpdateSession with the empty mask")
			}
		}
		w.compare(a, "after UpdateSession with the empty mask")
		for _, id := range []string{"unknown", ann} {
			err := a.UpdateSession(t.ctx(), id, t.samples.session(60), mask)
			t.wantClass(err, spec.ErrSessionNotFound, "UpdateSession(%q), which is absent, with the empty mask", id)
			w.wantAbsent(a, id, "after UpdateSession of an absent session with the empty mask")
		}
	}
}

func sessionUpdateDeleted[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for i, e := range t.endings() {
		s := w.createEnding(a, i)
		t.must(e.end(a, s), "%s", e.call)
		w.forgetEnding(s, e)
		for _, mask := range []attr.Mask[S]{attr.All[S](), fieldMask[S](t, t.samples.sessionField), {}} {
			err := a.UpdateSession(t.ctx(), s.ID, s.Attributes, mask)
			t.wantClass(err, spec.ErrSessionNotFound, "UpdateSession after %s", e.call)
			w.wantAbsent(a, s.ID, "after "+e.call+" and UpdateSession")
		}
	}
	w.compare(a, "after UpdateSession of deleted sessions")
	w.sweepEverything(a, "after UpdateSession of deleted sessions")
}

// ending is a way to end all sessions of a user or, for DeleteSession, one session.
type ending[U, S any] struct {
	call string
	user bool // it also deletes the user
	end  func(a front[U, S], s spec.Session[S]) error
}

// endings returns the ways to end the sessions of a user. DeleteSession comes first.
func (t *tester[U, S]) endings() []ending[U, S] {
	list := []ending[U, S]{
		{call: "DeleteSession", end: func(a front[U, S], s spec.Session[S]) error {
			return a.DeleteSession(t.ctx(), s.ID)
		}},
		{call: "DeleteUserSessions", end: func(a front[U, S], s spec.Session[S]) error {
			_, err := a.DeleteUserSessions(t.ctx(), s.UserID)
			return err
		}},
		{call: "DeleteExpiredSessions", end: func(a front[U, S], s spec.Session[S]) error {
			_, err := a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: endOfTime, UserID: s.UserID, Limit: 10})
			return err
		}},
	}
	if t.users {
		list = append(list, ending[U, S]{call: "DeleteUser", user: true, end: func(a front[U, S], s spec.Session[S]) error {
			return a.DeleteUser(t.ctx(), s.UserID)
		}})
	}
	return list
}

// deletes returns the endings that always end all sessions. A sweep is not among them,
// because it can skip a row that another call has locked.
func (t *tester[U, S]) deletes() []ending[U, S] {
	return slices.DeleteFunc(t.endings(), func(e ending[U, S]) bool { return e.call == "DeleteExpiredSessions" })
}

// createEnding creates the i-th session to end, with its own user.
func (w *world[U, S]) createEnding(a front[U, S], i int) spec.Session[S] {
	userID := fmt.Sprintf("user %d", i)
	w.createUser(a, userID)
	return w.createSession(a, fmt.Sprintf("session %d", i), userID)
}

func (w *world[U, S]) forgetEnding(s spec.Session[S], e ending[U, S]) {
	w.forgetSession(s.ID)
	if e.user {
		w.forgetUser(s.UserID)
	}
}

// shiftLease moves a lease into the future.
func shiftLease(l spec.Lease, d time.Duration) spec.Lease {
	l.ActiveUntil, l.ExpiresAt = l.ActiveUntil.Add(d), l.ExpiresAt.Add(d)
	return l
}

package conformance

import (
	"slices"
	"strconv"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// shortLife is the lifetime of sessions that a store must delete by its own clock.
// longestSlack is the longest slack that the check waits for.
const (
	shortLife    = 900 * time.Millisecond
	longestSlack = time.Second
)

// storeExpires is for stores that delete expired sessions by their own clock. Therefore
// this check waits for about a second plus the slack. For other adapters it costs
// nothing.
func storeExpires[U, S any](t *tester[U, S]) {
	var w *world[U, S]
	var a front[U, S]
	var dying []string
	for life := shortLife; len(dying) == 0; life *= 2 { // one round, unless the calls take this long
		a = t.open()
		expires, ok := a.Store.(*postponed[U, S])
		if !ok {
			t.doesNotApply("the adapter does not declare that its store deletes expired sessions on its own")
		}
		a.Store = expires.Store // without the shift, so by the store's real clock
		w = t.emptyWorld()
		w.createUser(a, ann)
		w.createUser(a, annUpper)
		dying = w.createMortal(a, life)
	}
	for _, id := range dying {
		for w.holdsUntil(a, id) {
			t.pause()
		}
	}
	slack := t.weaknesses(a).ExpirySlack
	for last := w.sessions[dying[len(dying)-1]].ExpiresAt; slack <= longestSlack && time.Until(last.Add(slack)) > 0; {
		t.pause()
	}
	w.inherit(a, dying, slack <= longestSlack)
}

// createMortal creates sessions of ann that live for an hour, even after failed calls on
// them. It also creates sessions that expire soon, and returns their ids in the order in
// which they expire. It returns none if it took so long that one has already expired.
func (w *world[U, S]) createMortal(a front[U, S], life time.Duration) (dying []string) {
	t := w.t
	until := func(end time.Time) spec.Lease {
		return spec.Lease{ActiveUntil: end, ExpiresAt: end, Credential: "digest"}
	}
	begin := time.Now()
	soon, late := begin.Add(life/2), begin.Add(time.Hour)
	tooLate := func(err error) bool { return spec.ClassOf(err) == spec.ErrSessionNotFound && time.Now().After(soon) }
	create := func(id string, end time.Time) spec.Session[S] {
		s := w.newSession(id, ann)
		s.Lease = until(end)
		return w.addSession(a, s)
	}
	for _, session := range []struct {
		id       string
		from, to time.Time
	}{{"s-renewed", soon, late}, {"s-shortened", late, soon}} {
		s := create(session.id, session.from)
		err := a.SwapLease(t.ctx(), s.ID, s.Lease, until(session.to))
		if tooLate(err) {
			return nil
		}
		t.must(err, "SwapLease")
		s.Lease, err = until(session.to).Normal()
		t.must(err, "the suite's own lease")
		w.sessions[s.ID] = s
	}
	for id, end := range map[string]time.Time{"s-updated": late, "s-updated-short": soon} {
		s := create(id, end)
		s.Attributes = w.newSession("", "").Attributes
		err := a.UpdateSession(t.ctx(), id, s.Attributes, attr.All[S]())
		if tooLate(err) {
			return nil
		}
		t.must(err, "UpdateSession")
		w.sessions[id] = s
	}
	for _, session := range []struct {
		id      string
		end, to time.Time
	}{{"s-not-shortened", late, soon}, {"s-not-lengthened", soon, late}} {
		create(session.id, session.end)
		err := a.SwapLease(t.ctx(), session.id, until(noon), until(session.to))
		if tooLate(err) {
			return nil
		}
		t.wantClass(err, spec.ErrStale, "SwapLease from another lease")
	}
	for ninths := time.Duration(3); ninths <= 9; ninths++ { // in both halves of a second
		create("s-"+strconv.Itoa(int(ninths)), begin.Add(ninths*life/9))
	}
	for id, s := range w.sessions {
		if s.ExpiresAt.Before(begin.Add(2 * life)) {
			dying = append(dying, id)
		}
	}
	slices.SortFunc(dying, func(a, b string) int { return w.sessions[a].ExpiresAt.Compare(w.sessions[b].ExpiresAt) })
	return dying
}

// pause is the only wait of the suite. It is short compared with the lifetime of the
// sessions.
func (t *tester[U, S]) pause() {
	select {
	case <-time.After(5 * time.Millisecond):
	case <-t.ctx().Done():
		t.FailNow()
	}
}

// holdsUntil reads a session that will expire, and reports whether it has not expired
// yet. If it has, the result of the read proves nothing.
func (w *world[U, S]) holdsUntil(a front[U, S], id string) bool {
	w.t.Helper()
	want := w.sessions[id]
	got, err := a.Session(w.t.ctx(), id)
	list, listErr := a.UserSessions(w.t.ctx(), want.UserID)
	left := time.Until(want.ExpiresAt)
	if left <= 0 {
		return false
	}
	w.t.must(err, "Session(%q), %s before it expires", id, left)
	w.t.want(got, want, "Session(%q), before it expires", id)
	w.t.must(listErr, "UserSessions of a user whose session expires in %s", left)
	if !slices.Contains(sessionIDs(list), id) {
		w.t.Errorf("UserSessions of a user whose session expires in %s\n  got:  %d sessions without it\n  want: one that has it", left, len(list))
	}
	return true
}

// inherit creates sessions with the ids and the unique values of sessions that have
// expired. If gone, the expired sessions must be deleted completely. Otherwise the slack
// is so long that they can still exist.
func (w *world[U, S]) inherit(a front[U, S], expired []string, gone bool) {
	t := w.t
	const when = "after sessions expired, by the store's clock,"
	if gone {
		for _, id := range expired {
			w.wantAbsent(a, id, when)
		}
	}
	old := map[string]S{}
	for _, id := range expired {
		old[id] = w.sessions[id].Attributes
		w.forgetSession(id)
	}
	var heirs []string
	for i, id := range expired {
		s := w.newSession(id, annUpper)
		s.ExpiresAt = time.Now().Add(time.Hour)
		s.Attributes = old[expired[(i+1)%len(expired)]]
		err := a.CreateSession(t.ctx(), s)
		if class := spec.ClassOf(err); !gone && (class == spec.ErrSessionExists || class == spec.ErrConstraint) {
			continue
		}
		t.must(err, "CreateSession with the id of a session that expired and the attributes of another, %s", when)
		w.sessions[id], err = s.Normal()
		t.must(err, "the suite's own session")
		heirs = append(heirs, id)
	}
	keep := sessionIDs(w.sessionsOf(ann))
	compare := func(after string) {
		if gone {
			w.compare(a, after)
			return
		}
		for _, id := range heirs {
			w.compareSession(a, w.sessions[id], after)
		}
	}
	compare("after others took the ids of sessions that expired")
	n, err := a.DeleteUserSessionsExcept(t.ctx(), ann, keep...)
	t.must(err, "DeleteUserSessionsExcept, %s", when)
	if gone {
		t.want(n, int64(0), "the count of DeleteUserSessionsExcept of all that are left, %s", when)
	}
	compare("after DeleteUserSessionsExcept of the user whose sessions expired")
	_, err = a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: time.Now(), UserID: ann, Limit: 1000})
	t.must(err, "DeleteExpiredSessions, %s", when)
	compare("after a sweep of the user whose sessions expired")
	_, err = a.DeleteUserSessions(t.ctx(), ann)
	t.must(err, "DeleteUserSessions, %s", when)
	for _, id := range keep {
		w.forgetSession(id)
	}
	compare("after DeleteUserSessions of the user whose sessions expired")
	if t.users {
		w.deleteUser(a, ann, "DeleteUser, %s", when)
		compare("after DeleteUser of the user whose sessions expired")
	}
}

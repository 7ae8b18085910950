package conformance

import (
	"time"

	"github.com/tenon-go/tenon/spec"
)

// clockExpired creates sessions that expired long ago by any clock.
func clockExpired[U, S any](t *tester[U, S]) {
	a := t.open()
	if t.weaknesses(a).Expires {
		t.notOffered("the adapter declares that its store deletes expired sessions on its own")
	}
	w := t.seed(a)
	for _, ended := range []time.Time{utc(1, 1, 1, 0, 0, 0, 0), utc(1970, 1, 1, 0, 0, 0, 0), utc(2001, 2, 3, 4, 5, 6, 0)} {
		s := w.newSession("ended "+ended.Format(time.DateOnly), ann)
		// The session is active longer than it lives: a store must not check the order.
		s.ExpiresAt, s.ActiveUntil, s.CreatedAt = ended, ended.Add(time.Hour), ended.Add(48*time.Hour)
		t.must(a.CreateSession(t.ctx(), s), "CreateSession of a session that had expired when it was created")
		w.sessions[s.ID] = s
	}
	w.compare(a, "after creating sessions that had expired from the start")
	w.changeAll(a)
	w.compare(a, "after updating all")
	for id, s := range w.sessions {
		to := s.Lease
		to.ExpiresAt = utc(2001, 1, 1, 0, 0, 0, 0)
		t.must(a.SwapLease(t.ctx(), id, s.Lease, to), "SwapLease to a lease that is over")
		s.Lease = to
		w.sessions[id] = s
	}
	w.changeAll(a)
	w.compare(a, "after updating expired sessions and swapping their leases")
}

// clockSweep sweeps at times that are unrelated to the current time.
func clockSweep[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.emptyWorld()
	w.createUser(a, ann)
	ends := []time.Time{
		utc(1900, 1, 1, 0, 0, 0, 0), utc(1970, 1, 1, 0, 0, 0, 0), utc(2010, 1, 1, 0, 0, 0, 0),
		utc(2100, 1, 1, 0, 0, 0, 0), utc(2500, 1, 1, 0, 0, 0, 0), utc(9999, 12, 31, 23, 59, 59, 998e6),
	}
	id := func(end time.Time) string { return "until " + end.Format(time.DateOnly) }
	for _, end := range ends {
		s := w.newSession(id(end), ann)
		s.CreatedAt, s.ActiveUntil, s.ExpiresAt = end, end, end
		t.must(a.CreateSession(t.ctx(), s), "CreateSession")
		w.sessions[s.ID] = s
	}
	sweep := func(now time.Time, want int64) {
		n, err := a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: now, Everyone: true, Limit: 100})
		t.wantCount(n, err, want, "DeleteExpiredSessions whose Now is %s", now)
		w.compare(a, "after DeleteExpiredSessions whose Now is "+now.String())
	}
	sweep(utc(1, 1, 1, 0, 0, 0, 0), 0)
	for _, end := range ends {
		sweep(end.Add(-time.Millisecond), 0)
		w.forgetSession(id(end))
		sweep(end, 1)
	}
}

// clockAlive is for stores that delete expired sessions by their own clock. They must not
// delete a session that has not expired.
func clockAlive[U, S any](t *tester[U, S]) {
	a := t.open()
	expires, ok := a.Store.(*postponed[U, S])
	if !ok {
		t.doesNotApply("the adapter does not declare that its store deletes expired sessions on its own")
	}
	a.Store = expires.Store // without the shift, so by the store's real clock
	w := t.emptyWorld()
	w.createUser(a, ann)
	now := time.Now().UTC().Truncate(time.Millisecond)
	s := w.newSession(annPhone, ann)
	s.CreatedAt, s.ActiveUntil, s.ExpiresAt = now.AddDate(-1, 0, 0), now.Add(-time.Hour), now.Add(24*time.Hour)
	t.must(a.CreateSession(t.ctx(), s), "CreateSession of an old session that is idle")
	w.sessions[s.ID] = s
	for range 3 {
		w.compare(a, "after an old session that is idle was created")
	}
	n, err := a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: now, Everyone: true, Limit: 10})
	t.wantCount(n, err, 0, "DeleteExpiredSessions")
	w.compare(a, "after a sweep that had nothing to take")
}

package conformance

import (
	"cmp"
	"maps"
	"runtime"
	"slices"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// world is the expected content of a store: the rows that a check has created, by id. After
// each call under test, [world.compare] compares all of it with the store. So a check tests
// not only the answer of a call but also its effect on other rows.
type world[U, S any] struct {
	t        *tester[U, S]
	users    map[string]spec.User[U]
	sessions map[string]spec.Session[S]
	gone     map[string]bool // ids of users and sessions that must not exist
	next     int             // number for attributes that no row has yet
}

func (t *tester[U, S]) emptyWorld() *world[U, S] {
	return &world[U, S]{t: t, users: map[string]spec.User[U]{}, sessions: map[string]spec.Session[S]{}, gone: map[string]bool{}}
}

// The ids that seed uses. They differ only in case and a trailing space, so a store that
// confuses them fails in every check.
const (
	ann, annSpace, annUpper = "ann", "ann ", "ANN"
	annPhone, annLaptop     = "s-ann", "s-ann "
	upperPhone, upperLaptop = "S-ANN", "S-ann"
	visitor                 = "s-visitor"
)

// seed creates three users in a store, two of which have two sessions each, and an anonymous
// session. No field has its zero value, except the anonymous session's UserID.
func (t *tester[U, S]) seed(a front[U, S]) *world[U, S] {
	w := t.emptyWorld()
	for _, id := range []string{ann, annSpace, annUpper} {
		w.createUser(a, id)
	}
	w.createSession(a, annPhone, ann)
	w.createSession(a, annLaptop, ann)
	w.createSession(a, upperPhone, annUpper)
	w.createSession(a, upperLaptop, annUpper)
	w.createSession(a, visitor, "")
	return w
}

// seeded returns a check that runs on a new store with the rows of [tester.seed].
func seeded[U, S any](run func(t *tester[U, S], a front[U, S], w *world[U, S])) func(*tester[U, S]) {
	return func(t *tester[U, S]) {
		a := t.open()
		run(t, a, t.seed(a))
	}
}

// finding is [seeded] for a check of UserBy, which an adapter need not offer.
func finding[U, S any](run func(t *tester[U, S], a front[U, S], w *world[U, S])) func(*tester[U, S]) {
	return seeded(func(t *tester[U, S], a front[U, S], w *world[U, S]) {
		t.requireFinder(a)
		run(t, a, w)
	})
}

// newUser returns a user with attributes that no row has yet.
func (w *world[U, S]) newUser(id string) spec.User[U] {
	w.next++
	return spec.User[U]{ID: id, Attributes: w.t.samples.user(w.next)}
}

// newSession returns a session with attributes and times that no other session has yet.
func (w *world[U, S]) newSession(id, userID string) spec.Session[S] {
	w.next++
	created := noon.Add(time.Duration(w.next) * time.Second)
	return spec.Session[S]{
		ID: id, UserID: userID, CreatedAt: created,
		Lease: spec.Lease{
			ActiveUntil: created.Add(24 * time.Hour),
			ExpiresAt:   created.Add(15*24*time.Hour + time.Millisecond),
			Credential:  "digest of " + string(rune('a'+w.next%26)),
		},
		Attributes: w.t.samples.session(w.next),
	}
}

// createUser creates a user, which must succeed, and adds it to the world.
func (w *world[U, S]) createUser(a front[U, S], id string) spec.User[U] {
	u := w.newUser(id)
	w.t.must(a.CreateUser(w.t.ctx(), u), "CreateUser(%q)", id)
	w.users[id] = u
	return u
}

// createSession creates a session, which must succeed, and adds it to the world.
func (w *world[U, S]) createSession(a front[U, S], id, userID string) spec.Session[S] {
	s := w.newSession(id, userID)
	w.t.must(a.CreateSession(w.t.ctx(), s), "CreateSession(%q)", id)
	w.sessions[id] = s
	return s
}

// addSession creates this session, which must succeed, and adds it to the world in the form
// that a store keeps.
func (w *world[U, S]) addSession(a front[U, S], s spec.Session[S]) spec.Session[S] {
	w.t.must(a.CreateSession(w.t.ctx(), s), "CreateSession(%q)", s.ID)
	kept, err := s.Normal()
	w.t.must(err, "the suite's own session")
	w.sessions[s.ID] = kept
	return kept
}

// swap replaces the lease of a session, which must succeed, and records the new lease in the
// world in the form that a store keeps.
func (w *world[U, S]) swap(a front[U, S], id string, to spec.Lease) {
	s := w.sessions[id]
	w.t.must(a.SwapLease(w.t.ctx(), id, s.Lease, to), "SwapLease(%q) from the present lease", id)
	var err error
	s.Lease, err = to.Normal()
	w.t.must(err, "the suite's own lease")
	w.sessions[id] = s
}

// deleteUser and deleteSession delete a row, which must succeed, and remove it from the
// world. Call describes the call, for failures.
func (w *world[U, S]) deleteUser(a front[U, S], id, call string, args ...any) {
	w.t.Helper()
	w.t.must(a.DeleteUser(w.t.ctx(), id), call, args...)
	w.forgetUser(id)
}

func (w *world[U, S]) deleteSession(a front[U, S], id, call string, args ...any) {
	w.t.Helper()
	w.t.must(a.DeleteSession(w.t.ctx(), id), call, args...)
	w.forgetSession(id)
}

// forgetUser and forgetSession record that a user with all sessions, or a session, must no
// longer exist.
func (w *world[U, S]) forgetUser(id string) {
	delete(w.users, id)
	w.gone[id] = true
	for _, s := range w.sessionsOf(id) {
		w.forgetSession(s.ID)
	}
}

func (w *world[U, S]) forgetSession(id string) {
	delete(w.sessions, id)
	w.gone[id] = true
}

// sessionsOf returns the expected result of UserSessions.
func (w *world[U, S]) sessionsOf(userID string) []spec.Session[S] {
	var list []spec.Session[S]
	for _, s := range w.sessions {
		if s.UserID == userID && userID != "" {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b spec.Session[S]) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// compare reads everything from the store, by every method that reads, and compares it with
// the world. When describes the call before, for failures.
func (w *world[U, S]) compare(a front[U, S], when string) {
	w.t.Helper()
	for _, id := range slices.Sorted(maps.Keys(w.sessions)) {
		w.compareSession(a, w.sessions[id], when)
	}
	for _, id := range slices.Sorted(maps.Keys(w.users)) {
		w.holdUser(a, w.users[id], when)
	}
	w.compareGone(a, when)
}

// compareGone checks that deleted rows do not exist.
func (w *world[U, S]) compareGone(a front[U, S], when string) {
	w.t.Helper()
	for _, id := range slices.Sorted(maps.Keys(w.gone)) {
		w.wantAbsent(a, id, when)
	}
}

// sweepEverything deletes all sessions with a sweep at the end of a check, and compares the
// count. The count also includes rows that no read returns.
func (w *world[U, S]) sweepEverything(a front[U, S], when string) {
	w.t.Helper()
	want := int64(len(w.sessions))
	n, err := a.DeleteExpiredSessions(w.t.ctx(), spec.Sweep{Now: endOfTime, Everyone: true, Limit: len(w.sessions) + 100})
	w.t.must(err, "%s: DeleteExpiredSessions of everything", when)
	w.t.want(n, want, "%s: the count of DeleteExpiredSessions of everything", when)
	for id := range w.sessions {
		_, err := a.Session(w.t.ctx(), id)
		w.t.wantClass(err, spec.ErrSessionNotFound, "%s: Session(%q) after a sweep of everything", when, id)
	}
	clear(w.sessions)
	w.forgetGone()
	w.compare(a, when+", and a sweep of everything")
}

// caughtUp waits until a handle returns the rows that were written through another one, if
// the adapter declares that this can take a while.
func (w *world[U, S]) caughtUp(a front[U, S]) {
	if !w.t.weaknesses(a).StaleReads {
		return
	}
	ids := slices.AppendSeq(slices.Collect(maps.Keys(w.users)), maps.Keys(w.sessions))
	for _, id := range slices.AppendSeq(ids, maps.Keys(w.gone)) {
		for w.differs(a, id) != "" && w.t.ctx().Err() == nil { // the watchdog ends the context
			runtime.Gosched()
		}
	}
}

// forgetGone clears the list of deleted ids after compare has checked them. In a loop over
// many rows compare would otherwise check all of them each time.
func (w *world[U, S]) forgetGone() { clear(w.gone) }

// endOfTime is the last time that a store can hold, at which everything has expired.
var endOfTime = time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC)

func (w *world[U, S]) compareSession(a front[U, S], want spec.Session[S], when string) {
	w.t.Helper()
	got, err := a.Session(w.t.ctx(), want.ID)
	w.t.must(err, "%s: Session(%q)", when, want.ID)
	w.t.want(got, want, "%s: Session(%q)", when, want.ID)
	if !w.t.users {
		return
	}
	got, user, err := a.SessionAndUser(w.t.ctx(), want.ID)
	w.t.must(err, "%s: SessionAndUser(%q)", when, want.ID)
	w.t.want(got, want, "%s: the session of SessionAndUser(%q)", when, want.ID)
	w.t.want(user, w.users[want.UserID], "%s: the user of SessionAndUser(%q)", when, want.ID)
}

func (w *world[U, S]) holdUser(a front[U, S], want spec.User[U], when string) {
	w.t.Helper()
	list, err := a.UserSessions(w.t.ctx(), want.ID)
	w.t.must(err, "%s: UserSessions(%q)", when, want.ID)
	if sessions := w.sessionsOf(want.ID); len(list) != len(sessions) {
		w.t.Errorf("%s: UserSessions(%q)\n  got:  %d sessions\n  want: %d", when, want.ID, len(list), len(sessions))
	} else if len(list) > 0 && w.t.want(sessionIDs(list), sessionIDs(sessions), "%s: UserSessions(%q), the ids in order", when, want.ID) {
		w.t.want(list, sessions, "%s: UserSessions(%q)", when, want.ID)
	}
	if w.t.users {
		got, err := a.User(w.t.ctx(), want.ID)
		w.t.must(err, "%s: User(%q)", when, want.ID)
		w.t.want(got, want, "%s: User(%q)", when, want.ID)
	}
}

func sessionIDs[S any](list []spec.Session[S]) []string {
	ids := make([]string, len(list))
	for i, s := range list {
		ids[i] = s.ID
	}
	return ids
}

// wantAbsent fails the check if the store has a user or a session with this id that the world
// does not have.
func (w *world[U, S]) wantAbsent(a front[U, S], id, when string) {
	w.t.Helper()
	if _, there := w.sessions[id]; !there {
		_, err := a.Session(w.t.ctx(), id)
		w.t.wantClass(err, spec.ErrSessionNotFound, "%s: Session(%q)", when, id)
		if w.t.users {
			_, _, err = a.SessionAndUser(w.t.ctx(), id)
			w.t.wantClass(err, spec.ErrSessionNotFound, "%s: SessionAndUser(%q)", when, id)
		}
	}
	if _, there := w.users[id]; !there {
		list, err := a.UserSessions(w.t.ctx(), id)
		w.t.must(err, "%s: UserSessions(%q)", when, id)
		if len(list) != 0 {
			w.t.Errorf("%s: UserSessions(%q)\n  got:  %d sessions\n  want: none, since there is no such user", when, id, len(list))
		}
		if w.t.users {
			_, err = a.User(w.t.ctx(), id)
			w.t.wantClass(err, spec.ErrUserNotFound, "%s: User(%q)", when, id)
		}
	}
}

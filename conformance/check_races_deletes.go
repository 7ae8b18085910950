package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// group is a user some of whose sessions are deleted while the others stay.
type group[U, S any] struct {
	user         spec.User[U]
	stay, doomed []spec.Session[S]
	next         []spec.Session[S] // further sessions of the user, which are created concurrently
	created      int               // how many of next have been created

	// While writers change the fields of the rows above, other goroutines use these.
	userID string
	keep   []string // the ids of the sessions that stay, and of next
}

// createGroup creates the i-th group. Exactly the doomed sessions have expired at noon.
// They are created before, between and after the sessions that stay.
func (w *world[U, S]) createGroup(a front[U, S], i int) *group[U, S] {
	g := &group[U, S]{}
	g.user = w.createUser(a, fmt.Sprintf("user %d", i))
	for n := range 6 {
		id := fmt.Sprintf("s%d-%d", i, n)
		if n%3 == 2 {
			g.stay = append(g.stay, w.createSession(a, id, g.user.ID))
		} else {
			g.doomed = append(g.doomed, w.addExpiring(a, id, g.user.ID, noon))
		}
	}
	for n := range values {
		g.next = append(g.next, w.newSession(fmt.Sprintf("s%d-next-%d", i, n), g.user.ID))
	}
	g.userID, g.keep = g.user.ID, sessionIDs(slices.Concat(g.stay, g.next))
	return g
}

// doomOne deletes the doomed sessions of a group except one. A store that forgets what it
// has cached with every write would otherwise hide what the other deletes left.
func (w *world[U, S]) doomOne(a front[U, S], g *group[U, S]) {
	for _, s := range g.doomed[1:] {
		w.t.must(a.DeleteSession(w.t.ctx(), s.ID), "DeleteSession")
		w.forgetSession(s.ID)
	}
	g.doomed = g.doomed[:1]
}

// deleteGroup deletes the rest of a group.
func (w *world[U, S]) deleteGroup(a front[U, S], g *group[U, S]) {
	_, err := a.DeleteUserSessions(w.t.ctx(), g.user.ID)
	w.t.must(err, "DeleteUserSessions")
	w.t.must(a.DeleteUser(w.t.ctx(), g.user.ID), "DeleteUser")
	w.forgetUser(g.user.ID)
	w.forgetGone()
}

// partial is a way to delete the doomed sessions of a group.
type partial[U, S any] struct {
	call   string
	do     func(a front[U, S], g *group[U, S]) error
	single bool // it deletes one session after the other
}

// partials returns all ways. The sweep is repeated until nothing is left, because it can
// skip a row that another call has locked.
func (t *tester[U, S]) partials() []partial[U, S] {
	sweep := func(everyone bool) func(a front[U, S], g *group[U, S]) error {
		return func(a front[U, S], g *group[U, S]) error {
			sweep := spec.Sweep{Now: noon, UserID: g.userID, Limit: 100}
			if everyone {
				sweep.UserID, sweep.Everyone = "", true
			}
			left := int64(len(g.doomed))
			for tries := 0; left > 0 && tries < 100; tries++ {
				n, err := a.DeleteExpiredSessions(t.ctx(), sweep)
				if err != nil {
					return err
				}
				left -= n
			}
			return nil
		}
	}
	return []partial[U, S]{
		{"DeleteSession", func(a front[U, S], g *group[U, S]) error {
			for _, s := range g.doomed {
				if err := t.retry(func() error { return a.DeleteSession(t.ctx(), s.ID) }); err != nil {
					return err
				}
			}
			return nil
		}, true},
		{"DeleteUserSessionsExcept", func(a front[U, S], g *group[U, S]) error {
			_, err := a.DeleteUserSessionsExcept(t.ctx(), g.userID, g.keep...)
			return err
		}, false},
		{"DeleteExpiredSessions of the user", sweep(false), false},
		{"DeleteExpiredSessions of everyone", sweep(true), false},
	}
}

// wholes returns the ways to delete all sessions of a group.
func (t *tester[U, S]) wholes() []partial[U, S] {
	list := []partial[U, S]{{"DeleteUserSessions", func(a front[U, S], g *group[U, S]) error {
		_, err := a.DeleteUserSessions(t.ctx(), g.user.ID)
		return err
	}, false}}
	if t.users {
		list = append(list, partial[U, S]{"DeleteUser", func(a front[U, S], g *group[U, S]) error { return a.DeleteUser(t.ctx(), g.user.ID) }, false})
	}
	return list
}

// staysDuringDeletes writes to the sessions of a group that stay, and creates further
// sessions of the user, while the others are deleted. Each writer has its own row, so it
// must always find what it wrote last.
func staysDuringDeletes[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seed(a)
	ways := t.partials()
	t.raceTime *= 4 // there are four writers for each way to delete
	for round := range t.rounds(2 * len(ways)) {
		way := ways[round%len(ways)]
		g := w.createGroup(a, round)
		during := "during " + way.call + " of other sessions of the user"
		var began, deleted atomic.Bool
		writers := []func(i int){
			w.updatesOf(a, &g.stay[0], during), w.swapsOf(a, &g.stay[1], during), w.createsOf(a, g, &began, during),
		}
		if t.users {
			writers = append(writers, w.userUpdatesOf(a, &g.user, during))
		}
		var pace pace
		t.runTogether(1+len(writers), func(i int) {
			if i == 0 {
				defer deleted.Store(true)
				t.await(&pace, 1+rand.IntN(2*len(writers)))
				began.Store(true)
				t.must(t.retry(func() error { return way.do(a, g) }), "%s while others write", way.call)
				return
			}
			for n, last := 0, false; !last && !t.Failed(); n++ {
				pace.look()
				last = deleted.Load()
				writers[i-1](n)
			}
		})
		w.users[g.user.ID] = g.user
		w.forgetSessions(g.doomed)
		after := "after calls " + during
		for _, s := range slices.Concat(g.stay, g.next[:g.created]) {
			w.sessions[s.ID] = s
			w.compareSession(a, s, after)
		}
		w.holdUser(a, g.user, after)
		for _, s := range g.doomed {
			w.wantAbsent(a, s.ID, after)
		}
		w.deleteGroup(a, g)
	}
	w.compare(a, "after writes during deletes")
	w.sweepEverything(a, "after writes during deletes")
}

// A writer has this many values for its row, which it writes in turn, or this many rows
// to create.
const values = 6

// updatesOf, swapsOf, createsOf and userUpdatesOf return the writers. Each first checks
// that its last write is still there.
func (w *world[U, S]) updatesOf(a front[U, S], s *spec.Session[S], during string) func(int) {
	t, list := w.t, w.newSessions(values)
	return func(n int) {
		got, err := a.Session(t.ctx(), s.ID)
		t.must(err, "Session %s", during)
		t.want(got, *s, "Session, after UpdateSession %s", during)
		s.Attributes = list[n%values].Attributes
		t.must(t.retry(func() error { return a.UpdateSession(t.ctx(), s.ID, s.Attributes, attr.All[S]()) }), "UpdateSession %s", during)
	}
}

func (w *world[U, S]) swapsOf(a front[U, S], s *spec.Session[S], during string) func(int) {
	t, list := w.t, w.newSessions(values)
	return func(n int) {
		got, err := a.Session(t.ctx(), s.ID)
		t.must(err, "Session %s", during)
		t.want(got, *s, "Session, after SwapLease %s", during)
		to := list[n%values].Lease
		t.must(t.retry(func() error { return a.SwapLease(t.ctx(), s.ID, s.Lease, to) }), "SwapLease %s", during)
		s.Lease = to
	}
}

func (w *world[U, S]) createsOf(a front[U, S], g *group[U, S], began *atomic.Bool, during string) func(int) {
	t := w.t
	return func(int) {
		list, err := a.UserSessions(t.ctx(), g.userID)
		t.must(err, "UserSessions %s", during)
		for _, s := range g.next[:g.created] {
			if !slices.ContainsFunc(list, func(got spec.Session[S]) bool { return got.ID == s.ID }) {
				t.Errorf("UserSessions %s\n  got:  a list without a session that was created before it\n  want: one with it", during)
			}
		}
		if g.created < len(g.next) && began.Load() { // otherwise all of them would exist before the delete
			t.must(t.retry(func() error { return a.CreateSession(t.ctx(), g.next[g.created]) }), "CreateSession %s", during)
			g.created++
		}
	}
}

func (w *world[U, S]) userUpdatesOf(a front[U, S], u *spec.User[U], during string) func(int) {
	t, list := w.t, make([]spec.User[U], values)
	for i := range list {
		list[i] = w.newUser(u.ID)
	}
	return func(n int) {
		got, err := a.User(t.ctx(), u.ID)
		t.must(err, "User %s", during)
		t.want(got, *u, "User, after UpdateUser %s", during)
		u.Attributes = list[n%values].Attributes // but not the id, which other goroutines read
		t.must(t.retry(func() error { return a.UpdateUser(t.ctx(), u.ID, u.Attributes, attr.All[U]()) }), "UpdateUser %s", during)
	}
}

// newSessions returns sessions, of which only the attributes and leases are used.
func (w *world[U, S]) newSessions(n int) []spec.Session[S] {
	list := make([]spec.Session[S], n)
	for i := range list {
		list[i] = w.newSession("", "")
	}
	return list
}

// sweepUpdateRace updates a session, and swaps its lease for another expired one, while a
// sweep deletes it.
func sweepUpdateRace[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seed(a)
	for round := range t.rounds(9) {
		userID := []string{ann, annUpper, ""}[round%3]
		sweep := spec.Sweep{Now: noon, UserID: userID, Limit: 100}
		if round/3%3 == 0 || userID == "" {
			sweep.UserID, sweep.Everyone = "", true
		}
		s := w.addExpiring(a, fmt.Sprintf("expired %d", round), userID, noon)
		to := s.Lease
		to.Credential = "swapped"
		patches := []spec.Session[S]{w.newSession("again", ann), w.newSession("again", ann)}
		mask := attr.All[S]()
		if round%2 == 1 {
			mask = fieldMask[S](t, t.samples.sessionField)
		}
		var n int64
		take := func() error {
			return t.retry(func() (err error) { n, err = a.DeleteExpiredSessions(t.ctx(), sweep); return err })
		}
		type write struct {
			call string
			make func() error
		}
		writes := []write{{"SwapLease", func() error { return a.SwapLease(t.ctx(), s.ID, s.Lease, to) }}}
		for _, patch := range patches {
			writes = append(writes, write{"UpdateSession", func() error { return a.UpdateSession(t.ctx(), s.ID, patch.Attributes, mask) }})
		}
		if round >= 9 { // a write that is alone meets the sweep more often
			writes = writes[round/9%len(writes):][:1]
		}
		t.runTogether(1+len(writes), func(i int) {
			if i == len(writes) {
				t.must(take(), "DeleteExpiredSessions during UpdateSession and SwapLease")
			} else if err := t.retry(writes[i].make); err != nil {
				t.wantClass(err, spec.ErrSessionNotFound, "%s during DeleteExpiredSessions", writes[i].call)
			}
		})
		if n == 0 { // another call had locked it
			t.must(take(), "DeleteExpiredSessions after UpdateSession and SwapLease")
		}
		t.want(n, int64(1), "the count of DeleteExpiredSessions of one session that others write")
		w.forgetSession(s.ID)
		w.wantAbsent(a, s.ID, "after UpdateSession, SwapLease and DeleteExpiredSessions at once")
		w.forgetGone()
		for _, again := range patches {
			w.addSession(a, again)
			t.must(a.DeleteSession(t.ctx(), again.ID), "DeleteSession")
			delete(w.sessions, again.ID)
		}
	}
	w.compare(a, "after UpdateSession and sweeps at once")
	w.sweepEverything(a, "after UpdateSession and sweeps at once")
}

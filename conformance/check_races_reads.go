package conformance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
)

// readsDuringDeletes reads a group in every way while some of its sessions are deleted.
func readsDuringDeletes[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seed(a)
	ways := t.partials()
	t.raceTime *= 12 // there are four ways to read for each of four ways to delete
	for round := range t.rounds(2 * len(ways)) {
		way, turn := ways[round%len(ways)], round/len(ways)
		g := w.createGroup(a, round)
		if turn < 2 || turn%4 == 0 {
			w.readsDuringDelete(a, g, way, turn)
		} else {
			w.readAtEachDelete(a, g, way, turn)
		}
		w.deleteGroup(a, g)
	}
	w.compare(a, "after deletes while others read")
	w.sweepEverything(a, "after deletes while others read")
}

// readsDuringDelete reads a group in a loop, with several readers, while its doomed sessions
// are deleted.
func (w *world[U, S]) readsDuringDelete(a front[U, S], g *group[U, S], way partial[U, S], turn int) {
	const readers = 4
	t := w.t
	// Either each reader uses only one way, and one of them is in its first read when the
	// delete begins, or each uses all ways in turn, and can be in any of them. Where sessions
	// are deleted one by one, only one is deleted during the former.
	mixed := turn%8 == 4
	if !mixed && way.single {
		w.doomOne(a, g)
	}
	var deleted atomic.Bool
	var begun, pace pace
	t.runTogether(1+readers, func(i int) {
		if i == 0 {
			defer deleted.Store(true)
			if mixed {
				t.await(&pace, 1+rand.IntN(2*readers))
			} else {
				t.awaitLook(&begun, 1+rand.Int64N(readers))
				for range rand.IntN(readers) {
					runtime.Gosched()
				}
			}
			t.must(t.retry(func() error { return way.do(a, g) }), "%s while others read", way.call)
			return
		}
		seen := &sightings[U, S]{t: t, g: g, begun: &begun, pace: &pace, during: "during " + way.call, gone: map[string]bool{}}
		for last, by := false, i+turn; !last && !t.Failed(); {
			last = deleted.Load()
			seen.look(a, by)
			if mixed {
				by++
			}
		}
	})
	w.forgetSessions(g.doomed)
	after := "after " + way.call + " while others read"
	for _, s := range g.stay {
		w.compareSession(a, s, after)
	}
	for _, s := range g.doomed {
		w.wantAbsent(a, s.ID, after)
	}
	w.holdUser(a, g.user, after)
}

// readAtEachDelete creates and deletes sessions of a group one after the other. Just one read
// of the session begins at the same moment as its delete. So a delete in several quick steps
// meets more reads than if readers were in other reads.
func (w *world[U, S]) readAtEachDelete(a front[U, S], g *group[U, S], way partial[U, S], turn int) {
	t, deletes := w.t, 4
	if way.single {
		deletes = 48 // the other ways delete several sessions at the first call of a round
	}
	read := (turn + turn/4) % 4 // each way to read, though three turns of four come here
	t.must(way.do(a, g), "%s", way.call)
	w.forgetSessions(g.doomed)
	after := "after " + way.call + " during a read"
	for i := range deletes {
		s := w.addExpiring(a, fmt.Sprintf("%s-%d", g.userID, i), g.userID, noon)
		g.doomed = []spec.Session[S]{s}
		seen := &sightings[U, S]{t: t, g: g, begun: new(pace), pace: new(pace), one: true, during: "during " + way.call, gone: map[string]bool{}}
		var deleted atomic.Bool
		t.runTogether(2, func(i int) {
			if i == 0 {
				defer deleted.Store(true)
				t.must(t.retry(func() error { return way.do(a, g) }), "%s during a read", way.call)
				return
			}
			seen.look(a, read)
			for read == 3 && !deleted.Load() && !t.Failed() { // User takes a fraction of the time of a delete
				seen.look(a, read)
			}
		})
		w.forgetSessions(g.doomed)
		w.wantAbsent(a, s.ID, after)
		if read == 1 { // the read was a list
			w.holdUser(a, g.user, after)
		}
	}
}

// sightings records what one reader has read of a group.
type sightings[U, S any] struct {
	t      *tester[U, S]
	g      *group[U, S]
	begun  *pace // notified by the first call; nil after it
	pace   *pace
	one    bool // it reads only one session where it could read one after the other
	during string
	gone   map[string]bool // ids of sessions that were not found
}

// ctx returns the context for one call.
func (seen *sightings[U, S]) ctx() context.Context {
	c := &givingWay{Context: seen.t.Context(), begun: seen.begun}
	seen.begun = nil
	return c
}

// look reads the group in one of several ways, which turn selects.
func (seen *sightings[U, S]) look(a front[U, S], turn int) {
	t, g := seen.t, seen.g
	switch way := turn % 4; {
	case way == 1:
		seen.pace.look()
		list, err := a.UserSessions(seen.ctx(), g.user.ID)
		t.must(err, "UserSessions %s", seen.during)
		seen.list(list)
	case way == 2 && t.users:
		seen.each("SessionAndUser", func(id string) (spec.Session[S], error) {
			s, u, err := a.SessionAndUser(seen.ctx(), id)
			if err == nil {
				t.want(u, g.user, "the user of SessionAndUser %s", seen.during)
			}
			return s, err
		})
	case way == 3 && t.users:
		seen.pace.look()
		u, err := a.User(seen.ctx(), g.user.ID)
		t.must(err, "User %s", seen.during)
		t.want(u, g.user, "User %s", seen.during)
	default:
		seen.each("Session", func(id string) (spec.Session[S], error) { return a.Session(seen.ctx(), id) })
	}
}

// each reads the sessions one by one, in any order.
func (seen *sightings[U, S]) each(call string, read func(id string) (spec.Session[S], error)) {
	all := slices.Concat(seen.g.doomed, seen.g.stay)
	order := rand.Perm(len(all))
	if seen.begun != nil {
		order = slices.Insert(order, 0, rand.IntN(len(seen.g.doomed)))
	}
	if seen.one {
		order = order[:1]
	}
	for _, i := range order {
		want, stays := all[i], i >= len(seen.g.doomed)
		seen.pace.look()
		got, err := read(want.ID)
		switch {
		case stays:
			seen.t.must(err, "%s of a session that stays, %s", call, seen.during)
			seen.t.want(got, want, "%s of a session that stays, %s", call, seen.during)
		case spec.ClassOf(err) == spec.ErrSessionNotFound:
			seen.gone[want.ID] = true
		default:
			seen.t.must(err, "%s of a session that is being deleted, %s", call, seen.during)
			seen.whole(got, want, call)
		}
	}
}

// list checks a list: it must contain the sessions that stay, complete and in order.
func (seen *sightings[U, S]) list(list []spec.Session[S]) {
	there := map[string]spec.Session[S]{}
	for _, s := range list {
		there[s.ID] = s
	}
	for _, want := range seen.g.stay {
		got, ok := there[want.ID]
		if !ok {
			seen.t.Errorf("UserSessions %s\n  got:  a list without a session that stays\n  want: all that stay", seen.during)
			continue
		}
		seen.t.want(got, want, "a session that stays in UserSessions %s", seen.during)
	}
	for _, want := range seen.g.doomed {
		if got, ok := there[want.ID]; ok {
			seen.whole(got, want, "UserSessions")
		} else {
			seen.gone[want.ID] = true
		}
	}
	if most := len(seen.g.stay) + len(seen.g.doomed); len(list) > most || len(list) != len(there) {
		seen.t.Errorf("UserSessions %s\n  got:  %d sessions, of %d ids\n  want: at most %d, each once", seen.during, len(list), len(there), most)
	}
}

// whole fails the check if a session that is being deleted is not complete, or was not
// found before.
func (seen *sightings[U, S]) whole(got, want spec.Session[S], call string) {
	seen.t.want(got, want, "%s of a session that is being deleted, %s", call, seen.during)
	if seen.gone[want.ID] {
		seen.t.Errorf("%s %s\n  got:  a session that this reader had not found before\n  want: none, since what was deleted never comes back", call, seen.during)
	}
}

package conformance

import (
	"fmt"
	"reflect"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// versions lets a writer take a session through these versions, one call for
// each but the first, while others read it: each reader has to find one of
// them whole, and never an earlier one than before. The zero version says that
// the session is not there.
func (t *tester[U, S]) versions(a front[U, S], id string, versions []spec.Session[S], call string, write func(i int) error) {
	const readers = 3
	var written atomic.Bool
	var pace pace
	t.runTogether(1+readers, func(i int) {
		if i == 0 {
			defer written.Store(true)
			for v := 1; v < len(versions); v++ {
				t.await(&pace, v%3)
				t.must(t.retry(func() error { return write(v) }), "%s while others read", call)
			}
			return
		}
		seen := 0
		for last := false; !last && !t.Failed(); {
			pace.look()
			last = written.Load()
			got, err := t.read(a, i, id)
			if spec.ClassOf(err) == spec.ErrSessionNotFound {
				got, err = spec.Session[S]{}, nil
			}
			t.must(err, "a read during %s", call)
			now := version(versions, got)
			if now < 0 {
				t.want(got, versions[len(versions)-1], "a read during %s: the session is not one of the %d that were ever stored; the last one", call, len(versions))
			} else if now < seen {
				t.Errorf("a read during %s\n  got:  the session as it was after %d calls\n  want: as after %d calls or more, which this reader had seen before", call, now, seen)
			}
			seen = now
		}
	})
}

// read reads a session in one of the ways there are.
func (t *tester[U, S]) read(a front[U, S], way int, id string) (spec.Session[S], error) {
	switch {
	case way == 1:
		list, err := a.UserSessions(t.ctx(), ann)
		for _, s := range list {
			if s.ID == id {
				return s, err
			}
		}
		return spec.Session[S]{}, err
	case way == 2 && t.users:
		s, _, err := a.SessionAndUser(t.ctx(), id)
		return s, err
	}
	return a.Session(t.ctx(), id)
}

func version[S any](versions []spec.Session[S], s spec.Session[S]) int {
	for i := len(versions) - 1; i >= 0; i-- { // the latest, where two are equal
		if reflect.DeepEqual(versions[i], s) {
			return i
		}
	}
	return -1
}

func sessionCreateHalf[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seed(a)
	for round := range t.rounds(5) {
		s := w.newSession(fmt.Sprintf("new %d", round), ann)
		t.versions(a, s.ID, []spec.Session[S]{{}, s}, "CreateSession", func(int) error { return a.CreateSession(t.ctx(), s) })
		w.compareSession(a, s, "after CreateSession while others read")
		t.must(a.DeleteSession(t.ctx(), s.ID), "DeleteSession")
	}
	w.compare(a, "after CreateSession while others read")
}

func sessionUpdateHalf[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seed(a)
	for range t.rounds(1) {
		versions := []spec.Session[S]{w.sessions[annPhone]}
		for range 10 {
			s := versions[0]
			s.Attributes = w.newSession(annPhone, ann).Attributes
			versions = append(versions, s)
		}
		t.versions(a, annPhone, versions, "UpdateSession", func(i int) error {
			return a.UpdateSession(t.ctx(), annPhone, versions[i].Attributes, attr.All[S]())
		})
		w.sessions[annPhone] = versions[len(versions)-1]
	}
	w.compare(a, "after UpdateSession while others read")
}

func leaseHalf[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seed(a)
	for range t.rounds(1) {
		versions := []spec.Session[S]{w.sessions[annPhone]}
		for range 10 {
			s := versions[0]
			s.Lease = w.newSession(annPhone, ann).Lease
			versions = append(versions, s)
		}
		t.versions(a, annPhone, versions, "SwapLease", func(i int) error {
			return a.SwapLease(t.ctx(), annPhone, versions[i-1].Lease, versions[i].Lease)
		})
		w.sessions[annPhone] = versions[len(versions)-1]
	}
	w.compare(a, "after SwapLease while others read")
}

package conformance

import (
	"fmt"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// sessionVersions is [readVersions] for a session, which is read in all three ways.
func (t *tester[U, S]) sessionVersions(a front[U, S], round int, id string, versions []spec.Session[S], call string, write func(i int) error) {
	reads := make([]func() (spec.Session[S], error), 3)
	for way := range reads {
		reads[way] = func() (spec.Session[S], error) { return t.read(a, way, id) }
	}
	readVersions(t, round, "session", spec.ErrSessionNotFound, versions, call, write, reads...)
}

// read reads a session in one of three ways.
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

func sessionCreateHalf[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	t.raceTime *= 4 // there are several ways to read
	for round := range t.rounds(5) {
		s := w.newSession(fmt.Sprintf("new %d", round), ann)
		t.sessionVersions(a, round, s.ID, []spec.Session[S]{{}, s}, "CreateSession", func(int) error { return a.CreateSession(t.ctx(), s) })
		w.compareSession(a, s, "after CreateSession while others read")
		t.must(a.DeleteSession(t.ctx(), s.ID), "DeleteSession")
	}
	w.compare(a, "after CreateSession while others read")
}

func sessionUpdateHalf[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	t.raceTime *= 2 // there are several ways to read
	for round := range t.rounds(1) {
		versions := []spec.Session[S]{w.sessions[annPhone]}
		for range 10 {
			s := versions[0]
			s.Attributes = w.newSession(annPhone, ann).Attributes
			versions = append(versions, s)
		}
		t.sessionVersions(a, round, annPhone, versions, "UpdateSession", func(i int) error {
			return a.UpdateSession(t.ctx(), annPhone, versions[i].Attributes, attr.All[S]())
		})
		w.sessions[annPhone] = versions[len(versions)-1]
	}
	w.compare(a, "after UpdateSession while others read")
}

func leaseHalf[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	t.raceTime *= 2 // there are several ways to read
	for round := range t.rounds(1) {
		versions := []spec.Session[S]{w.sessions[annPhone]}
		for range 10 {
			s := versions[0]
			s.Lease = w.newSession(annPhone, ann).Lease
			versions = append(versions, s)
		}
		t.sessionVersions(a, round, annPhone, versions, "SwapLease", func(i int) error {
			return a.SwapLease(t.ctx(), annPhone, versions[i-1].Lease, versions[i].Lease)
		})
		w.sessions[annPhone] = versions[len(versions)-1]
	}
	w.compare(a, "after SwapLease while others read")
}

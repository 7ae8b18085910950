package conformance

import (
	"fmt"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

// seedLikeInvalid creates users and sessions with the ids that result if an invalid id is cut
// or repaired.
func (t *tester[U, S]) seedLikeInvalid(a front[U, S]) *world[U, S] {
	w := t.seed(a)
	for _, id := range likeInvalid {
		w.createUser(a, id)
		w.createSession(a, id, id)
	}
	w.createSession(a, "ann", ann)
	return w
}

func idsInvalidCreate[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seedLikeInvalid(a)
	for _, invalid := range invalidIDs {
		if t.users {
			err := a.CreateUser(t.ctx(), w.newUser(invalid.id))
			t.wantClass(err, spec.ErrInvalid, "CreateUser with %s", invalid.what)
		}
		for _, userID := range []string{"", ann} {
			err := a.CreateSession(t.ctx(), w.newSession(invalid.id, userID))
			t.wantClass(err, spec.ErrInvalid, "CreateSession with %s", invalid.what)
		}
		if invalid.id != "" {
			err := a.CreateSession(t.ctx(), w.newSession("fresh", invalid.id))
			t.wantClass(err, spec.ErrInvalid, "CreateSession whose user has %s", invalid.what)
		}
	}
	w.gone["fresh"] = true
	w.compare(a, "after creates with invalid ids")
}

func idsInvalidElsewhere[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.seedLikeInvalid(a)
	keep := []string{annPhone}
	for _, invalid := range invalidIDs {
		w.wantNoRow(a, invalid.id, invalid.what)
		keep = append(keep, invalid.id)
	}
	w.compare(a, "after calls with invalid ids")

	// An invalid id among the ids to keep must keep nothing and do no harm.
	n, err := a.DeleteUserSessionsExcept(t.ctx(), ann, keep...)
	t.wantCount(n, err, 2, "DeleteUserSessionsExcept with invalid ids to keep")
	w.forgetSession(annLaptop)
	delete(w.sessions, "ann")
	_, err = a.Session(t.ctx(), "ann")
	t.wantClass(err, spec.ErrSessionNotFound, "Session that is not one of those to keep")
	w.compare(a, "after DeleteUserSessionsExcept with invalid ids to keep")
}

// invalidCredentials returns texts that must not be credentials.
func invalidCredentials() []struct{ id, what string } {
	return invalidIDs[1:] // a credential can be empty
}

func credentialsInvalid[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	s := w.sessions[annPhone]
	for _, invalid := range invalidCredentials() {
		what := strings.Replace(invalid.what, "an id", "a credential", 1)
		fresh := w.newSession("fresh", ann)
		fresh.Credential = invalid.id
		err := a.CreateSession(t.ctx(), fresh)
		t.wantClass(err, spec.ErrInvalid, "CreateSession with %s", what)
		to := w.newSession("fresh", ann).Lease
		to.Credential = invalid.id
		err = a.SwapLease(t.ctx(), s.ID, s.Lease, to)
		t.wantClass(err, spec.ErrInvalid, "SwapLease to a lease with %s", what)
		from := s.Lease
		from.Credential = invalid.id
		err = a.SwapLease(t.ctx(), s.ID, from, w.newSession("fresh", ann).Lease)
		t.wantClass(err, spec.ErrInvalid, "SwapLease from a lease with %s", what)
	}
	w.gone["fresh"] = true
	w.compare(a, "after calls with invalid credentials")
}

// credentialsAlike gives many sessions credentials that look alike. It is slow, so it
// runs for only one pair of types.
func credentialsAlike[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.emptyWorld()
	credentials := append([]string{
		"", strings.Repeat("d", 255), strings.Repeat("d", 254), strings.Repeat("d", 254) + "D", strings.Repeat("€", 85),
		"q83vEjRWeJA=", "q83vEjRWeJA", "Q83vEjRWeJA=",
	}, alike...)
	id := func(i int) string { return fmt.Sprint("s", i) }
	for i, credential := range credentials {
		s := w.newSession(id(i), "")
		s.Credential = credential
		t.must(a.CreateSession(t.ctx(), s), "CreateSession with the credential %s", shortenID(credential))
		w.sessions[s.ID] = s
	}
	w.compare(a, "after creating sessions with credentials that look alike")

	// A lease with the neighbor's credential is a different lease.
	for i := range credentials {
		s, neighbour := w.sessions[id(i)], credentials[(i+1)%len(credentials)]
		from, to := s.Lease, w.newSession(s.ID, "").Lease
		from.Credential, to.Credential = neighbour, neighbour
		err := a.SwapLease(t.ctx(), s.ID, from, to)
		t.wantClass(err, spec.ErrStale, "SwapLease of the credential %s, from one with %s", shortenID(s.Credential), shortenID(neighbour))
		err = a.SwapLease(t.ctx(), s.ID, s.Lease, to)
		t.must(err, "SwapLease from the credential %s to %s", shortenID(s.Credential), shortenID(neighbour))
		s.Lease = to
		w.sessions[s.ID] = s
	}
	w.compare(a, "after swapping leases to credentials that look alike")
}

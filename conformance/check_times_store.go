package conformance

import (
	"slices"
	"time"

	"github.com/tenon-go/tenon/internal/sample"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// setTimes sets the attributes that are times. The suite's types have all kinds of these:
// values, pointers, and types defined as time.Time.
func setTimes(attributes any, t time.Time) {
	switch v := attributes.(type) {
	case *richUser:
		v.CreatedAt, v.Joined = t, &t
	case *richSession:
		v.SignedIn, v.SeenAt = t, &t
	case *nestedUser:
		v.Since, v.Joined, v.Birthday = sample.Day(t), t, pointer(sample.Day(t))
	case *nestedSession:
		v.Until = pointer(sample.Day(t))
	}
}

func timesCut[U, S any](t *tester[U, S])        { timesRoundTrip(t, t.open(), cutMoments()) }
func timesOfAllYears[U, S any](t *tester[U, S]) { timesRoundTrip(t, t.open(), oldAndNewMoments()) }
func timesInZones[U, S any](t *tester[U, S])    { timesRoundTrip(t, t.open(), zonedMoments()) }

// timesRoundTrip writes each moment to every field that is a time, by every method that
// writes one, and reads it.
func timesRoundTrip[U, S any](t *tester[U, S], a front[U, S], moments []moment) *world[U, S] {
	w := t.emptyWorld()
	for _, m := range moments {
		id := "with " + m.want.Format(time.RFC3339Nano)
		u := w.newUser("user " + id)
		setTimes(&u.Attributes, m.put)
		t.must(a.CreateUser(t.ctx(), u), "CreateUser with %s", m.put)
		setTimes(&u.Attributes, m.want)
		w.users[u.ID] = u

		s := w.newSession("session "+id, u.ID)
		put, want := lease(m.put, s.Credential), lease(m.want, s.Credential)
		s.CreatedAt, s.Lease = m.put, put
		setTimes(&s.Attributes, m.put)
		t.must(a.CreateSession(t.ctx(), s), "CreateSession with %s", m.put)
		s.CreatedAt, s.Lease = m.want, want
		setTimes(&s.Attributes, m.want)
		w.sessions[s.ID] = s
	}
	w.compare(a, "after create")

	for _, m := range moments {
		id := "with " + m.want.Format(time.RFC3339Nano)
		if t.users {
			e := w.userEntity(a)
			updateTimes(t, e, "user "+id, m)
		}
		e := w.sessionEntity(a)
		updateTimes(t, e, "session "+id, m)

		s := w.sessions["session "+id]
		other := w.newSession("", "").Lease
		t.must(a.SwapLease(t.ctx(), s.ID, lease(m.put, s.Credential), other), "SwapLease from a lease with %s", m.put)
		s.Lease = lease(m.want, "swapped")
		t.must(a.SwapLease(t.ctx(), s.ID, other, lease(m.put, "swapped")), "SwapLease to a lease with %s", m.put)
		w.sessions[s.ID] = s
	}
	w.compare(a, "after updates and swaps")
	return w
}

// updateTimes updates a row's times to other times, and then to the moment.
func updateTimes[U, S, T any](t *tester[U, S], e entity[T], id string, m moment) {
	t.must(e.update(id, e.sample(), attr.All[T]()), "Update%s to other times", e.name)
	v := e.sample()
	setTimes(&v, m.put)
	t.must(e.update(id, v, attr.All[T]()), "Update%s to %s", e.name, m.put)
	setTimes(&v, m.want)
	e.set(id, v)
}

func lease(at time.Time, credential string) spec.Lease {
	return spec.Lease{ActiveUntil: at, ExpiresAt: at, Credential: credential}
}

// timesInvalid passes times that no store can hold as every argument that is a time,
// except attributes (see ATT-04).
func timesInvalid[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	s := w.sessions[annPhone]
	invalid := append([]time.Time{
		// The year is out of range in UTC but not in local time.
		time.Date(1, 1, 1, 5, 0, 0, 0, time.FixedZone("", 6*3600)),
		time.Date(9999, 12, 31, 20, 0, 0, 0, time.FixedZone("", -6*3600)),
	}, farTimes...)
	for _, bad := range invalid {
		for name, set := range map[string]func(*spec.Session[S]){
			"CreatedAt":   func(s *spec.Session[S]) { s.CreatedAt = bad },
			"ActiveUntil": func(s *spec.Session[S]) { s.ActiveUntil = bad },
			"ExpiresAt":   func(s *spec.Session[S]) { s.ExpiresAt = bad },
		} {
			fresh := w.newSession("fresh", ann)
			set(&fresh)
			t.wantClass(a.CreateSession(t.ctx(), fresh), spec.ErrInvalid, "CreateSession whose %s is in the year %d (UTC)", name, bad.UTC().Year())
			if name == "CreatedAt" {
				continue
			}
			err := a.SwapLease(t.ctx(), s.ID, s.Lease, fresh.Lease)
			t.wantClass(err, spec.ErrInvalid, "SwapLease to a lease whose %s is in the year %d (UTC)", name, bad.UTC().Year())
			err = a.SwapLease(t.ctx(), s.ID, fresh.Lease, s.Lease)
			t.wantClass(err, spec.ErrInvalid, "SwapLease from a lease whose %s is in the year %d (UTC)", name, bad.UTC().Year())
		}
		for _, userID := range []string{"", ann, "unknown"} {
			n, err := a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: bad, UserID: userID, Everyone: userID == "", Limit: 10})
			t.wantClass(err, spec.ErrInvalid, "DeleteExpiredSessions whose Now is in the year %d (UTC)", bad.UTC().Year())
			t.want(n, int64(0), "the count of DeleteExpiredSessions whose Now is in the year %d (UTC)", bad.UTC().Year())
		}
	}
	w.gone["fresh"] = true
	w.compare(a, "after calls with times outside years 1 to 9999")
}

// timesElsewhere runs in a process whose zone is not UTC.
func timesElsewhere[U, S any](t *tester[U, S]) {
	a := t.open()
	moments := zonedMoments()
	for _, m := range cutMoments() {
		moments = append(moments, moment{m.put.Local(), m.want})
	}
	for _, m := range oldAndNewMoments() {
		same := func(other moment) bool { return other.want.Equal(m.want) }
		if !slices.ContainsFunc(moments, same) {
			moments = append(moments, m)
		}
	}
	w := timesRoundTrip(t, a, moments)

	// The sweep must delete sessions that have expired at that instant, not an hour
	// earlier or later.
	now := utc(2024, 10, 27, 1, 0, 0, 0)
	var expired int64
	for id, s := range w.sessions {
		if !now.Before(s.ExpiresAt) {
			expired++
			w.forgetSession(id)
		}
	}
	n, err := a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: now.Local(), Everyone: true, Limit: 1000})
	t.wantCount(n, err, expired, "DeleteExpiredSessions")
	w.compare(a, "after DeleteExpiredSessions")
}

package program

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// sessions makes the calls for sessions.
type sessions[U, S any] struct {
	caller[typed.SessionStore[S]]
	values[U, S]
}

func (s *sessions[U, S]) createSession(session spec.Session[S]) {
	s.t.Helper()
	s.call("CreateSession", session.ID, func(a typed.SessionStore[S]) (any, error) { return nil, a.CreateSession(s.ctx, session) })
}

func (s *sessions[U, S]) session(id string) {
	s.t.Helper()
	s.call("Session", id, func(a typed.SessionStore[S]) (any, error) { return a.Session(s.ctx, id) })
}

func (s *sessions[U, S]) userSessions(id string) {
	s.t.Helper()
	s.call("UserSessions", id, func(a typed.SessionStore[S]) (any, error) {
		list, err := a.UserSessions(s.ctx, id)
		if len(list) == 0 {
			list = nil // it may be empty or nil
		}
		return list, err
	})
}

func (s *sessions[U, S]) updateSession(id string, attributes S, mask attr.Mask[S]) {
	s.t.Helper()
	s.call("UpdateSession", id, func(a typed.SessionStore[S]) (any, error) {
		return nil, a.UpdateSession(s.ctx, id, attributes, mask)
	})
}

func (s *sessions[U, S]) swapLease(id string, from, to spec.Lease) {
	s.t.Helper()
	s.call("SwapLease", id, func(a typed.SessionStore[S]) (any, error) { return nil, a.SwapLease(s.ctx, id, from, to) })
}

func (s *sessions[U, S]) deleteSession(id string) {
	s.t.Helper()
	s.call("DeleteSession", id, func(a typed.SessionStore[S]) (any, error) { return nil, a.DeleteSession(s.ctx, id) })
}

func (s *sessions[U, S]) deleteExcept(userID string, keep ...string) {
	s.t.Helper()
	s.call("DeleteUserSessionsExcept", userID, func(a typed.SessionStore[S]) (any, error) {
		return a.DeleteUserSessionsExcept(s.ctx, userID, keep...)
	})
}

func (s *sessions[U, S]) deleteAll(userID string) {
	s.t.Helper()
	s.call("DeleteUserSessions", userID, func(a typed.SessionStore[S]) (any, error) {
		return a.DeleteUserSessions(s.ctx, userID)
	})
}

func (s *sessions[U, S]) sweep(sweep spec.Sweep) {
	s.t.Helper()
	s.call("DeleteExpiredSessions", sweep.UserID, func(a typed.SessionStore[S]) (any, error) {
		return a.DeleteExpiredSessions(s.ctx, sweep)
	})
}

// fill creates the rows that must exist before an object is created around the tables.
func (s *sessions[U, S]) fill() {
	s.createSession(s.newSession(fillNumber, Mute, Mute))
}

// create creates two sessions for each user, one with the user's id, and a session
// without a user.
func (s *sessions[U, S]) create() {
	for i, id := range s.ids {
		s.createSession(s.newSession(i, id, id))
		s.createSession(s.newSession(i+len(s.ids), secondID(id), id))
		s.session(id)
	}
	s.createSession(s.newSession(200, anonymous, ""))
}

// secondID returns the id of a user's other session, within the limit of ids.
func secondID(id string) string { return "2" + id[:min(len(id), 200)] }

// read reads everything that can exist.
func (s *sessions[U, S]) read() {
	for _, id := range s.allIDs() {
		s.session(id)
		s.userSessions(id)
	}
	s.session(anonymous)
}

// change updates sessions, swaps leases, and deletes.
func (s *sessions[U, S]) change() {
	some := must(attr.Fields[S](s.sessionFields...))
	for i, id := range s.ids {
		lease := s.newSession(i, id, id).Lease
		next := s.newSession(i+2*len(s.ids), id, id).Lease
		switch i % 4 {
		case 0:
			s.updateSession(id, s.device(i+2*len(s.ids)), attr.All[S]())
			s.swapLease(id, lease, next)
			s.swapLease(id, next, next)
			s.swapLease(id, lease, next) // stale
		case 1:
			s.updateSession(id, s.device(i+2*len(s.ids)), some)
			for _, stale := range []spec.Lease{
				{ActiveUntil: lease.ActiveUntil.Add(time.Millisecond), ExpiresAt: lease.ExpiresAt, Credential: lease.Credential},
				{ActiveUntil: lease.ActiveUntil, ExpiresAt: lease.ExpiresAt.Add(-time.Millisecond), Credential: lease.Credential},
				{ActiveUntil: lease.ActiveUntil, ExpiresAt: lease.ExpiresAt, Credential: lease.Credential + " "},
			} {
				s.swapLease(id, stale, next)
			}
		case 2:
			s.updateSession(id, s.device(i), attr.All[S]()) // what is there
			s.deleteSession(id)
			s.deleteSession(id)
			s.updateSession(id, s.device(i), some)
			s.swapLease(id, lease, next)
		default:
			s.updateSession(id, s.device(0), attr.Mask[S]{})
			s.deleteExcept(id, id, absent, `it's "another" \`, "\x00")
		}
		s.session(id)
		s.userSessions(id)
	}
	s.deleteAll(s.ids[1])
	s.changeMute()
	s.sweep(spec.Sweep{Now: dawn.Add(-time.Millisecond), Everyone: true, Limit: 1000})
	s.sweep(spec.Sweep{Now: dawn.Add(4 * time.Hour), UserID: s.ids[3], Limit: 1})
	s.sweep(spec.Sweep{Now: dawn.Add(4 * time.Hour), UserID: s.ids[3], Limit: 1000})
	s.sweep(spec.Sweep{Now: dawn.Add(8 * time.Hour).Add(999 * time.Microsecond), Everyone: true, Limit: 1000})
}

// changeMute makes each call that changes the session of [Mute].
func (s *sessions[U, S]) changeMute() {
	s.updateSession(Mute, s.device(fillNumber+1), attr.All[S]())
	s.swapLease(Mute, s.newSession(fillNumber, "", "").Lease, s.newSession(fillNumber+1, "", "").Lease)
	s.session(Mute)
	s.deleteExcept(Mute, absent)
	s.deleteSession(Mute)
	s.session(Mute)
}

// refuse makes calls that fail and change nothing.
func (s *sessions[U, S]) refuse() {
	for _, id := range append(invalidIDs, absent) {
		s.updateSession(id, s.device(1), must(attr.Fields[S](s.sessionFields[0])))
		s.swapLease(id, s.newSession(1, id, "").Lease, s.newSession(2, id, "").Lease)
		s.deleteSession(id)
		s.deleteAll(id)
		s.deleteExcept(id)
		s.sweep(spec.Sweep{Now: dawn, UserID: absent, Limit: 10})
	}
	for _, id := range invalidIDs {
		s.createSession(s.newSession(newNumber, id, ""))
		if id != "" { // an anonymous session has no user
			s.createSession(s.newSession(newNumber, absent, id))
		}
	}
	s.createSession(s.newSession(newNumber, s.ids[0], "")) // taken
	late := s.newSession(newNumber, absent, "")
	late.ExpiresAt = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	s.createSession(late)
	s.swapLease(s.ids[0], s.newSession(0, "", "").Lease, late.Lease)
	s.sweep(spec.Sweep{Now: dawn, Everyone: true})
	s.sweep(spec.Sweep{Now: late.ExpiresAt, Everyone: true, Limit: 1})
	for _, what := range slices.Sorted(maps.Keys(s.badSessions)) {
		bad := s.badSessions[what]
		s.note = ", " + what
		s.createSession(spec.Session[S]{ID: absent, CreatedAt: dawn, Lease: s.newSession(newNumber, "", "").Lease, Attributes: bad})
		s.updateSession(s.ids[0], bad, attr.All[S]())
		s.note = ""
		s.session(absent)
		s.session(s.ids[0])
	}
}

// givenUp makes calls whose context is done.
func (s *sessions[U, S]) givenUp() {
	live := s.ctx
	done, cancel := context.WithDeadline(live, dawn.AddDate(-200, 0, 0))
	defer cancel()
	s.ctx = done
	s.createSession(s.newSession(newNumber, absent, ""))
	s.session(s.ids[0])
	s.userSessions(s.ids[0])
	s.updateSession(s.ids[0], s.device(newNumber), attr.All[S]())
	s.swapLease(s.ids[0], s.newSession(0, "", "").Lease, s.newSession(1, "", "").Lease)
	s.deleteSession(s.ids[0])
	s.deleteAll(s.ids[0])
	s.sweep(spec.Sweep{Now: dawn.AddDate(1, 0, 0), Everyone: true, Limit: 1000})
	s.ctx = live
}

// sweepAll deletes the remaining sessions.
func (s *sessions[U, S]) sweepAll() {
	s.note = ", the last"
	for range 2 {
		s.sweep(spec.Sweep{Now: time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC), Everyone: true, Limit: 1000})
	}
	s.note = ""
	s.read()
}

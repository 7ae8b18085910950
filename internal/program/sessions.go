package program

import (
	"context"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// sessions makes the calls of the sessions' half.
type sessions struct {
	*each
	handles [2]spec.SessionAdapter[Session]
	model   spec.SessionAdapter[Session]
}

func (s *sessions) createSession(session spec.Session[Session]) {
	s.t.Helper()
	a := s.handles[s.turn()]
	s.same("CreateSession", session.ID, nil, a.CreateSession(s.ctx, session), nil, s.model.CreateSession(s.ctx, session))
}

func (s *sessions) session(id string) {
	s.t.Helper()
	got, err := s.handles[s.turn()].Session(s.ctx, id)
	want, wantErr := s.model.Session(s.ctx, id)
	s.same("Session", id, got, err, want, wantErr)
}

func (s *sessions) userSessions(id string) {
	s.t.Helper()
	got, err := s.handles[s.turn()].UserSessions(s.ctx, id)
	want, wantErr := s.model.UserSessions(s.ctx, id)
	if len(got) == 0 && len(want) == 0 {
		got, want = nil, nil // either may be empty or nil
	}
	s.same("UserSessions", id, got, err, want, wantErr)
}

func (s *sessions) updateSession(id string, attributes Session, mask attr.Mask[Session]) {
	s.t.Helper()
	a := s.handles[s.turn()]
	s.same("UpdateSession", id, nil, a.UpdateSession(s.ctx, id, attributes, mask), nil, s.model.UpdateSession(s.ctx, id, attributes, mask))
}

func (s *sessions) swapLease(id string, from, to spec.Lease) {
	s.t.Helper()
	a := s.handles[s.turn()]
	s.same("SwapLease", id, nil, a.SwapLease(s.ctx, id, from, to), nil, s.model.SwapLease(s.ctx, id, from, to))
}

func (s *sessions) deleteSession(id string) {
	s.t.Helper()
	a := s.handles[s.turn()]
	s.same("DeleteSession", id, nil, a.DeleteSession(s.ctx, id), nil, s.model.DeleteSession(s.ctx, id))
}

func (s *sessions) deleteExcept(userID string, keep ...string) {
	s.t.Helper()
	got, err := s.handles[s.turn()].DeleteUserSessionsExcept(s.ctx, userID, keep...)
	want, wantErr := s.model.DeleteUserSessionsExcept(s.ctx, userID, keep...)
	s.same("DeleteUserSessionsExcept", userID, got, err, want, wantErr)
}

func (s *sessions) sweep(sweep spec.Sweep) {
	s.t.Helper()
	got, err := s.handles[s.turn()].DeleteExpiredSessions(s.ctx, sweep)
	want, wantErr := s.model.DeleteExpiredSessions(s.ctx, sweep)
	s.same("DeleteExpiredSessions", sweep.UserID, got, err, want, wantErr)
}

// create creates for each user a session of the same id and another, and one of
// nobody's.
func (s *sessions) create() {
	for i, id := range ids {
		s.createSession(newSession(i, id, id))
		s.createSession(newSession(i+len(ids), second(id), id))
		s.session(id)
	}
	s.createSession(newSession(200, anonymous, ""))
}

// second is the id of a user's other session. It is short enough.
func second(id string) string { return "2" + id[:min(len(id), 200)] }

// read reads everything that may be there.
func (s *sessions) read() {
	for _, id := range append(ids, invalidIDs...) {
		s.session(id)
		s.userSessions(id)
	}
	s.session(anonymous)
}

// change updates sessions, swaps leases, and deletes.
func (s *sessions) change() {
	some := must(attr.Fields[Session]("Device", "Visits", "IP", "Basket"))
	for i, id := range ids {
		lease := newSession(i, id, id).Lease
		next := newSession(i+2*len(ids), id, id).Lease
		switch i % 4 {
		case 0:
			s.updateSession(id, sessionAttributes(i+2*len(ids)), attr.All[Session]())
			s.swapLease(id, lease, next)
			s.swapLease(id, next, next)
			s.swapLease(id, lease, next) // stale
		case 1:
			s.updateSession(id, sessionAttributes(i+2*len(ids)), some)
			for _, stale := range []spec.Lease{
				{ActiveUntil: lease.ActiveUntil.Add(time.Millisecond), ExpiresAt: lease.ExpiresAt, Credential: lease.Credential},
				{ActiveUntil: lease.ActiveUntil, ExpiresAt: lease.ExpiresAt.Add(-time.Millisecond), Credential: lease.Credential},
				{ActiveUntil: lease.ActiveUntil, ExpiresAt: lease.ExpiresAt, Credential: lease.Credential + " "},
			} {
				s.swapLease(id, stale, next)
			}
		case 2:
			s.updateSession(id, sessionAttributes(i), attr.All[Session]()) // what is there
			s.deleteSession(id)
			s.deleteSession(id)
			s.updateSession(id, sessionAttributes(i), some)
			s.swapLease(id, lease, next)
		default:
			s.updateSession(id, sessionAttributes(0), attr.Mask[Session]{})
			s.deleteExcept(id, id, absent, "'", "\x00")
		}
		s.session(id)
		s.userSessions(id)
	}
	s.deleteExcept(ids[1])
	s.sweep(spec.Sweep{Now: dawn.Add(-time.Millisecond), Limit: 1000})
	s.sweep(spec.Sweep{Now: dawn.Add(4 * time.Hour), UserID: ids[4], Limit: 1})
	s.sweep(spec.Sweep{Now: dawn.Add(4 * time.Hour), UserID: ids[4], Limit: 1000})
	s.sweep(spec.Sweep{Now: dawn.Add(8 * time.Hour).Add(999 * time.Microsecond), Limit: 1000})
}

// refuse makes calls that fail and change nothing.
func (s *sessions) refuse() {
	for _, id := range append(invalidIDs, absent) {
		s.updateSession(id, sessionAttributes(1), must(attr.Fields[Session]("Device")))
		s.swapLease(id, newSession(1, id, "").Lease, newSession(2, id, "").Lease)
		s.deleteSession(id)
		s.deleteExcept(id)
		s.sweep(spec.Sweep{Now: dawn, UserID: absent, Limit: 10})
	}
	for _, id := range invalidIDs {
		s.createSession(newSession(199, id, ""))
		if id != "" { // which is nobody, in an anonymous session
			s.createSession(newSession(199, absent, id))
		}
	}
	s.createSession(newSession(199, ids[0], "")) // taken
	late := newSession(199, absent, "")
	late.ExpiresAt = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	s.createSession(late)
	s.swapLease(ids[0], newSession(0, "", "").Lease, late.Lease)
	s.sweep(spec.Sweep{Now: dawn})
	s.sweep(spec.Sweep{Now: late.ExpiresAt, Limit: 1})
	for _, bad := range badSessions() {
		s.createSession(spec.Session[Session]{ID: absent, CreatedAt: dawn, Lease: newSession(199, "", "").Lease, Attributes: bad})
		s.session(absent)
		s.updateSession(ids[0], bad, attr.All[Session]())
		s.session(ids[0])
	}
}

// givenUp makes calls whose context is done.
func (s *sessions) givenUp() {
	live := s.ctx
	done, cancel := context.WithDeadline(live, dawn.AddDate(-200, 0, 0))
	defer cancel()
	s.ctx = done
	s.createSession(newSession(199, absent, ""))
	s.session(ids[0])
	s.userSessions(ids[0])
	s.updateSession(ids[0], sessionAttributes(199), attr.All[Session]())
	s.swapLease(ids[0], newSession(0, "", "").Lease, newSession(1, "", "").Lease)
	s.deleteSession(ids[0])
	s.deleteExcept(ids[0])
	s.sweep(spec.Sweep{Now: dawn.AddDate(1, 0, 0), Limit: 1000})
	s.ctx = live
}

// sweepAll deletes what is left.
func (s *sessions) sweepAll() {
	for range 2 {
		s.sweep(spec.Sweep{Now: time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC), Limit: 1000})
	}
	s.read()
}

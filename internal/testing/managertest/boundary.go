package managertest

import (
	"context"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// renewedAtTheBoundary: a session that another call renews at its last moment is not ended
// by a call that has read it before the renewal, and finds it expired.
func renewedAtTheBoundary(t *testing.T, f *fixture) {
	for _, renewal := range []session.Renewal{session.Extend, session.Rotate} {
		m := f.manager(t, session.Config{Renewal: renewal})
		keeps := f.manager(t, session.Config{Renewal: renewal, NoCleanup: true})
		for _, c := range []struct {
			what  string
			slow  func(deviceOf) (deviceOf, error)
			ahead time.Duration // by how much the slower call's clock is ahead of the faster one's
		}{
			{"Validate", func(s deviceOf) (deviceOf, error) { s, _, err := m.Validate(t.Context(), s.Token()); return s, err }, 0},
			{"Validate, its clock ahead", func(s deviceOf) (deviceOf, error) { s, _, err := m.Validate(t.Context(), s.Token()); return s, err }, time.Second},
			{"Validate without clean-up", func(s deviceOf) (deviceOf, error) { s, _, err := keeps.Validate(t.Context(), s.Token()); return s, err }, 0},
			{"ValidateSession, its clock ahead", func(s deviceOf) (deviceOf, error) { return m.ValidateSession(t.Context(), s.Token()) }, time.Second},
			{"Renew", func(s deviceOf) (deviceOf, error) { return m.Renew(t.Context(), s) }, 0},
			{"Renew, its clock ahead", func(s deviceOf) (deviceOf, error) { return m.Renew(t.Context(), s) }, time.Second},
			{"Get", func(s deviceOf) (deviceOf, error) { return m.Get(t.Context(), s.ID) }, 0},
			{"Update", func(s deviceOf) (deviceOf, error) { return m.Update(t.Context(), s, func(d *Device) { d.Name = "x" }) }, 0},
		} {
			s := f.create(t, m)
			last := s.ExpiresAt.Add(-time.Millisecond)
			f.set(last.Add(c.ahead))
			var faster, slower deviceOf
			var err error
			read := false
			f.runDuring(func(_ context.Context, op spec.Op, call func() error) error {
				err := call()
				if !read && (op == spec.OpSessionAndUser || op == spec.OpSession) {
					read = true
					f.set(last)
					faster = wantValid(t, m, s.Token())
					f.set(s.ExpiresAt.Add(c.ahead))
				}
				return err
			}, func() { slower, err = c.slow(s) })
			if !faster.Fresh || err != nil || slower.ID != s.ID {
				t.Errorf("%s: the faster got %+v, the slower %+v, %v", c.what, faster, slower, err)
			}
			if f.rows(t, "ann") != 1 {
				t.Fatalf("%s: a session that was just renewed is gone", c.what)
			}
			if slower.Fresh { // renewed by hand
				faster = slower
			}
			wantValid(t, m, faster.Token())
			must(t, m.Invalidate(t.Context(), s.ID))
		}
	}
}

// expiredForAll: wherever the deletion of an expired session is interrupted, the remaining
// row has expired by every clock, and is deleted by the next call that finds it.
func expiredForAll(t *testing.T, f *fixture) {
	for what, hook := range map[string]Hook{
		"the answer to the mark is lost": loseAnswer(spec.OpSwapLease),
		"the deletion fails":             refuse(spec.ErrUnavailable, spec.OpDeleteSession),
		"the deletion's answer is lost":  loseAnswer(spec.OpDeleteSession),
	} {
		m := f.manager(t, session.Config{})
		s := f.create(t, m)
		f.set(s.ExpiresAt)
		f.forget()
		f.runDuring(hook, func() { wantInvalid(t, "of an expired session", m, s.Token()) })
		f.set(s.CreatedAt) // a clock that is far behind
		if listed, err := m.List(t.Context(), "ann"); err != nil || len(listed) != 0 {
			t.Errorf("%s: List has %+v, %v", what, listed, err)
		}
		wantInvalid(t, "of an expired session", m, s.Token())
		if f.rows(t, "ann") != 0 {
			t.Errorf("%s: an expired session is still there", what)
		}
	}
}

// deleteExpiredRenewed: DeleteExpired leaves a session that is renewed at its last
// moment.
func deleteExpiredRenewed(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	last := s.ExpiresAt.Add(-time.Millisecond)
	f.set(last)
	f.runDuring(func(_ context.Context, op spec.Op, call func() error) error {
		err := call()
		switch op {
		case spec.OpDeleteExpiredSessions:
			f.set(s.ExpiresAt)
		case spec.OpUserSessions:
			f.set(last) // by another's clock
			wantValid(t, m, s.Token())
			f.set(s.ExpiresAt)
		}
		return err
	}, func() { must(t, m.DeleteExpired(t.Context(), "ann")) })
	wantValid(t, m, s.Token())
}

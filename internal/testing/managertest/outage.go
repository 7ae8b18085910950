package managertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// outages are errors of a store that say nothing about the session.
var outages = []error{spec.ErrUnavailable, spec.ErrConflict, spec.ErrIndeterminate, spec.ErrFailed, spec.ErrClosed}

// outageOfRenewal: a renewal that fails, or whose answer is lost, does not sign a user
// out, whether or not it was applied.
func outageOfRenewal(t *testing.T, f *fixture) {
	hooks := []Hook{loseAnswer(spec.OpSwapLease)}
	for _, class := range outages {
		hooks = append(hooks, refuse(class, spec.OpSwapLease))
	}
	for _, renewal := range []session.Renewal{session.Extend, session.Rotate} {
		for i, hook := range hooks {
			m := f.manager(t, session.Config{Renewal: renewal})
			s := f.create(t, m)
			f.set(s.ActiveUntil)
			var got deviceOf
			f.runDuring(hook, func() { got = wantValid(t, m, s.Token()) })
			if got.Fresh || !got.RenewalDue || got.Token().Reveal() != s.Token().Reveal() {
				t.Errorf("hook %d: got %+v", i, got)
			}
			f.runDuring(hook, func() {
				if _, err := m.Renew(t.Context(), s); err == nil || errors.Is(err, session.ErrNoSession) {
					t.Errorf("hook %d: Renew: got error %v, want the store's", i, err)
				}
			})
			f.wait(time.Minute)
			got = wantValid(t, m, s.Token())
			if renewal == session.Rotate && (!got.Fresh || got.Token().IsZero()) {
				t.Errorf("hook %d: after the grace: got %+v", i, got)
			}
			// The mark that a token has been presented fails the same way.
			f.runDuring(hook, func() { got = wantValid(t, m, got.Token()) })
			wantValid(t, m, got.Token())
		}
	}
}

// outageOfReading: during an outage, a session is reported neither as valid nor as ended.
func outageOfReading(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithDeadline(t.Context(), start)
	defer cancel()
	for class, ctx := range map[error]context.Context{
		spec.ErrUnavailable: t.Context(), spec.ErrConflict: t.Context(), spec.ErrFailed: t.Context(), spec.ErrClosed: t.Context(),
		context.Canceled: cancelled, context.DeadlineExceeded: late,
	} {
		f.runDuring(refuse(class, ""), func() {
			for name, call := range map[string]func() error{
				"Validate":        func() error { _, _, err := m.Validate(ctx, s.Token()); return err },
				"ValidateSession": func() error { _, err := m.ValidateSession(ctx, s.Token()); return err },
				"Get":             func() error { _, err := m.Get(ctx, s.ID); return err },
				"List":            func() error { _, err := m.List(ctx, "ann"); return err },
				"Renew":           func() error { _, err := m.Renew(ctx, s); return err },
				"RotateNow":       func() error { _, err := m.RotateNow(ctx, s); return err },
				"Update":          func() error { _, err := m.Update(ctx, s, func(*Device) {}); return err },
				"UpdateUser":      func() error { _, err := m.UpdateUser(ctx, "ann", func(*User) {}); return err },
				"Create":          func() error { _, err := m.Create(ctx, "ann", Device{}); return err },
				"SignIn":          func() error { _, err := m.SignIn(ctx, s, "bob", Device{}); return err },
				"Invalidate":      func() error { return m.Invalidate(ctx, s.ID) },
				"InvalidateUser":  func() error { return m.InvalidateUser(ctx, "ann") },
				"…Except":         func() error { return m.InvalidateUserExcept(ctx, "ann", "x") },
				"DeleteExpired":   func() error { return m.DeleteExpired(ctx, "ann") },
				"Sweep":           func() error { _, err := m.Sweep(ctx); return err },
			} {
				if err := call(); spec.ClassOf(err) != class || errors.Is(err, session.ErrNoSession) {
					t.Errorf("%s: got error %v, want %v", name, err, class)
				}
			}
		})
		wantValid(t, m, s.Token())
	}
}

// outageOfCleanup: failures of cleaning up do not fail the request.
func outageOfCleanup(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	f.runDuring(refuse(spec.ErrUnavailable, spec.OpDeleteExpiredSessions), func() {
		wantValid(t, m, f.create(t, m).Token())
	})
	s := f.create(t, m)
	f.set(s.ExpiresAt)
	f.runDuring(refuse(spec.ErrUnavailable, spec.OpDeleteSession), func() {
		wantInvalid(t, "of an expired session", m, s.Token())
	})
}

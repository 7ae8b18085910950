package managertest

import (
	"context"
	"testing"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// ifUser: a sign-in that began before the user was changed fails, whenever the change
// comes, and the previous session goes on.
func ifUser(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	unchanged := session.IfUser(func(u User) bool { return u.Name == "ann" })
	old, err := m.SignIn(t.Context(), deviceOf{}, "ann", Device{}, unchanged)
	must(t, err)
	change := func(ctx context.Context, name string) {
		_, err := m.UpdateUser(ctx, "ann", func(u *User) { u.Name = name })
		must(t, err)
	}
	for _, moment := range []spec.Op{spec.OpCreateSession, spec.OpUser} { // before the insert, and after it
		f.runDuring(func(ctx context.Context, op spec.Op, call func() error) error {
			if op == moment {
				f.SetHook(nil)
				change(ctx, "changed")
			}
			return call()
		}, func() {
			s, err := m.SignIn(t.Context(), old, "ann", Device{}, unchanged)
			wantError(t, "SignIn of a user who was changed", err, session.ErrUserChanged)
			if !s.IsZero() {
				t.Errorf("SignIn failed and returned %+v", s)
			}
		})
		if n := f.rows(t, "ann"); n != 1 {
			t.Errorf("ann has %d sessions, want the one of before", n)
		}
		change(t.Context(), "ann")
	}
	wantValid(t, m, old.Token())
	// The other order: the change comes after the check, and ends the session.
	late, err := m.SignIn(t.Context(), deviceOf{}, "ann", Device{}, unchanged)
	must(t, err)
	change(t.Context(), "changed")
	_, err = m.InvalidateOthers(t.Context(), old)
	must(t, err)
	wantInvalid(t, "of a sign-in with the old password", m, late.Token())

	_, err = m.Create(t.Context(), "ann", Device{}, session.IfUser(func(Device) bool { return true }))
	wantError(t, "Create with another type of users", err, spec.ErrInvalid)
	_, err = m.Create(t.Context(), "ann", Device{}, session.IfUser[User](nil))
	wantError(t, "Create with nothing to ask", err, spec.ErrInvalid)
}

// ifUserWithdrawn: if the user cannot be read, or the caller has given up, the sign-in
// fails.
func ifUserWithdrawn(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	always := session.IfUser(func(User) bool { return true })
	f.runDuring(refuse(spec.ErrUnavailable, spec.OpUser), func() {
		_, err := m.Create(t.Context(), "ann", Device{}, always)
		wantError(t, "Create", err, spec.ErrUnavailable)
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	f.runDuring(func(_ context.Context, op spec.Op, call func() error) error {
		err := call()
		if op == spec.OpCreateSession {
			cancel()
		}
		return err
	}, func() {
		_, err := m.Create(ctx, "ann", Device{}, always)
		wantError(t, "Create", err, context.Canceled)
	})
	if n := f.rows(t, "ann"); n != 0 {
		t.Errorf("%d sessions without a client are left", n)
	}
}

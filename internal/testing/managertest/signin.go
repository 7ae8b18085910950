package managertest

import (
	"context"
	"testing"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// signInUnique: a sign-in can keep a unique attribute of the old session, which has it
// until it is ended. It cannot take that of another session.
func signInUnique(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	visitor, err := m.Create(t.Context(), "", Device{Serial: new("A-1"), Cart: []string{"tea"}})
	must(t, err)
	s, err := m.SignIn(t.Context(), visitor, "ann", Device{Name: "phone"})
	must(t, err)
	if got := wantValid(t, m, s.Token()).Attributes; got.Serial != nil || len(got.Cart) != 1 {
		t.Errorf("carried over %+v", got)
	}
	s, err = m.SignIn(t.Context(), s, "ann", Device{Serial: new("A-1")})
	must(t, err)
	_, err = m.SignIn(t.Context(), s, "ann", Device{Serial: new("A-1")})
	wantError(t, "SignIn with what the old session has", err, spec.ErrConstraint)
	wantValid(t, m, s.Token())
}

// signInGivenUp: the new session is removed even if the caller gives up after its
// creation.
func signInGivenUp(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	old := f.create(t, m)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	f.runDuring(func(_ context.Context, op spec.Op, call func() error) error {
		err := call()
		if op == spec.OpCreateSession {
			cancel()
		}
		return err
	}, func() {
		_, err := m.SignIn(ctx, old, "bob", Device{})
		wantError(t, "SignIn", err, context.Canceled)
	})
	wantValid(t, m, old.Token())
	if n := f.rows(t, "bob"); n != 0 {
		t.Errorf("%d sessions that no client can use are left", n)
	}
}

// signInAnswerLost: if the old session was ended and only the answer was lost, the client
// keeps the new session.
func signInAnswerLost(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	old := f.create(t, m)
	lose, lost := loseAnswer(spec.OpDeleteSession), false
	f.runDuring(func(ctx context.Context, op spec.Op, call func() error) error {
		if op != spec.OpDeleteSession || lost {
			return call()
		}
		lost = true
		return lose(ctx, op, call)
	}, func() {
		s, err := m.SignIn(t.Context(), old, "bob", Device{})
		must(t, err)
		wantValid(t, m, s.Token())
	})
	wantInvalid(t, "of the old session", m, old.Token())
}

// overtakenForEver: if reads stay stale, so that every swap is too late, calls still end,
// and no user is signed out.
func overtakenForEver(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	f.set(s.ActiveUntil)
	f.runDuring(refuse(spec.ErrStale, spec.OpSwapLease), func() {
		if got := wantValid(t, m, s.Token()); got.Fresh {
			t.Error("fresh, though it was not renewed")
		}
		_, err := m.Renew(t.Context(), s)
		wantError(t, "Renew", err, spec.ErrStale)
		_, err = m.RotateNow(t.Context(), s)
		wantError(t, "RotateNow", err, spec.ErrStale)
		f.set(s.ExpiresAt)
		_, _, err = m.Validate(t.Context(), s.Token())
		wantError(t, "Validate of a session that another call may have renewed", err, spec.ErrStale)
	})
}

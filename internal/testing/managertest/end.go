package managertest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

func list(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{NoCleanup: true})
	f.create(t, m) // expired by then
	f.wait(15 * 24 * time.Hour)
	idle := f.create(t, m)
	f.set(idle.ActiveUntil)
	active := f.create(t, m)
	_, err := m.Create(t.Context(), "bob", Device{})
	must(t, err)
	_, err = m.Create(t.Context(), "", Device{})
	must(t, err)
	f.forget()
	got, err := m.List(t.Context(), "ann")
	must(t, err)
	wantCalls(t, f, "List", spec.OpUserSessions)
	if len(got) != 2 || got[0].ID != idle.ID || got[1].ID != active.ID {
		t.Fatalf("listed %+v, want %q and %q", got, idle.ID, active.ID)
	}
	for _, s := range got {
		if !s.Token().IsZero() || s.Fresh || s.Attributes.Name != "phone" {
			t.Errorf("listed %+v", s)
		}
	}
}

func listUnknown(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	for _, id := range []string{"unknown", ""} {
		_, err := m.List(t.Context(), id)
		wantError(t, "List", err, spec.ErrUserNotFound)
	}
	f.forget()
	got, err := m.List(t.Context(), "ann")
	if err != nil || len(got) != 0 {
		t.Errorf("listed %+v, %v", got, err)
	}
	wantCalls(t, f, "List of none", spec.OpUserSessions, spec.OpUser)
}

func invalidateOne(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s, other := f.create(t, m), f.create(t, m)
	for range 2 { // again is no error
		must(t, m.Invalidate(t.Context(), s.ID))
		wantInvalid(t, "after Invalidate", m, s.Token())
	}
	must(t, m.Invalidate(t.Context(), ""))
	wantValid(t, m, other.Token())
}

func invalidateExpired(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{NoCleanup: true})
	for _, after := range []time.Duration{0, 24 * time.Hour, 15 * 24 * time.Hour} {
		s := f.create(t, m)
		f.wait(after)
		must(t, m.Invalidate(t.Context(), s.ID))
		if f.rows(t, "ann") != 0 {
			t.Errorf("a session of age %v is still there", after)
		}
	}
}

func invalidateUser(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	bobs, err := m.Create(t.Context(), "bob", Device{})
	must(t, err)
	visitor, err := m.Create(t.Context(), "", Device{})
	must(t, err)
	a, b, c := f.create(t, m), f.create(t, m), f.create(t, m)
	if err := m.InvalidateUserExcept(t.Context(), "ann"); !errors.Is(err, spec.ErrInvalid) {
		t.Errorf("InvalidateUserExcept of none: %v, want %v", err, spec.ErrInvalid)
	}
	must(t, m.InvalidateUserExcept(t.Context(), "ann", b.ID))
	wantInvalid(t, "of the first", m, a.Token())
	wantValid(t, m, b.Token())
	wantInvalid(t, "of the last", m, c.Token())
	must(t, m.InvalidateUser(t.Context(), "ann"))
	wantInvalid(t, "of the one kept before", m, b.Token())
	must(t, m.InvalidateUser(t.Context(), "unknown"))
	must(t, m.InvalidateUser(t.Context(), ""))
	wantValid(t, m, bobs.Token())
	wantValid(t, m, visitor.Token())
}

// createThree creates an expired, an idle and an active session of a user.
func createThree(t *testing.T, f *fixture, m *manager, userID string) (expired, idle, active deviceOf) {
	t.Helper()
	quiet := f.manager(t, session.Config{NoCleanup: true})
	var all []deviceOf
	for _, wait := range []time.Duration{15 * 24 * time.Hour, 24 * time.Hour, 0} {
		s, err := quiet.Create(t.Context(), userID, Device{})
		must(t, err)
		all = append(all, s)
		f.wait(wait)
	}
	return all[0], all[1], all[2]
}

func deleteExpired(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	_, idle, active := createThree(t, f, m, "ann")
	bobs, _, _ := createThree(t, f, m, "bob")
	f.set(active.CreatedAt)
	must(t, m.DeleteExpired(t.Context(), "ann"))
	rows, err := f.store.UserSessions(t.Context(), "ann")
	must(t, err)
	if len(rows) != 2 || rows[0].ID != string(idle.ID) || rows[1].ID != string(active.ID) {
		t.Errorf("left are %d sessions, want the idle and the active one", len(rows))
	}
	f.set(bobs.ExpiresAt)
	must(t, m.DeleteExpired(t.Context(), ""))
	must(t, m.DeleteExpired(t.Context(), "unknown"))
	if n := f.rows(t, "bob"); n != 3 {
		t.Errorf("bob has %d sessions left of 3", n)
	}
}

func cleanup(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	f.set(s.ExpiresAt)
	wantInvalid(t, "of an expired session", m, s.Token())
	if f.rows(t, "ann") != 0 {
		t.Error("an expired session that was validated is still there")
	}
	createThree(t, f, m, "bob")
	createThree(t, f, m, "ann")
	f.forget()
	f.create(t, m)
	wantCalls(t, f, "Create", spec.OpCreateSession, spec.OpDeleteExpiredSessions)
	if f.rows(t, "ann") != 3 || f.rows(t, "bob") != 3 {
		t.Errorf("ann has %d sessions, bob %d, want 3 and 3", f.rows(t, "ann"), f.rows(t, "bob"))
	}
	_, err := m.Create(t.Context(), "", Device{})
	must(t, err)
	if f.rows(t, "bob") != 3 {
		t.Error("an anonymous session's creation swept everyone's")
	}
}

func cleanupOff(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{NoCleanup: true})
	s := f.create(t, m)
	f.set(s.ExpiresAt)
	f.forget()
	wantInvalid(t, "of an expired session", m, s.Token())
	f.create(t, m)
	wantCalls(t, f, "without clean-up", spec.OpSessionAndUser, spec.OpCreateSession)
	if f.rows(t, "ann") != 2 {
		t.Error("an expired session was deleted")
	}
}

func sweepEveryone(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	for _, id := range []string{"", "ann", "bob"} {
		_, err := m.Create(t.Context(), id, Device{})
		must(t, err)
	}
	f.wait(15 * 24 * time.Hour)
	live := f.create(t, m) // this deletes ann's expired session
	n, err := m.Sweep(t.Context())
	if err != nil || n != 2 {
		t.Errorf("swept %d, %v, want 2", n, err)
	}
	wantValid(t, m, live.Token())
	if n, err := m.Sweep(t.Context()); err != nil || n != 0 {
		t.Errorf("swept %d more, %v", n, err)
	}
	// A failure in between keeps the count.
	f.set(live.ExpiresAt)
	var calls int
	f.runDuring(func(_ context.Context, op spec.Op, call func() error) error {
		if calls++; calls > 1 {
			return &spec.Error{Op: op, Class: spec.ErrUnavailable}
		}
		return call()
	}, func() { n, err = m.Sweep(t.Context()) })
	wantError(t, "Sweep", err, spec.ErrUnavailable)
	if n != 1 {
		t.Errorf("swept %d before the failure, want 1", n)
	}
}

// signIn: a new session exists before the old one is ended.
func signIn(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{NoCleanup: true})
	old := f.create(t, m)
	f.forget()
	s, err := m.SignIn(t.Context(), old, "bob", Device{Name: "tablet"}, session.Persistent(true))
	must(t, err)
	wantCalls(t, f, "SignIn", spec.OpCreateSession, spec.OpDeleteSession)
	if s.ID == old.ID || s.UserID != "bob" || !s.Fresh || !s.Persistent || s.Token().IsZero() {
		t.Errorf("signed in with %+v", s)
	}
	wantInvalid(t, "of the old session", m, old.Token())
	if got := wantValid(t, m, s.Token()); got.Attributes.Name != "tablet" || got.Attributes.Cart != nil {
		t.Errorf("the new session is %+v", got)
	}
	if s, err = m.SignIn(t.Context(), deviceOf{}, "ann", Device{}); err != nil || s.UserID != "ann" {
		t.Errorf("without an old session: %+v, %v", s, err)
	}
	_, err = m.SignIn(t.Context(), s, "unknown", Device{})
	wantError(t, "SignIn of an unknown user", err, spec.ErrUserNotFound)
	wantValid(t, m, s.Token())
}

func signInCarriesOver(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	visitor, err := m.Create(t.Context(), "", Device{Name: "?", Cart: []string{"tea"}})
	must(t, err)
	_, err = m.Update(t.Context(), visitor, func(d *Device) { d.Cart = append(d.Cart, "milk") })
	must(t, err)
	s, err := m.SignIn(t.Context(), visitor, "ann", Device{Name: "phone"})
	must(t, err)
	if got := wantValid(t, m, s.Token()).Attributes; got.Name != "phone" || !slices.Equal(got.Cart, []string{"tea", "milk"}) {
		t.Errorf("carried over %+v", got)
	}
	wantInvalid(t, "of the anonymous session", m, visitor.Token())
	// From one user's to another's, or the same one's, nothing is.
	for _, id := range []string{"ann", "bob"} {
		s, err = m.SignIn(t.Context(), s, id, Device{Name: "tablet"})
		must(t, err)
		if s.Attributes.Cart != nil {
			t.Errorf("carried over %+v", s.Attributes)
		}
		s, err = m.Update(t.Context(), s, func(d *Device) { d.Cart = []string{"gin"} })
		must(t, err)
	}
	// An old session that has ended in between does not keep the user from signing in.
	visitor, err = m.Create(t.Context(), "", Device{Cart: []string{"tea"}})
	must(t, err)
	must(t, m.Invalidate(t.Context(), visitor.ID))
	if s, err := m.SignIn(t.Context(), visitor, "ann", Device{}); err != nil || s.Attributes.Cart != nil {
		t.Errorf("signed in with %+v, %v", s, err)
	}
	// Nor does one that has expired, or that belongs to a user by now. Their attributes
	// are not carried over.
	visitor, err = m.Create(t.Context(), "", Device{Cart: []string{"tea"}})
	must(t, err)
	f.set(visitor.ExpiresAt)
	if s, err := m.SignIn(t.Context(), visitor, "ann", Device{}); err != nil || s.Attributes.Cart != nil {
		t.Errorf("after an expired session, signed in with %+v, %v", s, err)
	}
	visitor, err = m.Create(t.Context(), "", Device{})
	must(t, err)
	must(t, m.Invalidate(t.Context(), visitor.ID))
	_, err = m.Create(t.Context(), "bob", Device{Cart: []string{"gin"}}, session.WithToken(visitor.Token()))
	must(t, err)
	if s, err := m.SignIn(t.Context(), visitor, "ann", Device{}); err != nil || s.Attributes.Cart != nil {
		t.Errorf("after another's session, signed in with %+v, %v", s, err)
	}
	// If the attributes to carry over cannot be read, the sign-in fails.
	visitor, err = m.Create(t.Context(), "", Device{Cart: []string{"tea"}})
	must(t, err)
	f.runDuring(refuse(spec.ErrUnavailable, spec.OpSession), func() {
		_, err := m.SignIn(t.Context(), visitor, "ann", Device{})
		wantError(t, "SignIn", err, spec.ErrUnavailable)
	})
	wantValid(t, m, visitor.Token())
	visitor, err = m.Create(t.Context(), "", Device{})
	must(t, err)
	_, err = m.SignIn(t.Context(), visitor, "ann", Device{Name: "\xff"})
	wantError(t, "SignIn with attributes that no store could hold", err, spec.ErrInvalid)
	wantValid(t, m, visitor.Token())
}

// signInWithdrawn: if the old session cannot be ended, there is no new one.
func signInWithdrawn(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	old := f.create(t, m)
	failed := false
	f.runDuring(func(_ context.Context, op spec.Op, call func() error) error {
		if op == spec.OpDeleteSession && !failed {
			failed = true
			return &spec.Error{Op: op, Class: spec.ErrUnavailable}
		}
		return call()
	}, func() {
		s, err := m.SignIn(t.Context(), old, "bob", Device{})
		wantError(t, "SignIn", err, spec.ErrUnavailable)
		if !s.IsZero() {
			t.Errorf("SignIn failed and returned %+v", s)
		}
	})
	wantValid(t, m, old.Token())
	if f.rows(t, "bob") != 0 {
		t.Error("the new session is still there")
	}
}

func requireRecent(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	f.set(s.CreatedAt.Add(10*time.Minute - time.Millisecond))
	if err := s.RequireRecent(10 * time.Minute); err != nil {
		t.Errorf("within the time: %v", err)
	}
	f.set(s.CreatedAt.Add(10 * time.Minute))
	wantError(t, "RequireRecent after the time", s.RequireRecent(10*time.Minute), session.ErrNotRecent)
	f.set(s.CreatedAt.Add(-time.Millisecond))
	wantError(t, "RequireRecent after the clock went back", s.RequireRecent(10*time.Minute), session.ErrNotRecent)
	f.set(s.CreatedAt.Add(10 * time.Minute))
	renewed, err := m.Renew(t.Context(), s)
	must(t, err)
	wantError(t, "RequireRecent after a renewal", renewed.RequireRecent(10*time.Minute), session.ErrNotRecent)
	again, err := m.SignIn(t.Context(), s, "ann", Device{})
	must(t, err)
	if err := again.RequireRecent(10 * time.Minute); err != nil {
		t.Errorf("after a sign-in: %v", err)
	}
	visitor, err := m.Create(t.Context(), "", Device{})
	must(t, err)
	wantError(t, "RequireRecent of an anonymous session", visitor.RequireRecent(time.Hour), session.ErrNotRecent)
	f.set(again.ExpiresAt)
	wantError(t, "RequireRecent of an expired session", again.RequireRecent(1000*time.Hour), session.ErrNoSession)
	wantError(t, "RequireRecent of none", deviceOf{}.RequireRecent(time.Hour), session.ErrNoSession)
}

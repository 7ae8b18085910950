package managertest

import (
	"context"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// rotationGrace: the old token works until the new one has been presented, and for the
// grace period after that. It is not issued again.
func rotationGrace(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{Renewal: session.Rotate})
	first := f.create(t, m)
	f.set(first.ActiveUntil)
	second := wantValid(t, m, first.Token())

	f.wait(59 * time.Second)
	f.forget()
	if old := wantValid(t, m, first.Token()); old.Fresh || !old.Token().IsZero() || old.ID != first.ID {
		t.Errorf("the old token gives %+v", old)
	}
	wantCalls(t, f, "the old token", spec.OpSessionAndUser)
	if updated, err := m.Update(t.Context(), wantValid(t, m, first.Token()), func(d *Device) { d.Name = "tablet" }); err != nil || !updated.Token().IsZero() {
		t.Errorf("what the old token gives is updated into %+v, %v", updated, err)
	}
	f.forget()

	if got := wantValid(t, m, second.Token()); got.Fresh || got.Token().Reveal() != second.Token().Reveal() {
		t.Errorf("the new token gives %+v", got)
	}
	wantCalls(t, f, "the new token for the first time", spec.OpSessionAndUser, spec.OpSwapLease)
	wantValid(t, m, second.Token())
	wantCalls(t, f, "the new token again", spec.OpSessionAndUser)

	presented := f.clock()
	f.set(presented.Add(time.Minute - time.Millisecond))
	if old := wantValid(t, m, first.Token()); old.Fresh || !old.Token().IsZero() {
		t.Errorf("in its grace the old token gives %+v", old)
	}
	f.set(presented.Add(time.Minute))
	wantInvalid(t, "of an old token after its grace", m, first.Token())
	if f.rows(t, "ann") != 1 {
		t.Error("an old token ended the session")
	}
	if got := wantValid(t, m, second.Token()); got.Fresh {
		t.Errorf("the new token gives %+v", got)
	}
	// The next rotation takes its place.
	f.set(second.ActiveUntil)
	third := wantValid(t, m, second.Token())
	if !third.Fresh || third.Token().Reveal() == second.Token().Reveal() {
		t.Errorf("the next renewal gives %+v", third)
	}
	wantValid(t, m, second.Token())
	wantInvalid(t, "of the token before the last", m, first.Token())
}

// rotationLost: if a new token never arrived, another is issued, once per grace period.
func rotationLost(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{Renewal: session.Rotate})
	first := f.create(t, m)
	f.set(first.ActiveUntil)
	lost := wantValid(t, m, first.Token())
	for range 3 {
		f.wait(time.Minute - time.Millisecond)
		if got := wantValid(t, m, first.Token()); got.Fresh || !got.Token().IsZero() {
			t.Errorf("within the grace the token is issued again: %+v", got)
		}
		f.wait(time.Millisecond)
		again := wantValid(t, m, first.Token())
		if !again.Fresh || again.Token().IsZero() || again.Token().Reveal() == lost.Token().Reveal() {
			t.Errorf("after the grace the token is not issued again: %+v", again)
		}
		wantInvalid(t, "of a token that never arrived and was replaced", m, lost.Token())
		lost = again
	}
	wantValid(t, m, lost.Token()) // arrived at last
	f.wait(time.Minute)
	wantInvalid(t, "of the old token", m, first.Token())
}

// rotationRace: of several requests that present one token at once, one gets a new token.
func rotationRace(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{Renewal: session.Rotate})
	s := f.create(t, m)
	f.set(s.ActiveUntil)
	var faster, slower deviceOf
	done := false
	f.runDuring(func(ctx context.Context, op spec.Op, call func() error) error {
		if op == spec.OpSwapLease && !done {
			done = true
			faster = wantValid(t, m, s.Token())
		}
		return call()
	}, func() { slower = wantValid(t, m, s.Token()) })
	if !faster.Fresh || slower.Fresh || !slower.Token().IsZero() {
		t.Errorf("the faster got %+v, the slower %+v", faster, slower)
	}
	if slower.RenewalDue || !slower.ExpiresAt.Equal(faster.ExpiresAt) {
		t.Errorf("the slower does not see the renewal: %+v, want %+v", slower, faster)
	}
	wantValid(t, m, faster.Token())
}

// renewalRace: renewing by hand is not lost to another renewal.
func renewalRace(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	for name, renew := range map[string]func(context.Context, deviceOf) (deviceOf, error){"Renew": m.Renew, "RotateNow": m.RotateNow} {
		f.wait(time.Second)
		done := false
		f.runDuring(func(_ context.Context, op spec.Op, call func() error) error {
			if op == spec.OpSwapLease && !done {
				done = true
				_, err := m.Renew(t.Context(), s)
				must(t, err)
				f.wait(time.Second)
			}
			return call()
		}, func() {
			got, err := renew(t.Context(), s)
			must(t, err)
			if !got.Fresh || !got.ActiveUntil.Equal(f.clock().Truncate(time.Millisecond).Add(24*time.Hour)) {
				t.Errorf("%s gives %+v", name, got)
			}
			s = got
		})
	}
}

func renewByHand(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	f.wait(time.Hour)
	got, err := m.Renew(t.Context(), s)
	must(t, err)
	if !got.Fresh || got.Token().Reveal() != s.Token().Reveal() || !got.ExpiresAt.Equal(s.ExpiresAt.Add(time.Hour)) {
		t.Errorf("renewed %+v into %+v", s, got)
	}
	// Of an old value, too.
	f.set(got.ActiveUntil)
	got, err = m.Renew(t.Context(), s)
	must(t, err)
	if !got.Fresh || got.RenewalDue {
		t.Errorf("renewed %+v into %+v", s, got)
	}
	f.set(got.ExpiresAt)
	_, err = m.Renew(t.Context(), got)
	wantError(t, "Renew of an expired session", err, session.ErrNoSession)
	s = f.create(t, m)
	must(t, m.Invalidate(t.Context(), s.ID))
	_, err = m.Renew(t.Context(), s)
	wantError(t, "Renew of an ended session", err, session.ErrNoSession)
}

// rotationByHand: renewing by hand rotates, but not while that would make a token invalid
// too early.
func rotationByHand(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{Renewal: session.Rotate})
	first := f.create(t, m)
	second, err := m.Renew(t.Context(), first)
	must(t, err)
	if !second.Fresh || second.Token().Reveal() == first.Token().Reveal() {
		t.Errorf("renewed %+v into %+v", first, second)
	}
	f.wait(time.Second)
	// The new token may be on its way, so a request with the old one gets no other.
	got, err := m.Renew(t.Context(), first)
	must(t, err)
	if got.Fresh || !got.Token().IsZero() || !got.ExpiresAt.Equal(second.ExpiresAt.Add(time.Second)) {
		t.Errorf("renewed %+v into %+v", first, got)
	}
	// Nor does one with the new one: requests with the old one may be on their way.
	got, err = m.Renew(t.Context(), second)
	must(t, err)
	if !got.Fresh || got.Token().Reveal() != second.Token().Reveal() {
		t.Errorf("renewed %+v into %+v", second, got)
	}
	f.wait(time.Minute - time.Millisecond)
	got, err = m.Renew(t.Context(), second)
	must(t, err)
	if got.Token().Reveal() != second.Token().Reveal() {
		t.Errorf("renewed %+v into %+v", second, got)
	}
	wantValid(t, m, first.Token())
	f.wait(time.Millisecond)
	third, err := m.Renew(t.Context(), second)
	must(t, err)
	if third.Token().Reveal() == second.Token().Reveal() {
		t.Errorf("renewed %+v into %+v", second, third)
	}
	_, err = m.Renew(t.Context(), first)
	wantError(t, "Renew with the first token", err, session.ErrNoSession)
}

func rotateNow(t *testing.T, f *fixture) {
	for _, renewal := range []session.Renewal{session.Extend, session.Rotate} {
		m := f.manager(t, session.Config{Renewal: renewal})
		first := f.create(t, m, session.Persistent(true))
		second, err := m.RotateNow(t.Context(), first)
		must(t, err)
		if !second.Fresh || second.ID != first.ID || !second.Persistent || !second.CreatedAt.Equal(first.CreatedAt) {
			t.Errorf("rotated %+v into %+v", first, second)
		}
		wantInvalid(t, "of the old token", m, first.Token())
		wantValid(t, m, second.Token())
		_, err = m.RotateNow(t.Context(), first)
		wantError(t, "RotateNow with the old token", err, session.ErrNoSession)

		// Both tokens of a rotation become void, whichever of them the request has.
		f.set(second.ActiveUntil)
		third := wantValid(t, m, second.Token())
		by := wantValid(t, m, second.Token())
		fourth, err := m.RotateNow(t.Context(), by)
		must(t, err)
		if fourth.Token().IsZero() {
			t.Error("no token after RotateNow")
		}
		wantInvalid(t, "of the old token", m, second.Token())
		wantInvalid(t, "of the token after it", m, third.Token())
		wantValid(t, m, fourth.Token())

		must(t, m.Invalidate(t.Context(), fourth.ID))
		_, err = m.RotateNow(t.Context(), fourth)
		wantError(t, "RotateNow of an ended session", err, session.ErrNoSession)
	}
}

// renewNeedsToken: renewing a session that was listed or read by id returns no token.
func renewNeedsToken(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{Renewal: session.Rotate})
	s := f.create(t, m)
	listed, err := m.List(t.Context(), "ann")
	must(t, err)
	read, err := m.Get(t.Context(), s.ID)
	must(t, err)
	f.forget()
	for _, without := range []deviceOf{listed[0], read, {}, {ID: s.ID, UserID: "ann"}} {
		_, err := m.Renew(t.Context(), without)
		wantError(t, "Renew", err, session.ErrNoSession)
		_, err = m.RotateNow(t.Context(), without)
		wantError(t, "RotateNow", err, session.ErrNoSession)
	}
	wantCalls(t, f, "without a token")
	wantValid(t, m, s.Token())
}

func persistent(t *testing.T, f *fixture) {
	for _, renewal := range []session.Renewal{session.Extend, session.Rotate} {
		for _, want := range []bool{false, true} {
			m := f.manager(t, session.Config{Renewal: renewal, NotRemembered: 30 * 24 * time.Hour})
			s := f.create(t, m, session.Persistent(want))
			for range 3 {
				if got, err := m.Get(t.Context(), s.ID); err != nil || s.Persistent != want || got.Persistent != want {
					t.Errorf("persistent is %v, and read %v, %v; want %v", s.Persistent, got.Persistent, err, want)
				}
				f.set(s.ActiveUntil)
				s = wantValid(t, m, s.Token())
				wantValid(t, m, s.Token())
			}
		}
	}
}

// neverResurrects: a session that is ended during a renewal stays ended.
func neverResurrects(t *testing.T, f *fixture) {
	for _, renewal := range []session.Renewal{session.Extend, session.Rotate} {
		m := f.manager(t, session.Config{Renewal: renewal})
		for name, renew := range map[string]func(deviceOf) error{
			"Validate":  func(s deviceOf) error { _, _, err := m.Validate(t.Context(), s.Token()); return err },
			"Renew":     func(s deviceOf) error { _, err := m.Renew(t.Context(), s); return err },
			"RotateNow": func(s deviceOf) error { _, err := m.RotateNow(t.Context(), s); return err },
			"Update": func(s deviceOf) error {
				_, err := m.Update(t.Context(), s, func(d *Device) { d.Name = "x" })
				return err
			},
		} {
			s := f.create(t, m)
			f.set(s.ActiveUntil)
			f.runDuring(func(ctx context.Context, op spec.Op, call func() error) error {
				if op == spec.OpSwapLease || op == spec.OpUpdateSession {
					must(t, f.store.DeleteSession(t.Context(), string(s.ID)))
				}
				return call()
			}, func() {
				wantError(t, name, renew(s), session.ErrNoSession)
			})
			wantInvalid(t, "after "+name, m, s.Token())
		}
	}
	if f.rows(t, "ann") != 0 {
		t.Error("a session came back")
	}
}

package managertest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// invalidateOwn: users can end their own sessions, in any state, and learn nothing about
// those of other users.
func invalidateOwn(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{NoCleanup: true})
	anns := f.create(t, m)
	bobs, err := m.Create(t.Context(), "bob", Device{})
	must(t, err)
	visitor, err := m.Create(t.Context(), "", Device{})
	must(t, err)
	for _, test := range []struct {
		userID string
		id     session.ID
	}{
		{"ann", bobs.ID}, {"ann", visitor.ID}, {"", visitor.ID}, {"", bobs.ID}, {"ANN", anns.ID},
		{"ann", "unknown"}, {"ann", ""}, {"unknown", anns.ID},
	} {
		wantError(t, "InvalidateOwn", m.InvalidateOwn(t.Context(), test.userID, test.id), session.ErrNoSession)
	}
	for _, s := range []deviceOf{anns, bobs, visitor} {
		wantValid(t, m, s.Token())
	}
	must(t, m.InvalidateOwn(t.Context(), "ann", anns.ID))
	wantInvalid(t, "of the user's own session", m, anns.Token())
	wantError(t, "InvalidateOwn again", m.InvalidateOwn(t.Context(), "ann", anns.ID), session.ErrNoSession)
	wantValid(t, m, bobs.Token())
	f.set(bobs.ExpiresAt)
	must(t, m.InvalidateOwn(t.Context(), "bob", bobs.ID)) // expired
	if f.rows(t, "bob") != 0 {
		t.Error("an expired session is still there")
	}
}

// invalidateOthers: this session goes on with another token. All other sessions of the
// user end.
func invalidateOthers(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	other, here := f.create(t, m), f.create(t, m)
	bobs, err := m.Create(t.Context(), "bob", Device{})
	must(t, err)
	got, err := m.InvalidateOthers(t.Context(), here)
	must(t, err)
	if got.ID != here.ID || !got.Fresh || got.Token().Reveal() == here.Token().Reveal() {
		t.Errorf("got %+v", got)
	}
	wantInvalid(t, "of another device", m, other.Token())
	wantInvalid(t, "before the change", m, here.Token())
	wantValid(t, m, got.Token())
	wantValid(t, m, bobs.Token())
	visitor, err := m.Create(t.Context(), "", Device{})
	must(t, err)
	read, err := m.Get(t.Context(), got.ID)
	must(t, err)
	for _, s := range []deviceOf{visitor, read, {}} {
		_, err = m.InvalidateOthers(t.Context(), s)
		wantError(t, "InvalidateOthers without a user or a token", err, session.ErrNoSession)
	}
	f.runDuring(refuse(spec.ErrUnavailable, spec.OpDeleteUserSessionsExcept), func() {
		_, err := m.InvalidateOthers(t.Context(), got)
		wantError(t, "InvalidateOthers", err, spec.ErrUnavailable)
	})
	wantValid(t, m, got.Token())
}

// invalidateAll: it ends the sessions of all users, even those with the longest lifetime.
func invalidateAll(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	const century = 100 * 365 * 24 * time.Hour
	long := f.manager(t, session.Config{Active: century, Idle: century, Absolute: session.NoAbsolute})
	var all []deviceOf
	for _, id := range []string{"", "ann", "bob"} {
		for _, m := range []*manager{m, long} {
			s, err := m.Create(t.Context(), id, Device{})
			must(t, err)
			all = append(all, s)
		}
	}
	n, err := m.InvalidateAll(t.Context())
	if err != nil || n != int64(len(all)) {
		t.Errorf("ended %d, %v, want %d", n, err, len(all))
	}
	for _, s := range all {
		wantInvalid(t, "of an ended session", long, s.Token())
	}
}

// maxSessions: the oldest session is ended. Expired sessions, the session that a sign-in
// replaces, and other users' sessions do not count.
func maxSessions(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{MaxSessions: 2, NoCleanup: true})
	bobs, err := m.Create(t.Context(), "bob", Device{})
	must(t, err)
	visitor, err := m.Create(t.Context(), "", Device{})
	must(t, err)
	expired := f.create(t, m)
	f.set(expired.ExpiresAt)
	first := f.create(t, m)
	f.wait(time.Second)
	second := f.create(t, m)
	f.wait(time.Second)
	wantValid(t, m, first.Token())
	second, err = m.SignIn(t.Context(), second, "ann", Device{})
	must(t, err)
	wantValid(t, m, first.Token())
	f.wait(time.Second)
	third, err := m.SignIn(t.Context(), deviceOf{}, "ann", Device{})
	must(t, err)
	wantInvalid(t, "of the oldest", m, first.Token())
	wantValid(t, m, second.Token())
	wantValid(t, m, third.Token())
	f.runDuring(refuse(spec.ErrUnavailable, spec.OpUserSessions), func() {
		_, err := m.Create(t.Context(), "ann", Device{})
		wantError(t, "Create", err, spec.ErrUnavailable)
	})
	if n := f.rows(t, "ann"); n != 3 { // the expired one is the third
		t.Errorf("%d rows", n)
	}
	// Concurrent sign-ins all end the same sessions.
	must(t, m.InvalidateUser(t.Context(), "ann"))
	var signIns sync.WaitGroup
	for range 6 {
		signIns.Go(func() {
			if _, err := m.Create(t.Context(), "ann", Device{}); err != nil {
				t.Error(err)
			}
		})
	}
	signIns.Wait()
	if n := f.rows(t, "ann"); n != 2 {
		t.Errorf("%d rows after sign-ins at the same time", n)
	}
	f.set(start)
	wantValid(t, m, bobs.Token())
	wantValid(t, m, visitor.Token())
}

// notRemembered: a sign-in without "remember me" expires a day after its creation, however
// often it is renewed. A session without the option lives as long as any other.
func notRemembered(t *testing.T, f *fixture) {
	const day = 24 * time.Hour
	m := f.manager(t, session.Config{Active: time.Hour, NoCleanup: true})
	brief := f.create(t, m, session.Persistent(false))
	program, remembered := f.create(t, m), f.create(t, m, session.Persistent(true))
	created := brief.CreatedAt
	if got := brief.ExpiresAt.Sub(created); got != day {
		t.Errorf("a session that is not remembered lives %v", got)
	}
	rows, err := f.store.UserSessions(t.Context(), "ann")
	must(t, err)
	i := slices.IndexFunc(rows, func(row spec.Session[Device]) bool { return row.ID == string(brief.ID) })
	if got := rows[i].ExpiresAt.Sub(created); got != day {
		t.Errorf("to the store it lives %v", got)
	}
	for range 3 {
		f.wait(6 * time.Hour)
		brief = wantValid(t, m, brief.Token())
	}
	if got := brief.ExpiresAt.Sub(created); got != day || brief.Persistent {
		t.Errorf("renewed, it lives %v, persistent %v", got, brief.Persistent)
	}
	rotated, err := m.RotateNow(t.Context(), brief)
	must(t, err)
	shorter := f.manager(t, session.Config{NotRemembered: 12 * time.Hour, NoCleanup: true})
	wantInvalid(t, "when the time was shortened", shorter, rotated.Token())
	wantValid(t, shorter, program.Token())
	f.set(created.Add(day))
	wantInvalid(t, "after a day", m, rotated.Token())
	for _, s := range []deviceOf{program, remembered} {
		if got := s.ExpiresAt.Sub(created); got != 14*day+time.Hour {
			t.Errorf("another session lives %v", got)
		}
		wantValid(t, m, s.Token())
	}
	if unlimited := f.create(t, f.manager(t, session.Config{Absolute: session.NoAbsolute}), session.Persistent(false)); unlimited.ExpiresAt.Sub(unlimited.CreatedAt) != day {
		t.Errorf("without an absolute lifetime it lives until %v", unlimited.ExpiresAt)
	}
	if short := f.create(t, f.manager(t, session.Config{Absolute: time.Hour}), session.Persistent(false)); short.ExpiresAt.Sub(short.CreatedAt) != time.Hour {
		t.Errorf("with a short absolute lifetime it lives until %v", short.ExpiresAt)
	}
}

// renewedAt: it is the time that a list of devices shows as last seen.
func renewedAt(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	seen := func(want time.Time) {
		t.Helper()
		list, err := m.List(t.Context(), "ann")
		must(t, err)
		if got := list[0].RenewedAt; !got.Equal(want) {
			t.Errorf("seen at %v, want %v", got, want)
		}
	}
	created := s.CreatedAt
	seen(created)
	f.wait(23 * time.Hour)
	wantValid(t, m, s.Token())
	seen(created)
	f.set(created.Add(24 * time.Hour))
	wantValid(t, m, s.Token())
	seen(created.Add(24 * time.Hour))
	// Near the end of the absolute lifetime, times are shortened. A use is never more
	// than Active later than the time shown.
	for _, after := range []time.Duration{12 * 24 * time.Hour, 24 * 24 * time.Hour, 29*24*time.Hour + 12*time.Hour} {
		f.set(created.Add(after))
		wantValid(t, m, s.Token())
	}
	seen(created.Add(29 * 24 * time.Hour))
	// After a change of the period, the time shown is neither in the future nor before
	// the sign-in.
	m = f.manager(t, session.Config{Active: time.Minute})
	seen(f.clock().Truncate(time.Millisecond))
	m = f.manager(t, session.Config{Active: 300 * 24 * time.Hour})
	seen(created)
}

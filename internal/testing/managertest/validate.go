package managertest

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// states: the boundaries of the three states, to the millisecond, as Validate,
// Get, List and State see them.
func states(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{Active: time.Hour, Idle: 2 * time.Hour, NoCleanup: true})
	s := f.create(t, m)
	created := start.Truncate(time.Millisecond)
	for _, c := range []struct {
		after time.Duration
		want  session.State
	}{
		{0, session.Active},
		{time.Hour - time.Millisecond, session.Active},
		{time.Hour - time.Nanosecond, session.Active},
		{time.Hour, session.Idle},
		{3*time.Hour - time.Millisecond, session.Idle},
		{3*time.Hour - time.Nanosecond, session.Idle},
		{3 * time.Hour, session.Dead},
		{1000 * time.Hour, session.Dead},
	} {
		f.set(created.Add(c.after))
		if got := s.State(); got != c.want {
			t.Errorf("after %v State is %v, want %v", c.after, got, c.want)
		}
		listed, err := m.List(t.Context(), "ann")
		must(t, err)
		if alive := len(listed) == 1; alive != (c.want != session.Dead) {
			t.Errorf("after %v List has %d sessions", c.after, len(listed))
		}
		got, _, err := m.Validate(t.Context(), s.Token(), session.ReadOnly())
		read, getErr := m.Get(t.Context(), s.ID)
		if c.want == session.Dead {
			wantError(t, "Validate", err, session.ErrNoSession)
			wantError(t, "Get", getErr, session.ErrNoSession)
			continue
		}
		must(t, err)
		must(t, getErr)
		if got.State() != c.want || got.RenewalDue != (c.want == session.Idle) || read.State() != c.want {
			t.Errorf("after %v: validated %+v, read %+v", c.after, got, read)
		}
	}
}

func validateExtends(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	f.set(s.ActiveUntil)
	f.forget()
	got := wantValid(t, m, s.Token())
	wantCalls(t, f, "renewal", spec.OpSessionAndUser, spec.OpSwapLease)
	if !got.Fresh || got.RenewalDue || got.Token().Reveal() != s.Token().Reveal() || !got.CreatedAt.Equal(s.CreatedAt) ||
		!got.ActiveUntil.Equal(s.ActiveUntil.Add(24*time.Hour)) || !got.ExpiresAt.Equal(s.ActiveUntil.Add(15*24*time.Hour)) {
		t.Errorf("renewed %+v into %+v", s, got)
	}
	again := wantValid(t, m, s.Token())
	if again.Fresh {
		t.Error("a session was renewed twice")
	}
	again.Fresh = true
	if !equal(again, got) {
		t.Errorf("renewed %+v, read %+v", got, again)
	}
}

func validateRotates(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{Renewal: session.Rotate})
	s := f.create(t, m)
	f.set(s.ActiveUntil)
	got := wantValid(t, m, s.Token())
	if !got.Fresh || got.ID != s.ID || got.Token().ID() != s.ID || got.Token().Reveal() == s.Token().Reveal() {
		t.Errorf("renewed %+v into %+v", s, got)
	}
	if again := wantValid(t, m, got.Token()); again.Fresh || again.Token().Reveal() != got.Token().Reveal() {
		t.Errorf("the new token gives %+v", again)
	}
}

func resetInPlace(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	f.set(s.ActiveUntil)
	if got := wantValid(t, m, s.Token()); !got.Fresh || got.ID != s.ID {
		t.Errorf("reset %+v into %+v", s, got)
	}
	if n := f.rows(t, "ann"); n != 1 {
		t.Errorf("there are %d sessions, want 1", n)
	}
}

func oneCall(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	f.forget()
	_, user, err := m.Validate(t.Context(), s.Token())
	must(t, err)
	if user.Attributes.Email != "ann@example.com" {
		t.Errorf("the user is %+v", user)
	}
	wantCalls(t, f, "Validate", spec.OpSessionAndUser)
}

func sessionWithUser(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	for _, id := range []string{"ann", "bob"} {
		s, err := m.Create(t.Context(), id, Device{})
		must(t, err)
		got, user, err := m.Validate(t.Context(), s.Token())
		must(t, err)
		want := spec.User[User]{ID: id, Attributes: User{Email: id + "@example.com", Name: id}}
		if got.UserID != id || !reflect.DeepEqual(user, want) {
			t.Errorf("got a session of %q with %+v, want %+v", got.UserID, user, want)
		}
	}
	s := f.create(t, m)
	must(t, f.store.DeleteUser(t.Context(), "ann"))
	wantInvalid(t, "after the user was deleted", m, s.Token())
}

func validateSession(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	f.forget()
	got, err := m.ValidateSession(t.Context(), s.Token())
	must(t, err)
	wantCalls(t, f, "ValidateSession", spec.OpSession)
	got.Fresh = true
	if !equal(got, s) {
		t.Errorf("got %+v, want %+v", got, s)
	}
	f.set(s.ActiveUntil)
	got, err = m.ValidateSession(t.Context(), s.Token())
	must(t, err)
	if !got.Fresh {
		t.Error("an idle session was not renewed")
	}
	f.set(got.ExpiresAt)
	_, err = m.ValidateSession(t.Context(), s.Token())
	wantError(t, "ValidateSession of an expired session", err, session.ErrNoSession)
}

func getWithoutRenewal(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	f.forget()
	for _, now := range []time.Time{start, s.ActiveUntil} {
		f.set(now)
		got, err := m.Get(t.Context(), s.ID)
		must(t, err)
		if got.Fresh || !got.ExpiresAt.Equal(s.ExpiresAt) || got.Attributes.Name != "phone" || !got.Token().IsZero() {
			t.Errorf("got %+v", got)
		}
	}
	f.set(s.ExpiresAt)
	_, err := m.Get(t.Context(), s.ID)
	wantError(t, "Get of an expired session", err, session.ErrNoSession)
	wantCalls(t, f, "Get", spec.OpSession, spec.OpSession, spec.OpSession)
	if f.rows(t, "ann") != 1 {
		t.Error("Get deleted a session")
	}
	_, err = m.Get(t.Context(), "")
	wantError(t, "Get of no id", err, session.ErrNoSession)
}

// wrongTokens: tokens that were not issued are refused. Malformed tokens do not reach the
// store.
func wrongTokens(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s, other := f.create(t, m), f.create(t, m)
	f.forget()
	text := s.Token().Reveal()
	for _, malformed := range []string{"", string(s.ID), text[:39], text + "a", text[:39] + "-", text[:39] + "\x00",
		text[:39] + " ", text[:38] + "é", strings.Repeat("a", 1<<20)} {
		token, err := session.ParseToken(malformed)
		wantError(t, "ParseToken", err, session.ErrNoSession)
		wantInvalid(t, "of a malformed token", m, token)
		_, err = m.ValidateSession(t.Context(), token)
		wantError(t, "ValidateSession of a malformed token", err, session.ErrNoSession)
	}
	wantCalls(t, f, "malformed tokens")
	for what, forged := range map[string]string{
		"with another's secret":  text[:15] + other.Token().Reveal()[15:],
		"with a wrong character": text[:39] + string("ba"[strings.Count("b", text[39:])]),
		"with an unknown id":     session.NewUserID() + text[15:],
		"in capitals":            strings.ToUpper(text),
	} {
		token, err := session.ParseToken(forged)
		must(t, err)
		wantInvalid(t, what, m, token)
		wantCalls(t, f, what, spec.OpSessionAndUser)
	}
	// A wrong secret writes nothing, even if the session is idle or expired.
	forged, err := session.ParseToken(text[:15] + other.Token().Reveal()[15:])
	must(t, err)
	for _, now := range []time.Time{s.ActiveUntil, s.ExpiresAt} {
		f.set(now)
		wantInvalid(t, "with another's secret, later", m, forged)
		wantCalls(t, f, "a wrong secret", spec.OpSessionAndUser)
	}
}

func readOnly(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{Renewal: session.Rotate})
	s := f.create(t, m)
	f.set(s.ActiveUntil)
	f.forget()
	got := wantValid(t, m, s.Token(), session.ReadOnly())
	if got.Fresh || !got.RenewalDue || got.Token().Reveal() != s.Token().Reveal() || !got.ExpiresAt.Equal(s.ExpiresAt) {
		t.Errorf("got %+v", got)
	}
	if got, err := m.ValidateSession(t.Context(), s.Token(), session.ReadOnly()); err != nil || !got.RenewalDue {
		t.Errorf("got %+v, %v", got, err)
	}
	wantCalls(t, f, "reading only", spec.OpSessionAndUser, spec.OpSession)

	rotated := wantValid(t, m, s.Token())
	f.forget()
	wantValid(t, m, rotated.Token(), session.ReadOnly()) // not marked as presented
	wantCalls(t, f, "reading only", spec.OpSessionAndUser)
	f.set(rotated.ExpiresAt)
	_, _, err := m.Validate(t.Context(), rotated.Token(), session.ReadOnly())
	wantError(t, "Validate of an expired session", err, session.ErrNoSession)
	wantCalls(t, f, "reading an expired session only", spec.OpSessionAndUser)
}

func keepToken(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{Renewal: session.Rotate, Absolute: session.NoAbsolute})
	s := f.create(t, m)
	for range 3 {
		f.set(s.ActiveUntil)
		got := wantValid(t, m, s.Token(), session.KeepToken())
		if !got.Fresh || got.Token().Reveal() != s.Token().Reveal() || !got.ExpiresAt.After(s.ExpiresAt) {
			t.Fatalf("renewed %+v into %+v", s, got)
		}
		s = got
	}
}

func absolute(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{Active: time.Hour, Idle: 10 * time.Hour, Absolute: 24 * time.Hour})
	s := f.create(t, m)
	end := s.CreatedAt.Add(24 * time.Hour)
	for f.clock().Before(end) {
		got := wantValid(t, m, s.Token())
		if got.ExpiresAt.After(end) || got.ActiveUntil.After(end) || !got.CreatedAt.Equal(s.CreatedAt) {
			t.Fatalf("at %v the session is %+v", f.clock(), got)
		}
		row, err := f.store.Session(t.Context(), string(s.ID))
		must(t, err)
		if row.ExpiresAt.After(end) { // a sweep goes by what is stored
			t.Fatalf("at %v the store has it expire at %v", f.clock(), row.ExpiresAt)
		}
		f.wait(90 * time.Minute)
	}
	f.set(end.Add(-time.Millisecond))
	if got := wantValid(t, m, s.Token()); !got.ExpiresAt.Equal(end) {
		t.Errorf("at last it expires at %v, want %v", got.ExpiresAt, end)
	}
	f.set(end)
	wantInvalid(t, "at the end of its absolute lifetime", m, s.Token())

	// More digits than stores keep are truncated here too.
	m = f.manager(t, session.Config{Absolute: time.Hour + time.Microsecond})
	s = f.create(t, m)
	if got := wantValid(t, m, s.Token()); !got.ExpiresAt.Equal(s.CreatedAt.Add(time.Hour)) || !s.ExpiresAt.Equal(got.ExpiresAt) {
		t.Errorf("created at %v, it expires at %v, and as read at %v", s.CreatedAt, s.ExpiresAt, got.ExpiresAt)
	}
}

// absoluteShortened: a shorter absolute lifetime applies also to sessions that were stored
// when it was longer.
func absoluteShortened(t *testing.T, f *fixture) {
	s := f.create(t, f.manager(t, session.Config{}))
	m := f.manager(t, session.Config{Absolute: time.Hour})
	if got := wantValid(t, m, s.Token()); !got.ExpiresAt.Equal(s.CreatedAt.Add(time.Hour)) {
		t.Errorf("expires at %v, want an hour after %v", got.ExpiresAt, s.CreatedAt)
	}
	f.set(s.CreatedAt.Add(time.Hour))
	_, err := m.Get(t.Context(), s.ID)
	wantError(t, "Get", err, session.ErrNoSession)
	_, err = m.Renew(t.Context(), s)
	wantError(t, "Renew", err, session.ErrNoSession)
	s = f.create(t, f.manager(t, session.Config{}))
	f.wait(time.Hour)
	_, err = m.Update(t.Context(), s, func(d *Device) { d.Name = "x" })
	wantError(t, "Update", err, session.ErrNoSession)
	if listed, err := m.List(t.Context(), "ann"); err != nil || len(listed) != 0 {
		t.Errorf("List has %v, %v", listed, err)
	}
	if f.rows(t, "ann") != 1 {
		t.Errorf("there are %d sessions, want the one that was not validated", f.rows(t, "ann"))
	}
	must(t, m.DeleteExpired(t.Context(), "ann"))
	if f.rows(t, "ann") != 0 {
		t.Error("DeleteExpired left a session that has expired by the absolute lifetime")
	}
}

func absoluteOff(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{Absolute: session.NoAbsolute})
	s := f.create(t, m)
	for range 40 {
		f.wait(10 * 24 * time.Hour)
		if !wantValid(t, m, s.Token()).Fresh {
			t.Fatal("an idle session was not renewed")
		}
	}
}

func periods(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{Active: time.Minute, Idle: time.Second})
	s := f.create(t, m)
	if !s.ActiveUntil.Equal(s.CreatedAt.Add(time.Minute)) || !s.ExpiresAt.Equal(s.CreatedAt.Add(61*time.Second)) {
		t.Errorf("created at %v, active until %v, expires at %v", s.CreatedAt, s.ActiveUntil, s.ExpiresAt)
	}
	f.set(s.ActiveUntil)
	if got := wantValid(t, m, s.Token()); !got.ExpiresAt.Equal(s.ExpiresAt.Add(time.Minute)) {
		t.Errorf("renewed, it expires at %v", got.ExpiresAt)
	}
}

// unknownCredential: a credential of another version or another program is not accepted,
// and not treated as "signed out".
func unknownCredential(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	for _, credential := range []string{"", "2..abc", "opaque"} {
		token := session.NewToken()
		must(t, f.store.CreateSession(t.Context(), spec.Session[Device]{ID: string(token.ID()), UserID: "ann", CreatedAt: start,
			Lease: spec.Lease{ActiveUntil: start.Add(time.Hour), ExpiresAt: start.Add(time.Hour), Credential: credential}}))
		_, _, err := m.Validate(t.Context(), token)
		if spec.ClassOf(err) != spec.ErrFailed {
			t.Errorf("Validate with the credential %q: got error %v, want %v", credential, err, spec.ErrFailed)
		}
	}
	listed, err := m.List(t.Context(), "ann")
	must(t, err)
	for _, s := range listed {
		must(t, m.Invalidate(t.Context(), s.ID))
	}
	if len(listed) != 3 || f.rows(t, "ann") != 0 {
		t.Errorf("listed %d sessions and ended all but %d", len(listed), f.rows(t, "ann"))
	}
}

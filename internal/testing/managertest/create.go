package managertest

import (
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

func createByUserID(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	if s.UserID != "ann" || !s.Fresh || s.Token().IsZero() || s.RenewalDue {
		t.Errorf("created %+v", s)
	}
	_, user, err := m.Validate(t.Context(), s.Token())
	must(t, err)
	if user.ID != "ann" {
		t.Errorf("the user is %q, want ann", user.ID)
	}
}

func createInvalidUserID(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	for id, want := range map[string]error{
		"unknown":                spec.ErrUserNotFound,
		strings.Repeat("x", 256): spec.ErrInvalid,
		"a\x00":                  spec.ErrInvalid,
	} {
		s, err := m.Create(t.Context(), id, Device{})
		wantError(t, "Create", err, want)
		if !reflect.ValueOf(s).IsZero() {
			t.Errorf("Create failed and returned %+v", s)
		}
	}
	_, err := m.SignIn(t.Context(), deviceOf{}, "", Device{})
	wantError(t, "SignIn of an unknown user", err, spec.ErrUserNotFound)
}

// createdAsRead: Create returns the session as it is read afterwards.
func createdAsRead(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	attributes := Device{Name: "phone", Cart: []string{"tea"}, Labels: map[string]int{"a": 1}}
	s, err := m.Create(t.Context(), "ann", attributes)
	must(t, err)
	attributes.Cart[0] = "changed by its owner"
	created := start.Truncate(time.Millisecond)
	if !s.CreatedAt.Equal(created) || !s.ActiveUntil.Equal(created.Add(24*time.Hour)) ||
		!s.ExpiresAt.Equal(created.Add(15*24*time.Hour)) {
		t.Errorf("created at %v, active until %v, expires at %v", s.CreatedAt, s.ActiveUntil, s.ExpiresAt)
	}
	read := wantValid(t, m, s.Token())
	if read.Fresh {
		t.Error("a session that was not renewed is fresh")
	}
	read.Fresh = true
	if !equal(read, s) {
		t.Errorf("created %+v, read %+v", s, read)
	}
}

// equal compares what an application can see of two sessions.
func equal(a, b deviceOf) bool {
	return a.Token().Reveal() == b.Token().Reveal() && reflect.DeepEqual(visibleFields(a), visibleFields(b))
}

func visibleFields(s deviceOf) []any {
	return []any{s.ID, s.UserID, s.CreatedAt, s.ActiveUntil, s.ExpiresAt, s.Persistent, s.Attributes, s.Fresh, s.RenewalDue}
}

// tokens: tokens have the right form, and the store never gets one.
func tokens(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{Renewal: session.Rotate})
	s := f.create(t, m)
	check := func(s deviceOf) {
		t.Helper()
		text := s.Token().Reveal()
		if !regexp.MustCompile(`^[a-z0-9]{40}$`).MatchString(text) {
			t.Fatalf("the token is %d characters, want 40 of a-z0-9", len(text))
		}
		if string(s.ID) != text[:15] || s.Token().ID() != s.ID {
			t.Errorf("the id is %q, want the first 15 characters of the token", s.ID)
		}
		row, err := f.store.Session(t.Context(), string(s.ID))
		must(t, err)
		if strings.Contains(row.Credential, text[15:]) || len(row.Credential) > 255 {
			t.Errorf("the credential of %d bytes holds the secret, or is too long", len(row.Credential))
		}
	}
	check(s)
	f.set(s.ActiveUntil)
	check(wantValid(t, m, s.Token()))
}

func customToken(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	token, err := session.ParseToken(strings.Repeat("abcd5", 8))
	must(t, err)
	s := f.create(t, m, session.WithToken(token))
	if s.ID != "abcd5abcd5abcd5" || s.Token().Reveal() != token.Reveal() {
		t.Errorf("created %+v", s)
	}
	if got := wantValid(t, m, token); got.UserID != "ann" {
		t.Errorf("validated %+v", got)
	}
	_, err = m.Create(t.Context(), "bob", Device{}, session.WithToken(token))
	wantError(t, "Create with a taken id", err, spec.ErrSessionExists)
	if got := wantValid(t, m, token); got.UserID != "ann" {
		t.Errorf("after another's attempt, validated %+v", got)
	}
	f.forget()
	_, err = m.Create(t.Context(), "ann", Device{}, session.WithToken(session.Token{}))
	wantError(t, "Create with the zero token", err, spec.ErrInvalid)
	wantCalls(t, f, "Create with the zero token")
}

func anonymous(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s, err := m.Create(t.Context(), "", Device{Cart: []string{"tea"}})
	must(t, err)
	got, user, err := m.Validate(t.Context(), s.Token())
	must(t, err)
	if got.UserID != "" || got.Attributes.Cart[0] != "tea" || user != (spec.User[User]{}) {
		t.Errorf("validated %+v of %+v", got, user)
	}
	f.set(s.ActiveUntil)
	if got := wantValid(t, m, s.Token()); !got.Fresh {
		t.Error("an anonymous session was not renewed")
	}
}

func sessionAttributes(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	want := Device{Name: "phone", Serial: new("1"), Cart: []string{"tea"}, Labels: map[string]int{"a": 1}}
	s, err := m.Create(t.Context(), "ann", want)
	must(t, err)
	if got := wantValid(t, m, s.Token()).Attributes; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// attributeErrors: the manager returns the store's error unchanged.
func attributeErrors(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	taken := new("1")
	s, err := m.Create(t.Context(), "ann", Device{Serial: taken})
	must(t, err)
	check := func(what string, err error, kind spec.ConstraintKind, attribute string) {
		t.Helper()
		c, ok := errors.AsType[*spec.ConstraintError](err)
		if !ok || c.Kind != kind || c.Attribute != attribute || spec.ClassOf(err) != spec.ErrConstraint {
			t.Errorf("%s: got error %v, want the constraint %q of %s", what, err, kind, attribute)
		}
	}
	_, err = m.Create(t.Context(), "bob", Device{Serial: taken})
	check("Create", err, spec.NotUnique, "Serial")
	if f.rows(t, "bob") != 0 {
		t.Error("a session that was refused is there")
	}
	_, err = m.Create(t.Context(), "bob", Device{Name: strings.Repeat("x", 41)})
	check("Create", err, spec.TooLong, "Name")
	_, err = m.Create(t.Context(), "bob", Device{Name: "\xff"})
	wantError(t, "Create", err, spec.ErrInvalid)

	other := f.create(t, m)
	_, err = m.Update(t.Context(), other, func(d *Device) { d.Serial = taken })
	check("Update", err, spec.NotUnique, "Serial")
	_, err = m.Update(t.Context(), s, func(d *Device) { d.Name = strings.Repeat("x", 41) })
	check("Update", err, spec.TooLong, "Name")
	_, err = m.UpdateUser(t.Context(), "ann", func(u *User) { u.Email = "bob@example.com" })
	check("UpdateUser", err, spec.NotUnique, "Email")
}

package managertest

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

func update(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	before := Device{Name: "phone", Serial: new("1"), Cart: []string{"tea"}, Labels: map[string]int{"a": 1}}
	s, err := m.Create(t.Context(), "ann", before)
	must(t, err)
	// The client has not received its token yet.
	if fresh, err := m.Update(t.Context(), s, func(*Device) {}); err != nil || !fresh.Fresh {
		t.Errorf("updated a fresh session into %+v, %v", fresh, err)
	}
	s = wantValid(t, m, s.Token())
	got, err := m.Update(t.Context(), s, func(d *Device) {
		d.Serial = nil
		d.Labels["b"] = 2 // in place
	})
	must(t, err)
	want := Device{Name: "phone", Cart: []string{"tea"}, Labels: map[string]int{"a": 1, "b": 2}}
	if !reflect.DeepEqual(got.Attributes, want) || got.Token().Reveal() != s.Token().Reveal() || !got.ExpiresAt.Equal(s.ExpiresAt) {
		t.Errorf("updated into %+v, want %+v", got, want)
	}
	if !reflect.DeepEqual(s.Attributes, before) {
		t.Errorf("the session that was passed has become %+v", s.Attributes)
	}
	if read := wantValid(t, m, s.Token()); !reflect.DeepEqual(read.Attributes, want) {
		t.Errorf("read %+v, want %+v", read.Attributes, want)
	}
	// The returned session can be renewed, like the one that was passed.
	if renewed, err := m.Renew(t.Context(), got); err != nil || !renewed.Fresh {
		t.Errorf("renewed into %+v, %v", renewed, err)
	}
	// An update that changes nothing is not an error, nor is a session without a token.
	listed, err := m.List(t.Context(), "ann")
	must(t, err)
	if got, err := m.Update(t.Context(), listed[0], func(*Device) {}); err != nil || !got.Token().IsZero() || got.ID != s.ID {
		t.Errorf("without a change: %+v, %v", got, err)
	}
}

func updateExpired(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{NoCleanup: true})
	s, ended := f.create(t, m), f.create(t, m)
	must(t, m.Invalidate(t.Context(), ended.ID))
	f.set(s.ExpiresAt)
	for _, s := range []deviceOf{s, ended, {}} {
		_, err := m.Update(t.Context(), s, func(d *Device) { d.Name = "x" })
		wantError(t, "Update", err, session.ErrNoSession)
	}
	row, err := f.store.Session(t.Context(), string(s.ID))
	if err != nil || row.Attributes.Name != "phone" {
		t.Errorf("the expired session has become %+v, %v", row.Attributes, err)
	}
	// A value read before a renewal does not make the session expire.
	s = f.create(t, m)
	f.set(s.ActiveUntil)
	wantValid(t, m, s.Token())
	f.set(s.ExpiresAt)
	if _, err := m.Update(t.Context(), s, func(d *Device) { d.Name = "x" }); err != nil {
		t.Errorf("Update of a renewed session: %v", err)
	}
}

// updateKeepsOthers: an update writes only the attributes that it changes.
func updateKeepsOthers(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	s := f.create(t, m)
	done := false
	f.runDuring(func(ctx context.Context, op spec.Op, call func() error) error {
		if op == spec.OpUpdateSession && !done {
			done = true
			_, err := m.Update(t.Context(), s, func(d *Device) { d.Cart = []string{"tea"} })
			must(t, err)
			_, err = m.Renew(t.Context(), s)
			must(t, err)
		}
		return call()
	}, func() {
		f.wait(1)
		_, err := m.Update(t.Context(), s, func(d *Device) { d.Name = "tablet" })
		must(t, err)
	})
	got := wantValid(t, m, s.Token()).Attributes
	if got.Name != "tablet" || !slices.Equal(got.Cart, []string{"tea"}) {
		t.Errorf("of two updates there is %+v", got)
	}
}

// updateVoid: Update does not return a token that another request has replaced in between.
// A session without a token is not fresh.
func updateVoid(t *testing.T, f *fixture) {
	for _, renewal := range []session.Renewal{session.Extend, session.Rotate} {
		m := f.manager(t, session.Config{Renewal: renewal})
		s := f.create(t, m)
		next, err := m.RotateNow(t.Context(), wantValid(t, m, s.Token()))
		must(t, err)
		got, err := m.Update(t.Context(), s, func(d *Device) { d.Name = "tablet" })
		must(t, err)
		if !got.Token().IsZero() || got.Fresh || got.Attributes.Name != "tablet" {
			t.Errorf("with a void token updated into %+v", got)
		}
		_, err = m.Renew(t.Context(), got)
		wantError(t, "Renew with a void token", err, session.ErrNoSession)
		if got, err := m.Update(t.Context(), next, func(*Device) {}); err != nil || got.Token().Reveal() != next.Token().Reveal() || !got.Fresh {
			t.Errorf("with the new token updated into %+v, %v", got, err)
		}
	}
}

func updateUser(t *testing.T, f *fixture) {
	m := f.manager(t, session.Config{})
	f.forget()
	got, err := m.UpdateUser(t.Context(), "ann", func(u *User) { u.Name = "Ann" })
	must(t, err)
	wantCalls(t, f, "UpdateUser", spec.OpUser, spec.OpUpdateUser)
	want := spec.User[User]{ID: "ann", Attributes: User{Email: "ann@example.com", Name: "Ann"}}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if read, err := f.store.User(t.Context(), "ann"); err != nil || read != want {
		t.Errorf("read %+v, %v, want %+v", read, err, want)
	}
	_, err = m.UpdateUser(t.Context(), "unknown", func(u *User) { u.Name = "Ann" })
	wantError(t, "UpdateUser", err, spec.ErrUserNotFound)
}

package session_test

import (
	"errors"
	"testing"
	"time"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/internal/testing/managertest"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// TestManagerWithoutUsers: if users are kept elsewhere, every id is that of a user, and
// all methods for users use only the id.
func TestManagerWithoutUsers(t *testing.T) {
	t.Parallel()
	store, err := memory.NewSessions[managertest.Device]()
	must(t, err)
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	m, err := session.NewManagerWithoutUsers(store, session.Config{Now: func() time.Time { return now }, MaxSessions: 2})
	must(t, err)
	ctx := t.Context()

	visitor, err := m.Create(ctx, "", managertest.Device{Name: "phone"})
	must(t, err)
	if _, user, err := m.Validate(ctx, visitor.Token()); err != nil || user.ID != "" {
		t.Errorf("an anonymous session is of %q, %v", user.ID, err)
	}
	anyone := session.IfUser(func(struct{}) bool { return true })
	s, err := m.SignIn(ctx, visitor, "4711", managertest.Device{}, anyone)
	must(t, err)
	now = s.ActiveUntil
	got, user, err := m.Validate(ctx, s.Token())
	if err != nil || user.ID != "4711" || !got.Fresh || got.Attributes.Name != "phone" {
		t.Errorf("validated %+v of %q, %v", got, user.ID, err)
	}
	if _, err := m.ValidateSession(ctx, visitor.Token()); !errors.Is(err, session.ErrNoSession) {
		t.Errorf("the visitor's session: %v", err)
	}
	for range 2 {
		now = now.Add(time.Second)
		_, err = m.Create(ctx, "4711", managertest.Device{})
		must(t, err)
	}
	if list, err := m.List(ctx, "4711"); err != nil || len(list) != 2 {
		t.Errorf("a user with a limit of 2 has %d sessions, %v", len(list), err)
	}
	if list, err := m.List(ctx, "unheard of"); err != nil || len(list) != 0 {
		t.Errorf("a user without sessions has %d, %v", len(list), err)
	}
	for _, id := range []string{"", "\x00"} {
		if _, err := m.User(ctx, id); !errors.Is(err, spec.ErrUserNotFound) {
			t.Errorf("user %q: %v", id, err)
		}
		if _, err := m.UpdateUser(ctx, id, func(*struct{}) {}); !errors.Is(err, spec.ErrUserNotFound) {
			t.Errorf("update of user %q: %v", id, err)
		}
	}
	if user, err := m.UpdateUser(ctx, "4711", func(*struct{}) {}); err != nil || user.ID != "4711" {
		t.Errorf("update: %q, %v", user.ID, err)
	}
	must(t, m.InvalidateUser(ctx, "4711"))
	if list, err := m.List(ctx, "4711"); err != nil || len(list) != 0 {
		t.Errorf("a user who was signed out has %d sessions, %v", len(list), err)
	}
	must(t, store.Close())
	if _, _, err := m.Validate(ctx, s.Token()); spec.ClassOf(err) != spec.ErrClosed {
		t.Errorf("after Close: %v", err)
	}
	if _, err := session.NewManagerWithoutUsers[struct{}](nil, session.Config{}); err == nil {
		t.Error("a manager without a store")
	}
}

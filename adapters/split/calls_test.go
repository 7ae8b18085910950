package split_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/split"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// counted is a store that records which of its methods are called.
type counted struct {
	memory.Adapter
	side  string
	calls *[]string // of both sides, in their order
}

func (c counted) add(method string) { *c.calls = append(*c.calls, c.side+"."+method) }

func (c counted) CreateUser(ctx context.Context, user spec.UserRow) error {
	c.add("CreateUser")
	return c.Adapter.CreateUser(ctx, user)
}

func (c counted) User(ctx context.Context, id string, into *spec.UserRow) error {
	c.add("User")
	return c.Adapter.User(ctx, id, into)
}

func (c counted) UserBy(ctx context.Context, place int, value any, into *spec.UserRow) error {
	c.add("UserBy")
	return c.Adapter.UserBy(ctx, place, value, into)
}

func (c counted) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	c.add("UpdateUser")
	return c.Adapter.UpdateUser(ctx, id, change)
}

func (c counted) DeleteUser(ctx context.Context, id string) error {
	c.add("DeleteUser")
	return c.Adapter.DeleteUser(ctx, id)
}

func (c counted) CreateSession(ctx context.Context, session spec.SessionRow) error {
	c.add("CreateSession")
	return c.Adapter.CreateSession(ctx, session)
}

func (c counted) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	c.add("Session")
	return c.Adapter.Session(ctx, id, into)
}

func (c counted) SessionAndUser(ctx context.Context, id string, session *spec.SessionRow, user *spec.UserRow) error {
	c.add("SessionAndUser")
	return c.Adapter.SessionAndUser(ctx, id, session, user)
}

func (c counted) UserSessions(ctx context.Context, userID string, next func() *spec.SessionRow) error {
	c.add("UserSessions")
	return c.Adapter.UserSessions(ctx, userID, next)
}

func (c counted) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	c.add("UpdateSession")
	return c.Adapter.UpdateSession(ctx, id, change)
}

func (c counted) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	c.add("SwapLease")
	return c.Adapter.SwapLease(ctx, id, from, to)
}

func (c counted) DeleteSession(ctx context.Context, id string) error {
	c.add("DeleteSession")
	return c.Adapter.DeleteSession(ctx, id)
}

func (c counted) DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error) {
	c.add("DeleteUserSessions")
	return c.Adapter.DeleteUserSessions(ctx, userID, keep)
}

func (c counted) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	c.add("DeleteExpiredSessions")
	return c.Adapter.DeleteExpiredSessions(ctx, sweep)
}

// person has an attribute by which users are found.
type person struct {
	Email string `db:"email,unique,max=254"`
}

// TestCalls: a call of the split store is one call of one of its stores, except for
// SessionAndUser, CreateSession and DeleteUser. With servers, each of these is a round trip.
func TestCalls(t *testing.T) {
	var calls []string
	s, err := spec.NewStore[person, device]("split", func(columns spec.Columns) (spec.Adapter, error) {
		users := counted{memory.NewAdapter(spec.Columns{Users: columns.Users}), "users", &calls}
		sessions := counted{memory.NewAdapter(spec.Columns{Sessions: columns.Sessions}), "sessions", &calls}
		return split.NewAdapter(users, sessions, columns)
	})
	ok(t, err)
	ctx, phone, stray, visit := t.Context(), session("phone"), session("stray"), session("visit")
	stray.UserID, visit.UserID = "unknown", ""
	next := spec.Lease{ActiveUntil: phone.ActiveUntil, ExpiresAt: phone.ExpiresAt.Add(time.Hour)}
	refused := func(class, err error) error {
		if spec.ClassOf(err) == class {
			return nil
		}
		return err
	}
	deleted := func(_ int64, err error) error { return err }
	for _, c := range []struct {
		call string
		do   func() error
		want []string
	}{
		{"CreateUser", func() error { return s.CreateUser(ctx, spec.User[person]{ID: "ann", Attributes: person{"a@b"}}) }, []string{"users.CreateUser"}},
		{"User", func() error { _, err := s.User(ctx, "ann"); return err }, []string{"users.User"}},
		{"UserBy", func() error { _, err := s.UserBy(ctx, "Email", "a@b"); return err }, []string{"users.UserBy"}},
		{"UpdateUser", func() error { return s.UpdateUser(ctx, "ann", person{"c@d"}, attr.All[person]()) }, []string{"users.UpdateUser"}},
		{"CreateSession", func() error { return s.CreateSession(ctx, phone) }, []string{"sessions.CreateSession", "users.UpdateUser"}},
		{"CreateSession, taken", func() error { return refused(spec.ErrSessionExists, s.CreateSession(ctx, phone)) }, []string{"sessions.CreateSession"}},
		{"CreateSession of an unknown user", func() error { return refused(spec.ErrUserNotFound, s.CreateSession(ctx, stray)) },
			[]string{"sessions.CreateSession", "users.UpdateUser", "sessions.DeleteSession"}},
		{"CreateSession, anonymous", func() error { return s.CreateSession(ctx, visit) }, []string{"sessions.CreateSession"}},
		{"Session", func() error { _, err := s.Session(ctx, "phone"); return err }, []string{"sessions.Session"}},
		{"SessionAndUser", func() error { _, _, err := s.SessionAndUser(ctx, "phone"); return err }, []string{"sessions.Session", "users.User"}},
		{"SessionAndUser, anonymous", func() error { _, _, err := s.SessionAndUser(ctx, "visit"); return err }, []string{"sessions.Session"}},
		{"SessionAndUser, unknown", func() error {
			_, _, err := s.SessionAndUser(ctx, "unknown")
			return refused(spec.ErrSessionNotFound, err)
		}, []string{"sessions.Session"}},
		{"UserSessions", func() error { _, err := s.UserSessions(ctx, "ann"); return err }, []string{"sessions.UserSessions"}},
		{"UpdateSession", func() error { return s.UpdateSession(ctx, "phone", device{"new", nil}, attr.All[device]()) }, []string{"sessions.UpdateSession"}},
		{"SwapLease", func() error { return s.SwapLease(ctx, "phone", phone.Lease, next) }, []string{"sessions.SwapLease"}},
		{"DeleteSession", func() error { return s.DeleteSession(ctx, "visit") }, []string{"sessions.DeleteSession"}},
		{"DeleteUserSessionsExcept", func() error { return deleted(s.DeleteUserSessionsExcept(ctx, "ann", "phone")) }, []string{"sessions.DeleteUserSessions"}},
		{"DeleteUserSessions", func() error { return deleted(s.DeleteUserSessions(ctx, "ann")) }, []string{"sessions.DeleteUserSessions"}},
		{"DeleteExpiredSessions", func() error {
			return deleted(s.DeleteExpiredSessions(ctx, spec.Sweep{Now: phone.CreatedAt, Everyone: true, Limit: 1}))
		}, []string{"sessions.DeleteExpiredSessions"}},
		{"DeleteUser", func() error { return s.DeleteUser(ctx, "ann") }, []string{"users.DeleteUser", "sessions.DeleteUserSessions"}},
	} {
		calls = nil
		ok(t, c.do())
		if !slices.Equal(calls, c.want) {
			t.Errorf("split, %s: %d calls %v, want %d: %v", c.call, len(calls), calls, len(c.want), c.want)
		}
	}
}

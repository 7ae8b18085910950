package memory

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func TestBadTypes(t *testing.T) {
	t.Parallel()
	type bad struct{ Any any }
	type owned struct {
		Expires time.Time `db:"expires_at"`
	}
	for name, open := range map[string]func() error{
		"users":          func() error { _, err := New[bad, struct{}](); return err },
		"sessions":       func() error { _, err := New[owned, owned](); return err },
		"sessions alone": func() error { _, err := NewSessions[bad](); return err },
	} {
		if err := open(); spec.ClassOf(err) != spec.ErrInvalid || !strings.HasPrefix(err.Error(), "memory: open: ") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	got, err := open(t).Describe(t.Context())
	if err != nil || got.Name != "memory" || got.Engine != "Go" || got.Version == "" ||
		got.Weaknesses != (spec.Weaknesses{Volatile: true}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

// calls returns calls of all methods. Arguments that can be invalid are invalid.
func calls(a *adapter, id string) map[spec.Op]func(context.Context) error {
	p, s := person(1), visit(id, "", time.Hour)
	p.ID = id
	p.Attributes.Name = id
	return map[spec.Op]func(context.Context) error{
		spec.OpCreateUser:    func(ctx context.Context) error { return a.CreateUser(ctx, p) },
		spec.OpUser:          func(ctx context.Context) error { _, err := a.User(ctx, id); return err },
		spec.OpUserBy:        func(ctx context.Context) error { _, err := a.UserBy(ctx, id, id); return err },
		spec.OpUpdateUser:    func(ctx context.Context) error { return a.UpdateUser(ctx, id, p.Attributes, attr.All[account]()) },
		spec.OpDeleteUser:    func(ctx context.Context) error { return a.DeleteUser(ctx, id) },
		spec.OpCreateSession: func(ctx context.Context) error { return a.CreateSession(ctx, s) },
		spec.OpSession:       func(ctx context.Context) error { _, err := a.Session(ctx, id); return err },
		spec.OpSessionAndUser: func(ctx context.Context) error {
			_, _, err := a.SessionAndUser(ctx, id)
			return err
		},
		spec.OpUserSessions: func(ctx context.Context) error { _, err := a.UserSessions(ctx, id); return err },
		spec.OpUpdateSession: func(ctx context.Context) error {
			return a.UpdateSession(ctx, id, device{Serial: &id}, attr.All[device]())
		},
		spec.OpSwapLease: func(ctx context.Context) error {
			return a.SwapLease(ctx, id, s.Lease, spec.Lease{Credential: id})
		},
		spec.OpDeleteSession: func(ctx context.Context) error { return a.DeleteSession(ctx, id) },
		spec.OpDeleteUserSessions: func(ctx context.Context) error {
			_, err := a.DeleteUserSessions(ctx, id)
			return err
		},
		spec.OpDeleteExpiredSessions: func(ctx context.Context) error {
			_, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: epoch, Everyone: true, Limit: strings.Count(id, "o")})
			return err
		},
		spec.OpPing:     a.Ping,
		spec.OpDescribe: func(ctx context.Context) error { _, err := a.Describe(ctx); return err },
	}
}

// TestPrecedence: ErrClosed takes precedence over a done context, and that over invalid
// input. Each error names its operation.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	done, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancelLate := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancelLate()
	const bad = "bad\x00id"
	// For the other methods an invalid id is like an id that does not exist.
	invalid := []spec.Op{
		spec.OpCreateUser, spec.OpUserBy, spec.OpUpdateUser, spec.OpCreateSession, spec.OpUpdateSession,
		spec.OpSwapLease, spec.OpDeleteExpiredSessions,
	}
	a := open(t)
	for op, call := range calls(a, bad) {
		wantClass(t, string(op), call(done), context.Canceled)
		wantClass(t, string(op), call(late), context.DeadlineExceeded)
		err := call(t.Context())
		if slices.Contains(invalid, op) != errors.Is(err, spec.ErrInvalid) {
			t.Errorf("%s with bad input: %v", op, err)
		}
		if err != nil && (!strings.HasPrefix(err.Error(), "memory: "+string(op)+": ") || strings.Contains(err.Error(), bad)) {
			t.Errorf("%s: the error reads %q", op, err)
		}
	}
	checkEmpty(t, inside(a))
	for op, call := range calls(a, "good") {
		wantClass(t, string(op), call(done), context.Canceled)
	}
	checkEmpty(t, inside(a))

	must(t, a.Close())
	must(t, a.Close())
	for op, call := range calls(a, bad) {
		wantClass(t, string(op)+" when closed", call(done), spec.ErrClosed)
	}
}

// TestSessionsAlone: users are kept elsewhere, so every user id is accepted, and nothing
// remains of a user without sessions.
func TestSessionsAlone(t *testing.T) {
	t.Parallel()
	a, err := NewSessions[device]()
	must(t, err)
	ctx := t.Context()
	removals := map[string]func() (int64, error){
		"DeleteUserSessions": func() (int64, error) { return a.DeleteUserSessions(ctx, "ann") },
		"DeleteExpiredSessions": func() (int64, error) {
			return a.DeleteExpiredSessions(ctx, spec.Sweep{Now: epoch.Add(time.Hour), UserID: "ann", Limit: 9})
		},
	}
	for name, remove := range removals {
		must(t, a.CreateSession(ctx, visit("2", "ann", time.Hour)))
		must(t, a.CreateSession(ctx, visit("1", "ann", time.Hour)))
		must(t, a.CreateSession(ctx, visit("3", "bob", time.Hour)))
		must(t, a.CreateSession(ctx, visit("4", "", time.Hour)))
		refused := visit("5", "eve", time.Hour)
		refused.Attributes.Serial = visit("1", "", 0).Attributes.Serial
		wantNotUnique(t, a.CreateSession(ctx, refused), "Serial")
		must(t, a.DeleteSession(ctx, "3"))

		list, err := a.UserSessions(ctx, "ann")
		if err != nil || len(list) != 2 || list[0].ID != "1" || list[1].ID != "2" {
			t.Fatalf("got %v, %v, want sessions 1 and 2", list, err)
		}
		if n, err := remove(); err != nil || n != 2 {
			t.Fatalf("%s: got %d, %v, want 2", name, n, err)
		}
		list, err = a.UserSessions(ctx, "ann")
		if err != nil || len(list) != 0 {
			t.Fatalf("%s: %v, %v is left", name, list, err)
		}
		got, err := a.Session(ctx, "4")
		if err != nil || got.UserID != "" {
			t.Fatalf("the anonymous session: %v, %v", got, err)
		}
		must(t, a.DeleteSession(ctx, "4"))
		checkEmpty(t, insideSessions(a))
	}
}

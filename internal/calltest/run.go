package calltest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Outcomes are those that differ from the contract's, by the call's name in the
// program: an error of the class that is wanted, a *spec.ConstraintError, or nil
// for a call that succeeds.
type Outcomes map[string]error

// Run makes each call of the program on an adapter that Fill has filled, and
// compares what comes of it with the contract, or with what differs.
func Run(t testing.TB, a Adapter, differs Outcomes) {
	t.Helper()
	known := make(map[string]bool)
	for _, step := range program {
		known[step.name] = true
		want := step.want
		if other, ok := differs[step.name]; ok {
			want = other
		}
		err := step.do(t.Context(), a)
		if got, want := outcome(err), outcome(want); got != want {
			t.Errorf("%s: got %s, want %s: %v", step.name, got, want, err)
		}
	}
	for name := range differs {
		if !known[name] {
			t.Errorf("the program has no call %q", name)
		}
	}
}

// outcome says what an error is to a caller.
func outcome(err error) string {
	if c, ok := errors.AsType[*spec.ConstraintError](err); ok {
		return fmt.Sprintf("%q", c)
	}
	if class := spec.ClassOf(err); class != nil {
		return fmt.Sprintf("%q", class)
	}
	if errors.Is(err, ErrDifferent) {
		return fmt.Sprintf("%q", ErrDifferent)
	}
	if err != nil {
		return fmt.Sprintf("%q, of no class", err)
	}
	return "success"
}

// ErrDifferent is the outcome of a call that succeeds with another answer than the
// contract's, after a call before it came to something else.
var ErrDifferent = errors.New("another answer")

// unless returns ErrDifferent, with what was got, if that is not right.
func unless(right bool, got any) error {
	if right {
		return nil
	}
	return fmt.Errorf("%w: %+v", ErrDifferent, got)
}

// step is one call.
type step struct {
	name string
	want error
	do   func(context.Context, Adapter) error
}

// program is what Run does, in this order.
var program = []step{
	// Users.
	{"CreateUser", nil, createUser(aUser("bob"))},
	{"User", nil, user(aUser("bob"))},
	{"UserBy", nil, func(ctx context.Context, a Adapter) error {
		got, err := a.UserBy(ctx, "Email", "bob@example.com")
		return first(err, unless(got == aUser("bob"), got))
	}},
	{"CreateUser, id taken", spec.ErrUserExists, createUser(spec.User[User]{ID: "bob", Attributes: User{Email: "other@example.com"}})},
	{"User after that", nil, user(aUser("bob"))},
	{"CreateUser, email taken", &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"},
		createUser(spec.User[User]{ID: "twin", Attributes: aUser("bob").Attributes})},
	{"CreateUser, email in capitals", nil, createUser(spec.User[User]{ID: "capitals", Attributes: User{Email: "BOB@EXAMPLE.COM"}})},
	{"CreateUser, id in capitals", nil, createUser(spec.User[User]{ID: "BOB", Attributes: User{Email: "3@example.com"}})},
	{"CreateUser, id with a space", nil, createUser(spec.User[User]{ID: "bob ", Attributes: User{Email: "4@example.com"}})},
	{"UpdateUser", nil, updateUser("bob")},
	{"UpdateUser, nobody", spec.ErrUserNotFound, updateUser("nobody")},
	{"UpdateUser, email taken", &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}, func(ctx context.Context, a Adapter) error {
		return a.UpdateUser(ctx, "bob", User{Email: "ann@example.com"}, mask[User]("Email"))
	}},
	{"UpdateUser mute", nil, updateUser(Mute)},
	{"CreateUser hush", nil, createUser(aUser(Hush))},
	{"User hush", nil, user(aUser(Hush))},

	// Sessions.
	{"CreateSession", nil, createSession("laptop", "bob")},
	{"CreateSession, another", nil, createSession("tablet", "bob")},
	{"CreateSession, id taken", spec.ErrSessionExists, createSession("laptop", "ann")},
	{"CreateSession, nobody's", spec.ErrUserNotFound, createSession("stray", "nobody")},
	{"CreateSession, anonymous", nil, createSession("cart", "")},
	{"CreateSession hush", nil, createSession(Hush, "ann")},
	{"SessionAndUser", nil, func(ctx context.Context, a Adapter) error {
		s, u, err := a.SessionAndUser(ctx, "laptop")
		return first(err, unless(s == aSession("laptop", "bob") && u.ID == "bob", s))
	}},
	{"UserSessions", nil, func(ctx context.Context, a Adapter) error {
		list, err := a.UserSessions(ctx, "bob")
		return first(err, unless(len(list) == 2 && list[0].ID == "laptop" && list[1].ID == "tablet", list))
	}},
	{"UpdateSession", nil, updateSession("laptop")},
	{"UpdateSession, none", spec.ErrSessionNotFound, updateSession("none")},
	{"UpdateSession mute", nil, updateSession(Mute)},
	{"SwapLease", nil, swap("laptop")},
	{"SwapLease, stale", spec.ErrStale, swap("laptop")},
	{"SwapLease, none", spec.ErrSessionNotFound, swap("none")},
	{"SwapLease mute", nil, swap(Mute)},

	// Deletions.
	{"DeleteUserSessionsExcept", nil, exceptOf("bob", "laptop", 1)},
	{"DeleteUserSessionsExcept again", nil, exceptOf("bob", "laptop", 0)},
	{"Session, kept", nil, session("laptop")},
	{"Session, not kept", spec.ErrSessionNotFound, session("tablet")},
	{"DeleteUserSessionsExcept mute", nil, exceptOf(Mute, "none", 1)},
	{"DeleteSession", nil, deleteSession("laptop")},
	{"DeleteSession again", nil, deleteSession("laptop")},
	{"Session, deleted", spec.ErrSessionNotFound, session("laptop")},
	{"DeleteSession mute", nil, deleteSession(Mute)},
	{"DeleteExpiredSessions", nil, func(ctx context.Context, a Adapter) error {
		n, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: lease.ExpiresAt, UserID: "ann", Limit: 1})
		return first(err, unless(n == 1, n))
	}},
	{"CreateSession, last", nil, createSession("last", "bob")},
	{"DeleteUser", nil, deleteUser("bob")},
	{"DeleteUser again", nil, deleteUser("bob")},
	{"User, deleted", spec.ErrUserNotFound, user(aUser("bob"))},
	{"Session of the deleted user", spec.ErrSessionNotFound, session("last")},
	{"DeleteUser mute", nil, deleteUser(Mute)},
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func mask[T any](field string) attr.Mask[T] {
	m, err := attr.Fields[T](field)
	if err != nil {
		panic(err) // the fields are ours
	}
	return m
}

func createUser(u spec.User[User]) func(context.Context, Adapter) error {
	return func(ctx context.Context, a Adapter) error { return a.CreateUser(ctx, u) }
}

func user(want spec.User[User]) func(context.Context, Adapter) error {
	return func(ctx context.Context, a Adapter) error {
		got, err := a.User(ctx, want.ID)
		return first(err, unless(got == want, got))
	}
}

func updateUser(id string) func(context.Context, Adapter) error {
	return func(ctx context.Context, a Adapter) error {
		if err := a.UpdateUser(ctx, id, User{Name: "new"}, mask[User]("Name")); err != nil {
			return err
		}
		got, err := a.User(ctx, id)
		return first(err, unless(got.Attributes.Name == "new" && got.Attributes.Email == id+"@example.com", got))
	}
}

func deleteUser(id string) func(context.Context, Adapter) error {
	return func(ctx context.Context, a Adapter) error { return a.DeleteUser(ctx, id) }
}

func createSession(id, userID string) func(context.Context, Adapter) error {
	return func(ctx context.Context, a Adapter) error { return a.CreateSession(ctx, aSession(id, userID)) }
}

func session(id string) func(context.Context, Adapter) error {
	return func(ctx context.Context, a Adapter) error {
		got, err := a.Session(ctx, id)
		return first(err, unless(got.ID == id, got))
	}
}

func updateSession(id string) func(context.Context, Adapter) error {
	return func(ctx context.Context, a Adapter) error {
		if err := a.UpdateSession(ctx, id, Session{"new"}, mask[Session]("Device")); err != nil {
			return err
		}
		got, err := a.Session(ctx, id)
		return first(err, unless(got.Attributes.Device == "new" && got.Lease.Equal(lease), got))
	}
}

func swap(id string) func(context.Context, Adapter) error {
	return func(ctx context.Context, a Adapter) error {
		if err := a.SwapLease(ctx, id, lease, next); err != nil {
			return err
		}
		got, err := a.Session(ctx, id)
		return first(err, unless(got.Lease.Equal(next), got))
	}
}

func exceptOf(userID, keep string, want int64) func(context.Context, Adapter) error {
	return func(ctx context.Context, a Adapter) error {
		n, err := a.DeleteUserSessionsExcept(ctx, userID, keep)
		return first(err, unless(n == want, n))
	}
}

func deleteSession(id string) func(context.Context, Adapter) error {
	return func(ctx context.Context, a Adapter) error { return a.DeleteSession(ctx, id) }
}

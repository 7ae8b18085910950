package postgres_test

import (
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Every call that finds its row is one statement, and one round trip once the connection has
// prepared it. A swap that does not find the lease takes another to find the reason. A handle
// of the application costs no more.
func TestOneRoundTrip(t *testing.T) {
	for _, handle := range []string{"", "pgx"} {
		t.Run("handle "+handle, func(t *testing.T) { checkRoundTrips(t, handle) })
	}
}

// checkRoundTrips checks the round trips of each call on a handle of a database/sql driver,
// or, without its name, on one that the adapter opens.
func checkRoundTrips(t *testing.T, handle string) {
	t.Parallel()
	p := newPlace(t, nil)
	a := p.ready(p.openOn(handle))
	ctx := t.Context()
	bob := spec.User[Person]{ID: "bob", Attributes: Person{Email: "bob@example.com"}}
	laptop := spec.Session[Device]{ID: "laptop", UserID: "bob", CreatedAt: noon, Lease: lease}
	next := spec.Lease{ActiveUntil: noon, ExpiresAt: noon, Credential: "next"}
	calls := []struct {
		call, command string
		more          int // SELECTs
		do            func() error
	}{
		{"CreateUser", "INSERT", 0, func() error { return a.CreateUser(ctx, bob) }},
		{"User", "SELECT", 0, func() error { _, err := a.User(ctx, bob.ID); return err }},
		{"UserBy", "SELECT", 0, func() error { _, err := a.UserBy(ctx, "Email", bob.Attributes.Email); return err }},
		{"UpdateUser", "UPDATE", 0, func() error { return a.UpdateUser(ctx, bob.ID, bob.Attributes, attr.All[Person]()) }},
		{"UpdateUser of nothing", "SELECT", 0, func() error { return a.UpdateUser(ctx, bob.ID, bob.Attributes, attr.Mask[Person]{}) }},
		{"CreateSession", "INSERT", 0, func() error { return a.CreateSession(ctx, laptop) }},
		{"Session", "SELECT", 0, func() error { _, err := a.Session(ctx, laptop.ID); return err }},
		{"SessionAndUser", "SELECT", 0, func() error { _, _, err := a.SessionAndUser(ctx, laptop.ID); return err }},
		{"UserSessions", "SELECT", 0, func() error { _, err := a.UserSessions(ctx, bob.ID); return err }},
		{"UpdateSession", "UPDATE", 0, func() error { return a.UpdateSession(ctx, laptop.ID, Device{Name: "x"}, attr.All[Device]()) }},
		{"SwapLease", "UPDATE", 0, func() error { return a.SwapLease(ctx, laptop.ID, lease, next) }},
		{"SwapLease that is stale", "UPDATE", 1, func() error {
			servertest.WantClass(t, a.SwapLease(ctx, laptop.ID, lease, next), spec.ErrStale, "SwapLease")
			return nil
		}},
		{"DeleteUserSessionsExcept", "DELETE", 0, func() error { _, err := a.DeleteUserSessionsExcept(ctx, bob.ID, "x"); return err }},
		{"CreateSession, the same again", "INSERT", 0, func() error { return a.CreateSession(ctx, laptop) }},
		{"DeleteUserSessions", "DELETE", 0, func() error { _, err := a.DeleteUserSessions(ctx, bob.ID); return err }},
		{"CreateSession, once more", "INSERT", 0, func() error { return a.CreateSession(ctx, laptop) }},
		{"DeleteSession", "DELETE", 0, func() error { return a.DeleteSession(ctx, laptop.ID) }},
		{"DeleteExpiredSessions", "DELETE", 0, func() error {
			_, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon, Everyone: true, Limit: 1})
			return err
		}},
		{"DeleteUser", "DELETE", 0, func() error { return a.DeleteUser(ctx, bob.ID) }},
	}
	for _, c := range calls {
		servertest.OK(t, c.do()) // which prepares the statement
	}
	for _, c := range calls {
		want := map[string]int{c.command: 1}
		if c.more > 0 {
			want["SELECT"] = c.more
		}
		if got := servertest.Cost(t, p.Counts, c.do); got.RoundTrips != 1+c.more || !maps.Equal(got.Answers, want) {
			t.Errorf("PostgreSQL, handle %q, %s: got %+v, want %d with %v", handle, c.call, got, 1+c.more, want)
		}
	}
}

// A refused write takes one more statement, and does not make the next one more expensive.
// By default pgx would prepare the statement again after an error, which takes two round
// trips.
func TestRefusedWritesAreTwoRoundTrips(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	a := p.ready(p.open())
	ctx := t.Context()
	bob := spec.User[Person]{ID: "bob", Attributes: Person{Email: "bob@example.com"}}
	servertest.OK(t, a.CreateUser(ctx, bob))
	laptop, taken := phone, bob
	laptop.ID, laptop.UserID = "laptop", "unknown"
	taken.ID = "rob"
	email, err := attr.Fields[Person]("Email")
	servertest.OK(t, err)
	for _, c := range []struct {
		refusal string
		class   error
		do      func() error
	}{
		{"session id taken", spec.ErrSessionExists, func() error { return a.CreateSession(ctx, phone) }},
		{"no such user", spec.ErrUserNotFound, func() error { return a.CreateSession(ctx, laptop) }},
		{"user id taken", spec.ErrUserExists, func() error { return a.CreateUser(ctx, ann) }},
		{"e-mail taken", spec.ErrConstraint, func() error { return a.CreateUser(ctx, taken) }},
		{"e-mail taken, update", spec.ErrConstraint, func() error { return a.UpdateUser(ctx, ann.ID, bob.Attributes, email) }},
	} {
		servertest.WantClass(t, c.do(), c.class, c.refusal) // which prepares
		got := servertest.Cost(t, p.Counts, func() error {
			servertest.WantClass(t, c.do(), c.class, c.refusal)
			servertest.WantClass(t, c.do(), c.class, c.refusal)
			return nil
		})
		if got.RoundTrips != 4 {
			t.Errorf("PostgreSQL, %s: %d round trips for two of them, want 4", c.refusal, got.RoundTrips)
		}
	}
}

// If the application or a pooler has deallocated a connection's prepared statements, the
// connection has them again after at most one call.
func TestStatementsAreDeallocated(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	db := servertest.OpenDB(t, "pgx", p.DSN)
	db.SetMaxOpenConns(1)
	a, err := postgres.New[Person, Device](t.Context(), db, postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	p.ready(a)
	update := func() error { return a.UpdateUser(t.Context(), ann.ID, ann.Attributes, attr.All[Person]()) }
	read := func() error { _, err := a.User(t.Context(), ann.ID); return err }
	for name, call := range map[string]func() error{"update": update, "read": read} {
		servertest.OK(t, call())
		_, err = db.ExecContext(t.Context(), "DEALLOCATE ALL")
		servertest.OK(t, err)
		servertest.WantClass(t, call(), spec.ErrFailed, name)
		servertest.OK(t, call())
	}
}

// A connection that was idle for a second is asked by pgx's stdlib whether it
// still answers, unless it is told not to. The clock is that of a bubble, so
// that no call waits for the second.
func TestIdleConnectionIsNotPinged(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	p.ready(p.open())
	idle := func(t *testing.T, a *adapter) (got containers.Counts) {
		t.Helper()
		ask := func() error {
			_, _, err := a.SessionAndUser(t.Context(), phone.ID)
			return err
		}
		servertest.OK(t, ask())
		servertest.OK(t, ask())
		time.Sleep(time.Minute)
		return servertest.Cost(t, p.Counts, ask)
	}
	synctest.Test(t, func(t *testing.T) {
		a, err := postgres.Open[Person, Device](t.Context(), p.DSN, postgres.WithSchema(p.Name))
		servertest.OK(t, err)
		defer a.Close()
		if got := idle(t, a); got.RoundTrips != 1 {
			t.Errorf("Open: %d round trips after a minute, want 1", got.RoundTrips)
		}
	})
	// A handle that the application opened shows that the test can detect the ping.
	synctest.Test(t, func(t *testing.T) {
		db := servertest.OpenDB(t, "pgx", p.DSN)
		a, err := postgres.New[Person, Device](t.Context(), db, postgres.WithSchema(p.Name))
		servertest.OK(t, err)
		if got := idle(t, a); got.RoundTrips != 2 {
			t.Errorf("New on pgx's own handle: %d round trips after a minute, want 2", got.RoundTrips)
		}
	})
}

// In every mode of every driver, a write whose answer is lost is sent to the server exactly
// once. (Clause ERR-06 checks the caller's error.)
func TestWritesAreSentOnce(t *testing.T) {
	for _, v := range subjects.PostgresModes() {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, v.Parameters)
			a := p.ready(p.openOn(v.Handle))
			ctx := t.Context()
			bob := spec.User[Person]{ID: "bob", Attributes: Person{Email: "bob@example.com"}}
			laptop := spec.Session[Device]{ID: "laptop", UserID: "bob", CreatedAt: noon, Lease: lease}
			next := spec.Lease{ActiveUntil: noon, ExpiresAt: noon, Credential: "next"}
			for _, write := range []struct {
				call, command string
				do            func() error
			}{
				{"CreateUser", "INSERT", func() error { return a.CreateUser(ctx, bob) }},
				{"UpdateUser", "UPDATE", func() error { return a.UpdateUser(ctx, bob.ID, Person{Name: "Bob"}, attr.All[Person]()) }},
				{"CreateSession", "INSERT", func() error { return a.CreateSession(ctx, laptop) }},
				{"UpdateSession", "UPDATE", func() error { return a.UpdateSession(ctx, laptop.ID, Device{Name: "x"}, attr.All[Device]()) }},
				{"SwapLease", "UPDATE", func() error { return a.SwapLease(ctx, laptop.ID, lease, next) }},
				{"DeleteSession", "DELETE", func() error { return a.DeleteSession(ctx, phone.ID) }},
				{"DeleteUserSessionsExcept", "DELETE", func() error { _, err := a.DeleteUserSessionsExcept(ctx, "ann", "x"); return err }},
				{"DeleteExpiredSessions", "DELETE", func() error {
					_, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon, Everyone: true, Limit: 1})
					return err
				}},
				{"DeleteUser", "DELETE", func() error { return a.DeleteUser(ctx, bob.ID) }},
			} {
				var err error
				p.LoseAnswer()
				got := servertest.Cost(t, p.Counts, func() error { err = write.do(); return nil })
				if got.Lost != 1 {
					t.Fatalf("%s: no answer was lost: %+v", write.call, got)
				}
				if err != nil {
					servertest.WantClass(t, err, spec.ErrIndeterminate, write.call)
				}
				delete(got.Answers, "SELECT") // it may look what has become of it
				if !maps.Equal(got.Answers, map[string]int{write.command: 1}) {
					t.Errorf("%s: the server answered %v, want one %s", write.call, got.Answers, write.command)
				}
			}
		})
	}
}

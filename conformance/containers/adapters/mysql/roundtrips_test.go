package mysql_test

import (
	"context"
	"maps"
	"net/url"
	"runtime"
	"slices"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// settings are parameters of the driver that change how statements are sent.
var settings = map[string]url.Values{
	"plain":             nil,
	"interpolateParams": {"interpolateParams": {"true"}},
	"clientFoundRows":   {"clientFoundRows": {"true"}},
	"multiStatements":   {"multiStatements": {"true"}},
}

// call is a call of one method.
type call struct {
	name    string
	command string // what the server answers
	do      func() error
}

// cost returns the traffic of a call. An update of no row has the same answer as one that
// changes nothing and runs a trigger, so the adapter then checks with another statement.
func (c call) cost() (roundTrips int, answers map[string]int) {
	if slices.Contains(lookAgain, c.name) {
		return 2, map[string]int{c.command: 1, "SELECT": 1}
	}
	return 1, map[string]int{c.command: 1}
}

// lookAgain are the calls that update no row.
var lookAgain = []string{"SwapLease of nothing", "UpdateUser of an unknown user"}

// calls returns one call of each method that takes one round trip, in an order in which
// all succeed, also repeatedly.
func calls(t *testing.T, a *adapter) []call {
	ctx := t.Context()
	bob := spec.User[Person]{ID: "bob", Attributes: Person{Email: "bob@example.com"}}
	laptop := spec.Session[Device]{ID: "laptop", UserID: "bob", CreatedAt: noon, Lease: lease}
	next := spec.Lease{ActiveUntil: noon, ExpiresAt: noon, Credential: "next"}
	return []call{
		{"CreateUser", "INSERT", func() error { return a.CreateUser(ctx, bob) }},
		{"User", "SELECT", func() error { _, err := a.User(ctx, bob.ID); return err }},
		{"UserBy", "SELECT", func() error { _, err := a.UserBy(ctx, "Email", bob.Attributes.Email); return err }},
		{"UpdateUser", "UPDATE", func() error { return a.UpdateUser(ctx, bob.ID, bob.Attributes, attr.All[Person]()) }},
		{"UpdateUser of nothing", "SELECT", func() error { return a.UpdateUser(ctx, bob.ID, bob.Attributes, attr.Mask[Person]{}) }},
		{"CreateSession", "INSERT", func() error { return a.CreateSession(ctx, laptop) }},
		{"Session", "SELECT", func() error { _, err := a.Session(ctx, laptop.ID); return err }},
		{"SessionAndUser", "SELECT", func() error { _, _, err := a.SessionAndUser(ctx, laptop.ID); return err }},
		{"UserSessions", "SELECT", func() error { _, err := a.UserSessions(ctx, bob.ID); return err }},
		{"UpdateSession", "UPDATE", func() error { return a.UpdateSession(ctx, laptop.ID, Device{Name: "x"}, attr.All[Device]()) }},
		{"SwapLease", "UPDATE", func() error { return a.SwapLease(ctx, laptop.ID, lease, next) }},
		{"SwapLease to the same", "UPDATE", func() error { return a.SwapLease(ctx, laptop.ID, next, next) }},
		{"SwapLease that is stale", "UPDATE", func() error { return unless(a.SwapLease(ctx, laptop.ID, lease, next), spec.ErrStale) }},
		{"SwapLease of nothing", "UPDATE", func() error { return unless(a.SwapLease(ctx, "unknown", lease, next), spec.ErrSessionNotFound) }},
		{"UpdateUser of an unknown user", "UPDATE", func() error {
			return unless(a.UpdateUser(ctx, "unknown", Person{Email: "x"}, attr.All[Person]()), spec.ErrUserNotFound)
		}},
		{"DeleteUserSessionsExcept", "DELETE", func() error { _, err := a.DeleteUserSessionsExcept(ctx, "bob", "x"); return err }},
		{"DeleteUserSessions", "DELETE", func() error { _, err := a.DeleteUserSessions(ctx, "bob"); return err }},
		{"DeleteSession", "DELETE", func() error { return a.DeleteSession(ctx, laptop.ID) }},
		{"DeleteExpiredSessions", "DELETE", func() error {
			_, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon, Everyone: true, Limit: 1})
			return err
		}},
		{"DeleteUser", "DELETE", func() error { return a.DeleteUser(ctx, bob.ID) }},
	}
}

// unless returns no error if err is of this class.
func unless(err, class error) error {
	if spec.ClassOf(err) == class {
		return nil
	}
	return err
}

// Every call is one statement and one round trip, whatever the data source name says,
// except an update that finds no row. The first use of a statement on a connection costs
// one more round trip, to prepare it.
func TestOneRoundTrip(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		for name, parameters := range settings {
			p := newPlace(t, s, parameters)
			a := p.ready(p.open())
			for _, c := range calls(t, a) {
				servertest.OK(t, c.do())
			}
			for _, c := range calls(t, a) {
				trips, answers := c.cost()
				if got := servertest.Cost(t, p.Counts, c.do); got.RoundTrips != trips || !maps.Equal(got.Answers, answers) {
					t.Errorf("%s: %s: got %+v, want %d with %v", name, c.name, got, trips, answers)
				}
			}
		}
	})
}

// A refused write takes one more statement, to find the reason.
func TestRefusedWritesAreTwoRoundTrips(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p, ctx := newPlace(t, s, nil), t.Context()
		a := p.ready(p.open())
		bob := spec.User[Person]{ID: "bob", Attributes: Person{Email: "bob@example.com"}}
		servertest.OK(t, a.CreateUser(ctx, bob))
		laptop, taken := phone, bob
		laptop.ID, laptop.UserID, taken.ID = "laptop", "unknown", "rob"
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
			got := servertest.Cost(t, p.Counts, func() error { return unless(c.do(), c.class) })
			if got.RoundTrips != 2 {
				t.Errorf("%s: %+v, want 2 round trips", c.refusal, got)
			}
		}
	})
}

// A handle of the application costs no more, the first time too.
func TestOneRoundTripWithNew(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		db := servertest.OpenDB(t, "mysql", p.DSN)
		db.SetMaxOpenConns(1)
		a, err := mysql.New[Person, Device](t.Context(), db, mysql.WithDatabase(p.Name))
		servertest.OK(t, err)
		p.ready(a)
		for _, c := range calls(t, a) {
			trips, _ := c.cost()
			if got := servertest.Cost(t, p.Counts, c.do); got.RoundTrips != trips {
				t.Errorf("%s: got %+v, want %d round trips", c.name, got, trips)
			}
		}
	})
}

// By default the driver prepares first, so the test above can detect that.
func TestPreparingIsSeen(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		db := servertest.OpenDB(t, "mysql", p.DSN)
		servertest.OK(t, db.PingContext(t.Context()))
		got := servertest.Cost(t, p.Counts, func() error {
			var n int
			return db.QueryRowContext(t.Context(), "SELECT ?", 1).Scan(&n)
		})
		if got.RoundTrips != 2 || !maps.Equal(got.Answers, map[string]int{"PREPARE": 1, "SELECT": 1}) {
			t.Errorf("got %+v, want two round trips, one of which prepares", got)
		}
	})
}

// A write whose answer is lost is sent to the server exactly once. (Clause ERR-06 checks
// the caller's error.)
func TestWritesAreSentOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		for name, parameters := range settings {
			p := newPlace(t, s, parameters)
			a := p.ready(p.open())
			for _, c := range calls(t, a) {
				if c.command == "SELECT" {
					continue
				}
				var err error
				p.LoseAnswer()
				got := servertest.Cost(t, p.Counts, func() error { err = c.do(); return nil })
				if got.Lost != 1 {
					t.Fatalf("%s: %s: no answer was lost: %+v", name, c.name, got)
				}
				if err != nil {
					servertest.WantClass(t, err, spec.ErrIndeterminate, c.name)
				}
				for _, opening := range []string{"SET", "PREPARE"} { // the connection is a new one
					delete(got.Answers, opening)
				}
				delete(got.Answers, "SELECT")                           // it may look what has become of it
				for _, kill := range []string{"SHOW", "KILL", "1094"} { // of what an earlier call gave up, or there is nothing left to kill
					delete(got.Answers, kill)
				}
				if !maps.Equal(got.Answers, map[string]int{c.command: 1}) {
					t.Errorf("%s: %s: the server answered %v, want one %s", name, c.name, got.Answers, c.command)
				}
			}
		}
	})
}

// A statement that waits for a lock cannot be distinguished from a lost one. A call that
// waits for a connection can: nothing was sent.
func TestContextWhileWaitingForAConnection(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		db := servertest.OpenDB(t, "mysql", p.DSN)
		db.SetMaxOpenConns(1)
		a, err := mysql.New[Person, Device](t.Context(), db, mysql.WithDatabase(p.Name))
		servertest.OK(t, err)
		p.ready(a)
		conn, err := db.Conn(t.Context())
		servertest.OK(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for db.Stats().WaitCount == 0 {
				runtime.Gosched()
			}
			cancel()
		}()
		err = a.UpdateUser(ctx, ann.ID, Person{Email: "x"}, attr.All[Person]())
		servertest.WantClass(t, err, ctx.Err(), "UpdateUser without a connection")
		servertest.OK(t, conn.Close())
		p.wantAnn(a)
	})
}

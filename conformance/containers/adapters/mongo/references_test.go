package mongo_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// both runs a test on a standalone server and on a replica set of one.
func both(t *testing.T, test func(t *testing.T, p *place)) {
	for _, members := range []int{standalone, replicaSet} {
		t.Run(fmt.Sprint(members), func(t *testing.T) {
			t.Parallel()
			test(t, newPlace(t, members, nil))
		})
	}
}

// One user signs in 64 times at once, through two adapters, as if in two processes: calls
// take turns only within an adapter.
func TestSignInsAtOnce(t *testing.T) {
	both(t, func(t *testing.T, p *place) {
		a := p.ready(p.open())
		adapters := []*adapter{a, p.open()}
		var wait sync.WaitGroup
		for i := range 64 {
			wait.Go(func() {
				if err := adapters[i%2].CreateSession(t.Context(), owned(fmt.Sprintf("s%d", i), "ann")); err != nil {
					t.Errorf("sign-in %d: %v (%v)", i, err, errors.Unwrap(err))
				}
			})
		}
		wait.Wait()
		list, err := a.UserSessions(t.Context(), "ann")
		if err != nil || len(list) != 65 {
			t.Errorf("got %d sessions, %v, want 65", len(list), err)
		}
	})
}

// This is USR-06/delete_of_a_user_with_thousands_of_sessions, which TestConformance leaves out:
// it creates each session with a transaction of four commands.
func TestDeleteUserWithThousandsOfSessions(t *testing.T) {
	both(t, func(t *testing.T, p *place) {
		a := p.ready(p.open())
		servertest.OK(t, a.CreateUser(t.Context(), named("ben")))
		servertest.OK(t, a.CreateSession(t.Context(), owned("tablet", "ben")))
		var session bson.M
		servertest.OK(t, p.sessions.FindOne(t.Context(), bson.D{{Key: "_id", Value: "phone"}}).Decode(&session))
		many := make([]any, 2010) // as many as the check creates
		for i := range many {
			session := maps.Clone(session)
			session["_id"] = fmt.Sprintf("many %d", i)
			many[i] = session
		}
		_, err := p.sessions.InsertMany(t.Context(), many)
		servertest.OK(t, err)
		list, err := a.UserSessions(t.Context(), "ann")
		if err != nil || len(list) != len(many)+1 {
			t.Fatalf("before DeleteUser: got %d sessions, %v, want %d", len(list), err, len(many)+1)
		}
		servertest.OK(t, a.DeleteUser(t.Context(), "ann"))
		if n := p.count(p.sessions, bson.D{}); n != 1 {
			t.Errorf("%d sessions are left, want 1", n)
		}
		_, err = a.Session(t.Context(), "tablet")
		servertest.OK(t, err)
		_, err = a.User(t.Context(), "ann")
		servertest.WantClass(t, err, spec.ErrUserNotFound, "User")
	})
}

// Creates race a delete, through two adapters, as if in two processes. When both have
// returned there is no orphan, not even one that no call would find.
func TestNoOrphans(t *testing.T) {
	both(t, func(t *testing.T, p *place) {
		a := p.ready(p.open())
		b := p.open()
		for round := range 60 {
			id := fmt.Sprintf("user %d", round)
			servertest.OK(t, a.CreateUser(t.Context(), named(id)))
			var wait sync.WaitGroup
			for i := range 3 {
				wait.Go(func() {
					err := []*adapter{a, b}[i%2].CreateSession(t.Context(), owned(fmt.Sprintf("%s-%d", id, i), id))
					if err != nil {
						servertest.WantClass(t, err, spec.ErrUserNotFound, "CreateSession")
					}
				})
			}
			wait.Go(func() { servertest.OK(t, b.DeleteUser(t.Context(), id)) })
			wait.Wait()
			if n := p.count(p.sessions, bson.D{{Key: "user_id", Value: id}}); n != 0 {
				t.Fatalf("round %d: %d sessions are left", round, n)
			}
		}
	})
}

// A list of a user's sessions is of one instant, although the server yields to other
// clients while it reads: here after every document.
func TestListIsOfOneMoment(t *testing.T) {
	p := newPlace(t, replicaSet, nil)
	a := p.ready(p.open())
	const parameter = "internalQueryExecYieldIterations"
	set := func(value any) (was any) {
		var answer struct{ Was any }
		servertest.OK(t, p.db.Client().Database("admin").RunCommand(context.Background(),
			bson.D{{Key: "setParameter", Value: 1}, {Key: parameter, Value: value}}).Decode(&answer))
		return answer.Was
	}
	was := set(1)
	defer set(was)
	const sessions = 30
	for round := range 10 {
		id := fmt.Sprintf("user %d", round)
		servertest.OK(t, a.CreateUser(t.Context(), named(id)))
		for i := range sessions {
			servertest.OK(t, a.CreateSession(t.Context(), owned(fmt.Sprintf("%s-%d", id, i), id)))
		}
		var readers sync.WaitGroup
		for range 4 {
			readers.Go(func() {
				for left := sessions; left > 0; {
					list, err := a.UserSessions(t.Context(), id)
					if left = len(list); err != nil || left != 0 && left != sessions {
						t.Errorf("round %d: got %d sessions, %v, want %d or none", round, left, err, sessions)
						return
					}
				}
			})
		}
		servertest.OK(t, a.DeleteUser(t.Context(), id))
		readers.Wait()
	}
}

// A call whose context ends within a transaction leaves no lock behind.
func TestCancelledTransactionLeavesNoLock(t *testing.T) {
	t.Parallel()
	takeFailPoint(t)
	p := newPlace(t, replicaSet, nil)
	p.DSN += "&appName=" + p.Name
	a := p.ready(p.open())
	// The server delays a command until the caller gives up.
	for _, command := range []string{"update", "commitTransaction"} {
		blocked := p.fail("alwaysOn", failing(command, bson.E{Key: "blockConnection", Value: true}, bson.E{Key: "blockTimeMS", Value: 5_000}))
		ctx, cancel := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		wait.Go(func() {
			err := a.CreateSession(ctx, owned("laptop", "ann"))
			if class := spec.ClassOf(err); class != context.Canceled && (class != spec.ErrIndeterminate || command != "commitTransaction") {
				t.Errorf("%s: got %v", command, err)
			}
		})
		blocked()
		cancel()
		wait.Wait()
		p.fail("off", nil)
		servertest.OK(t, a.UpdateUser(t.Context(), "ann", ann.Attributes, attr.All[Person]()))
		servertest.OK(t, a.CreateSession(t.Context(), owned("after "+command, "ann")))
		servertest.OK(t, a.DeleteSession(t.Context(), "laptop"))
	}
}

// A call waits, by retrying, for another client's transaction that has changed the user. If
// that transaction does not end, the call returns ErrConflict.
func TestConflictWithAnother(t *testing.T) {
	t.Parallel()
	p := newPlace(t, replicaSet, nil)
	a := p.ready(p.open())
	ctx := t.Context()
	session, err := p.db.Client().StartSession()
	servertest.OK(t, err)
	defer session.EndSession(context.Background())
	servertest.OK(t, session.StartTransaction(options.Transaction()))
	touch := func(ctx context.Context) error {
		_, err := p.users.UpdateOne(ctx, bson.D{{Key: "_id", Value: "ann"}}, bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: 1}}}})
		return err
	}
	within := sessionContext(ctx, session)
	servertest.OK(t, touch(within))
	servertest.WantClass(t, a.CreateSession(ctx, owned("laptop", "ann")), spec.ErrConflict, "CreateSession")
	servertest.WantClass(t, a.DeleteUser(ctx, "ann"), spec.ErrConflict, "DeleteUser")
	servertest.OK(t, session.CommitTransaction(ctx))
	if n := p.count(p.sessions, bson.D{}); n != 1 {
		t.Errorf("%d sessions, want phone alone", n)
	}
	servertest.OK(t, a.CreateSession(ctx, owned("laptop", "ann")))
	servertest.OK(t, a.DeleteUser(ctx, "ann"))
}

// A hidden session that an interrupted program has left is not visible to any call, but
// its id is taken. A sweep, the deletion of its user, or its own deletion removes it.
func TestHiddenSession(t *testing.T) {
	both(t, func(t *testing.T, p *place) {
		a := p.ready(p.open())
		ctx := t.Context()
		hide := func() {
			t.Helper()
			servertest.OK(t, a.CreateSession(ctx, owned("left", "ann")))
			_, err := p.sessions.UpdateOne(ctx, bson.D{{Key: "_id", Value: "left"}}, bson.D{{Key: "$set", Value: bson.D{{Key: "_hidden", Value: bson.NewObjectID()}}}})
			servertest.OK(t, err)
		}
		left := func() bool { t.Helper(); return p.count(p.sessions, bson.D{{Key: "_id", Value: "left"}}) == 1 }
		hide()
		_, err := a.Session(ctx, "left")
		servertest.WantClass(t, err, spec.ErrSessionNotFound, "Session")
		_, _, err = a.SessionAndUser(ctx, "left")
		servertest.WantClass(t, err, spec.ErrSessionNotFound, "SessionAndUser")
		servertest.WantClass(t, a.UpdateSession(ctx, "left", Device{}, attr.All[Device]()), spec.ErrSessionNotFound, "UpdateSession")
		servertest.WantClass(t, a.UpdateSession(ctx, "left", Device{}, attr.Mask[Device]{}), spec.ErrSessionNotFound, "UpdateSession of nothing")
		servertest.WantClass(t, a.SwapLease(ctx, "left", lease, lease), spec.ErrSessionNotFound, "SwapLease")
		if list, err := a.UserSessions(ctx, "ann"); err != nil || len(list) != 1 {
			t.Errorf("UserSessions: got %d, %v, want phone alone", len(list), err)
		}
		if n, err := a.DeleteUserSessionsExcept(ctx, "ann", "phone"); err != nil || n != 0 {
			t.Errorf("DeleteUserSessionsExcept: got %d, %v, want none", n, err)
		}
		if !left() {
			t.Fatal("the hidden session is gone")
		}
		servertest.OK(t, a.DeleteSession(ctx, "left"))
		hide()
		if n, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: lease.ExpiresAt, UserID: "ann", Limit: 9}); err != nil || n != 2 {
			t.Errorf("DeleteExpiredSessions: got %d, %v, want 2", n, err)
		}
		hide()
		servertest.OK(t, a.DeleteUser(ctx, "ann"))
		if left() {
			t.Error("the hidden session outlives its user")
		}
	})
}

// The sessions that an interrupted DeleteUser leaves on a standalone server are not visible
// to any call. The next DeleteUser removes them.
func TestDeleteUserHeals(t *testing.T) {
	t.Parallel()
	p := newPlace(t, standalone, nil)
	a := p.ready(p.open())
	ctx := t.Context()
	_, err := p.users.DeleteOne(ctx, bson.D{{Key: "_id", Value: "ann"}})
	servertest.OK(t, err)
	_, _, err = a.SessionAndUser(ctx, "phone")
	servertest.WantClass(t, err, spec.ErrSessionNotFound, "SessionAndUser")
	servertest.OK(t, a.DeleteUser(ctx, "ann"))
	if n := p.count(p.sessions, bson.D{}); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}

// A user whose id is null, which no adapter creates, is not the user of anonymous sessions.
func TestAnonymousSessionHasNoUser(t *testing.T) {
	both(t, func(t *testing.T, p *place) {
		a := p.ready(p.open())
		ctx := t.Context()
		servertest.OK(t, a.CreateSession(ctx, owned("visitor", "")))
		_, err := p.users.InsertOne(ctx, bson.D{{Key: "_id", Value: nil}, {Key: "email", Value: "x"}, {Key: "name", Value: "x"}},
			options.InsertOne().SetBypassDocumentValidation(true))
		servertest.OK(t, err)
		s, u, err := a.SessionAndUser(ctx, "visitor")
		if err != nil || s.ID != "visitor" || u != (spec.User[Person]{}) {
			t.Errorf("got %+v, %+v, %v", s, u, err)
		}
	})
}

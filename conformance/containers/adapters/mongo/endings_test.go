package mongo_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
)

// No call outlives its context by more than a second, whatever the server does. Such
// a call returns the context's error, or ErrIndeterminate for a write.
func TestCallsEndWithTheirContext(t *testing.T) {
	for name, fault := range map[string]struct {
		of     func(*gate)
		others []error
	}{
		"nothing arrives":     {func(g *gate) { g.close(barrier{}) }, nil},
		"nothing is answered": {func(g *gate) { g.close(barrier{answers: true}) }, nil},
		// A driver may see that before the context ends.
		"nothing listens": {func(g *gate) { g.sever() }, []error{spec.ErrUnavailable}},
	} {
		for members, deployment := range map[int]string{standalone: "standalone", replicaSet: "replica set"} {
			t.Run(deployment+", "+name, func(t *testing.T) {
				t.Parallel()
				p := newPlace(t, members, nil)
				g := p.through()
				a := p.ready(p.open())
				var wait sync.WaitGroup
				b := g.close(barrier{commands: []string{"find"}}) // each call has a connection that is well
				for range servertest.Endings {
					wait.Go(func() { a.User(t.Context(), "ann") })
				}
				b.parked(servertest.Endings)
				g.open()
				wait.Wait()
				fault.of(g)
				servertest.CallsEnd(t, a, ann, phone, fault.others...)
				g.open() // so that Close ends what could not be ended
			})
		}
	}
}

// A transaction whose caller has given up does not block other callers. That holds even if
// the command that ends it reaches the server before its first statement, and if the
// server stalls.
func TestCallersThatGoAway(t *testing.T) {
	for _, call := range []struct {
		name, first string
		do          func(context.Context, *adapter) error
	}{
		{"CreateSession", "insert", func(ctx context.Context, a *adapter) error { return a.CreateSession(ctx, owned("laptop", "ann")) }},
		{"DeleteUser", "delete", func(ctx context.Context, a *adapter) error { return a.DeleteUser(ctx, "ann") }},
	} {
		for name, fault := range map[string]struct {
			of     func(*gate) *barrier
			before bool // the statement arrives before the next write, and not after it
		}{
			"a statement is late":        {func(g *gate) *barrier { return g.hold(call.first) }, true},
			"a statement is very late":   {func(g *gate) *barrier { return g.hold(call.first) }, false},
			"the second statement is":    {func(g *gate) *barrier { return g.hold("update", "delete") }, true},
			"the commit is late":         {func(g *gate) *barrier { return g.hold("commitTransaction") }, true},
			"the server stalls":          {func(g *gate) *barrier { return g.close(barrier{}) }, true},
			"the server answers nothing": {func(g *gate) *barrier { return g.close(barrier{answers: true}) }, true},
		} {
			t.Run(call.name+", "+name, func(t *testing.T) {
				t.Parallel()
				p := newPlace(t, replicaSet, nil)
				g := p.through()
				a := p.ready(p.open())
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				b := fault.of(g)
				ended := make(chan error, 1)
				go func() { ended <- call.do(ctx, a) }()
				b.parked(1)
				watch := servertest.StartStopwatch(t)
				cancel()
				err := <-ended
				if over := watch.Now(); over > servertest.Tolerance {
					t.Errorf("%s ended %s after its context", call.name, over)
				}
				if class := spec.ClassOf(err); class != context.Canceled && class != spec.ErrIndeterminate {
					t.Errorf("%s: got %v", call.name, err)
				}
				if fault.before {
					g.open()
				}
				servertest.OK(t, a.CreateUser(t.Context(), named("bob")))
				g.open()
				// Ann and the session's id are not locked. If they were, the server would answer
				// after a minute.
				ctx, cancel = context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				_, err = p.users.UpdateOne(ctx, bson.D{{Key: "_id", Value: "ann"}}, bson.D{{Key: "$set", Value: bson.D{{Key: "name", Value: "Anna"}}}})
				servertest.OK(t, err)
				_, err = p.sessions.DeleteOne(ctx, bson.D{{Key: "_id", Value: "laptop"}})
				servertest.OK(t, err)
				_, err = p.sessions.DeleteOne(ctx, bson.D{{Key: "_id", Value: "phone"}})
				servertest.OK(t, err)
			})
		}
	}
}

// Close waits for running calls of several steps: after the client is disconnected,
// a transaction could not be ended.
func TestCloseWaitsForTransactions(t *testing.T) {
	for name, call := range map[string]struct {
		members int
		held    string // a step after the first
		do      func(context.Context, *adapter) error
	}{
		"CreateSession":             {replicaSet, "update", func(ctx context.Context, a *adapter) error { return a.CreateSession(ctx, owned("laptop", "ann")) }},
		"DeleteUser":                {replicaSet, "commitTransaction", func(ctx context.Context, a *adapter) error { return a.DeleteUser(ctx, "ann") }},
		"CreateSession, standalone": {standalone, "find", func(ctx context.Context, a *adapter) error { return a.CreateSession(ctx, owned("laptop", "ann")) }},
		"DeleteUser, standalone":    {standalone, "delete", func(ctx context.Context, a *adapter) error { return a.DeleteUser(ctx, "ann") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, call.members, nil)
			g := p.through()
			a := p.ready(p.open())
			b := g.hold(call.held)
			done, closed := make(chan error, 1), make(chan error, 1)
			go func() { done <- call.do(t.Context(), a) }()
			b.parked(1)
			go func() { closed <- a.Close() }()
			for a.Ping(t.Context()) == nil { // until Close has begun
			}
			g.open()
			servertest.OK(t, <-done)
			servertest.OK(t, <-closed)
			// Of what the call had locked, the server would answer after a minute.
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			_, err := p.users.UpdateOne(ctx, bson.D{{Key: "_id", Value: "ann"}}, bson.D{{Key: "$set", Value: bson.D{{Key: "name", Value: "Anna"}}}})
			servertest.OK(t, err)
		})
	}
}

// If the data on which a refusal is based changes before the refusal is reported, the call
// is repeated.
func TestRefusalThatIsTrueNoLonger(t *testing.T) {
	t.Parallel()
	p := newPlace(t, replicaSet, nil)
	g := p.through()
	a := p.ready(p.open())
	b := g.hold("find")
	made := make(chan error, 1)
	go func() { made <- a.CreateSession(t.Context(), owned("laptop", "bob")) }()
	b.parked(1)
	servertest.OK(t, a.CreateUser(t.Context(), named("bob")))
	g.open()
	servertest.OK(t, <-made)
	_, _, err := a.SessionAndUser(t.Context(), "laptop")
	servertest.OK(t, err)
}

// A hidden session that is deleted before it is revealed was not created. The call creates
// it again, or finds that the user no longer exists.
func TestDeletedWhileHidden(t *testing.T) {
	for name, test := range map[string]struct {
		remove func(*place) error
		want   error
	}{
		"the session": {func(p *place) error {
			_, err := p.sessions.DeleteOne(p.t.Context(), bson.D{{Key: "_id", Value: "laptop"}})
			return err
		}, nil},
		"its user": {func(p *place) error { return p.open().DeleteUser(p.t.Context(), "ann") }, spec.ErrUserNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, standalone, nil)
			g := p.through()
			a := p.ready(p.open())
			b := g.hold("update")
			made := make(chan error, 1)
			go func() { made <- a.CreateSession(t.Context(), owned("laptop", "ann")) }()
			b.parked(1)
			servertest.OK(t, test.remove(p))
			g.open()
			servertest.WantClass(t, <-made, test.want, "CreateSession")
			_, err := a.Session(t.Context(), "laptop")
			want := error(nil)
			if test.want != nil {
				want = spec.ErrSessionNotFound
			}
			servertest.WantClass(t, err, want, "Session after CreateSession")
		})
	}
}

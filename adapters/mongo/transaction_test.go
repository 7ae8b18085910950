package mongo

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/spec"
)

func laptop() spec.Session[struct{}] {
	noon := time.Date(2124, 5, 17, 12, 0, 0, 0, time.UTC)
	return spec.Session[struct{}]{ID: "laptop", UserID: "ann", CreatedAt: noon, Lease: spec.Lease{ActiveUntil: noon, ExpiresAt: noon}}
}

// If the server stops answering at the commit, the call ends at its deadline. If it did
// not, this test would not end either.
func TestDeadlineDuringCommit(t *testing.T) {
	t.Parallel()
	silent := make(chan struct{})
	fallSilent := sync.OnceFunc(func() { close(silent) })
	s := newStub(t, func(s *stub, command string) bson.D {
		if command == "commitTransaction" {
			fallSilent()
		}
		select {
		case <-silent:
			<-s.done
			return nil
		default:
			return applied()
		}
	})
	a, err := Open[struct{}, struct{}](t.Context(), s.uri(""))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := a.CreateSession(ctx, laptop()); spec.ClassOf(err) != spec.ErrIndeterminate && !(errors.Is(err, context.DeadlineExceeded) && s.count("commitTransaction") == 0) {
		t.Errorf("got %v", err)
	}
	// The user's lock must be free again.
	unlock, err := a.Adapter().(*Adapter).locks.lock(t.Context(), "ann")
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

// checkOuts calls f, if it is set, before the client takes a connection from its pool.
type checkOuts struct {
	mu sync.Mutex
	f  func()
}

func (c *checkOuts) set(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.f = f
}

func (c *checkOuts) monitor(cleared chan<- struct{}) *event.PoolMonitor {
	return &event.PoolMonitor{Event: func(e *event.PoolEvent) {
		switch e.Type {
		case event.ConnectionPoolCleared:
			cleared <- struct{}{}
		case event.ConnectionCheckOutStarted:
			c.mu.Lock()
			f := c.f
			c.mu.Unlock()
			if f != nil {
				f()
			}
		}
	}}
}

// watched returns a database of the stub, and a store on it, whose pool of
// connections is watched. Reads are not repeated.
func watched(t *testing.T, s *stub, parameters string, monitor *event.PoolMonitor) (*driver.Database, *spec.Store[struct{}, struct{}]) {
	t.Helper()
	client, err := driver.Connect(options.Client().ApplyURI(s.uri("retryReads=false" + parameters)).SetPoolMonitor(monitor))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Disconnect(context.Background()) })
	db := client.Database("app")
	a, err := New[struct{}, struct{}](t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return db, a
}

// A commit's answer is lost, and when it is sent again the pool has just been
// cleared, for another call's sake. The driver then says that the transaction
// may be tried again, of one that is committed.
func TestCommitLostThenPoolCleared(t *testing.T) {
	t.Parallel()
	reading, cut := make(chan struct{}, 1), make(chan struct{})
	s := newStub(t, func(s *stub, command string) bson.D {
		switch command {
		case "commitTransaction":
			return nil // committed, and the answer lost; the driver sends it twice
		case "find":
			reading <- struct{}{}
			select {
			case <-cut:
			case <-s.done:
			}
			return nil
		}
		return applied()
	})
	var outs checkOuts
	cleared := make(chan struct{}, 100)
	db, a := watched(t, s, "", outs.monitor(cleared))
	var others sync.WaitGroup
	outs.set(func() {
		if s.count("commitTransaction") < 2 {
			return
		}
		outs.set(nil)
		others.Go(func() { db.Collection("x").FindOne(t.Context(), bson.D{}) })
		<-reading
		for len(cleared) > 0 {
			<-cleared
		}
		close(cut)
		<-cleared
	})
	err := a.CreateSession(t.Context(), laptop())
	others.Wait()
	if spec.ClassOf(err) != spec.ErrIndeterminate || s.count("insert") != 1 {
		t.Errorf("got %v after %d inserts, want one, indeterminate", err, s.count("insert"))
	}
}

// A write that waits for a connection when the pool is cleared was not sent.
func TestPoolClearedWhileWaiting(t *testing.T) {
	t.Parallel()
	reading, cut := make(chan struct{}, 1), make(chan struct{})
	s := newStub(t, func(s *stub, command string) bson.D {
		if command == "find" {
			reading <- struct{}{}
			<-cut
			return nil
		}
		return applied()
	})
	var outs checkOuts
	db, a := watched(t, s, "&maxPoolSize=1&retryWrites=false", outs.monitor(make(chan struct{}, 100)))
	var others sync.WaitGroup
	others.Go(func() { db.Collection("x").FindOne(t.Context(), bson.D{}) })
	<-reading
	outs.set(func() { close(cut); outs.set(nil) }) // as it is about to wait, or waits
	err := a.CreateUser(t.Context(), spec.User[struct{}]{ID: "ann"})
	others.Wait()
	if n := s.count("insert"); n == 0 && spec.ClassOf(err) != spec.ErrUnavailable || n == 1 && err != nil {
		t.Errorf("got %v (%v) after %d inserts, want it unavailable after none", err, errors.Unwrap(err), n)
	}
}

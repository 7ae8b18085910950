package mongo_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// The primary of three steps down, and the next one is killed, while eight callers write.
// Acknowledged writes are there, writes that were reported as not applied are not, and no
// caller is told that an id is taken that it has created itself.
func failOver(t *testing.T) {
	p := newPlace(t, cluster, nil)
	a := p.openPlain()
	servertest.OK(t, a.Migrate(t.Context()))
	w := servertest.StartWriters(t, a, 8)
	more := func(n int64) { w.Await(&w.Written, n, a.Ping) }
	more(100)
	servertest.OK(t, containers.StepDownMongo(t.Context(), p.server))
	more(100)
	revive, err := containers.KillMongo(t.Context(), p.server)
	servertest.OK(t, err)
	more(100)
	servertest.OK(t, revive(t.Context()))
	more(100)
	w.Check(spec.ErrUnavailable, spec.ErrConflict)
}

// A new primary that does not know yet which writes a majority has does not return old
// data. A read waits, but not longer than its context.
func readAfterElection(t *testing.T) {
	p := newPlace(t, cluster, nil)
	a := p.ready(p.open())
	ctx := t.Context()
	next := spec.Lease{ActiveUntil: noon, ExpiresAt: noon, Credential: "$next"}
	servertest.OK(t, a.CreateSession(ctx, owned("laptop", "ann")))
	release, err := containers.HandOverMongo(ctx, p.server, func() {
		servertest.OK(t, a.CreateUser(ctx, named("bob")))
		servertest.OK(t, a.CreateSession(ctx, owned("tablet", "bob")))
		servertest.OK(t, a.SwapLease(ctx, "phone", lease, next))
		servertest.OK(t, a.DeleteSession(ctx, "laptop"))
	})
	servertest.OK(t, err)
	released := false
	defer func() {
		if !released {
			servertest.OK(t, release(context.Background()))
		}
	}()
	reads := []struct {
		name string
		do   func(context.Context) error
		want error
	}{
		{"User", func(ctx context.Context) error { _, err := a.User(ctx, "bob"); return err }, nil},
		{"UserBy", func(ctx context.Context) error { _, err := a.UserBy(ctx, "Email", "bob@example.com"); return err }, nil},
		{"UpdateUser of nothing", func(ctx context.Context) error {
			return a.UpdateUser(ctx, "bob", Person{}, attr.Mask[Person]{})
		}, nil},
		{"Session", func(ctx context.Context) error {
			s, err := a.Session(ctx, "phone")
			if err == nil && !s.Lease.Equal(next) {
				t.Errorf("Session: got the lease of before, %v", s.Lease)
			}
			return err
		}, nil},
		{"Session that was deleted", func(ctx context.Context) error { _, err := a.Session(ctx, "laptop"); return err }, spec.ErrSessionNotFound},
		{"SessionAndUser", func(ctx context.Context) error { _, _, err := a.SessionAndUser(ctx, "tablet"); return err }, nil},
		{"UserSessions", func(ctx context.Context) error {
			list, err := a.UserSessions(ctx, "bob")
			if err == nil && len(list) != 1 {
				t.Errorf("UserSessions: got %d sessions, want 1", len(list))
			}
			return err
		}, nil},
		{"DeleteExpiredSessions", func(ctx context.Context) error {
			n, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon, Everyone: true, Limit: 10})
			if err == nil && n != 1 {
				t.Errorf("DeleteExpiredSessions: got %d, want 1", n)
			}
			return err
		}, nil},
	}
	limited, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	var wait sync.WaitGroup
	for _, read := range reads {
		wait.Go(func() { servertest.WantClass(t, read.do(limited), context.DeadlineExceeded, read.name+", too early") })
	}
	wait.Wait()
	released = true
	servertest.OK(t, release(ctx))
	for _, read := range reads {
		servertest.WantClass(t, read.do(ctx), read.want, read.name)
	}
}

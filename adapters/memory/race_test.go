package memory

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// together runs f n times concurrently and waits for all calls.
func together(n int, f func(i int)) {
	var start, done sync.WaitGroup
	start.Add(1)
	for i := range n {
		done.Go(func() {
			start.Wait()
			f(i)
		})
	}
	start.Done()
	done.Wait()
}

func TestOneCreateWins(t *testing.T) {
	t.Parallel()
	a, ctx := open(t), t.Context()
	for round := range 50 {
		var users, sessions, keys atomic.Int32
		together(8, func(i int) {
			p := person(round)
			p.Attributes.Name = strconv.Itoa(i)
			switch err := a.CreateUser(ctx, p); {
			case err == nil:
				users.Add(1)
			case spec.ClassOf(err) != spec.ErrUserExists:
				t.Error(err)
			}
			switch err := a.CreateSession(ctx, visit(fmt.Sprint(round), "", time.Hour)); {
			case err == nil:
				sessions.Add(1)
			case spec.ClassOf(err) != spec.ErrSessionExists:
				t.Error(err)
			}
			// Use the same unique value with different ids.
			s := visit(fmt.Sprint(round, i), "", time.Hour)
			s.Attributes.Serial = new(fmt.Sprint("shared ", round))
			switch err := a.CreateSession(ctx, s); {
			case err == nil:
				keys.Add(1)
			case spec.ClassOf(err) != spec.ErrConstraint:
				t.Error(err)
			}
		})
		if users.Load() != 1 || sessions.Load() != 1 || keys.Load() != 1 {
			t.Fatalf("won: %d of the users, %d of the sessions, %d of the values; want 1 each", users.Load(), sessions.Load(), keys.Load())
		}
	}
}

func TestOneSwapWins(t *testing.T) {
	t.Parallel()
	a, ctx := open(t), t.Context()
	s := visit("s", "", time.Hour)
	must(t, a.CreateSession(ctx, s))
	lease := s.Lease
	for round := range 100 {
		var won atomic.Pointer[spec.Lease]
		together(8, func(i int) {
			to := spec.Lease{ActiveUntil: epoch, ExpiresAt: epoch, Credential: fmt.Sprint(round, i)}
			switch err := a.SwapLease(ctx, s.ID, lease, to); {
			case err == nil:
				if !won.CompareAndSwap(nil, &to) {
					t.Error("a second swap won")
				}
			case spec.ClassOf(err) != spec.ErrStale:
				t.Error(err)
			}
		})
		got, err := a.Session(ctx, s.ID)
		if err != nil || won.Load() == nil || !got.Lease.Equal(*won.Load()) {
			t.Fatalf("after the swaps: %v, %v, want the winner's %v", got.Lease, err, won.Load())
		}
		lease = got.Lease
	}
}

// TestNoOrphans creates sessions of a user that is created and deleted repeatedly. Each
// session must be refused or deleted with its user.
func TestNoOrphans(t *testing.T) {
	t.Parallel()
	a, ctx := open(t), t.Context()
	p := person(1)
	var created atomic.Int64
	var stop atomic.Bool
	together(4, func(i int) {
		if i == 0 {
			defer stop.Store(true)
			for range 100 {
				if err := a.CreateUser(ctx, p); err != nil {
					t.Error(err)
				}
				for before := created.Load(); created.Load() == before; {
					runtime.Gosched() // until the others have begun
				}
				if err := a.DeleteUser(ctx, p.ID); err != nil {
					t.Error(err)
				}
			}
			return
		}
		for n := 0; !stop.Load(); n++ {
			id := fmt.Sprint(i, "/", n)
			switch err := a.CreateSession(ctx, visit(id, p.ID, time.Hour)); {
			case err == nil:
				created.Add(1)
			case spec.ClassOf(err) != spec.ErrUserNotFound:
				t.Error(err)
			}
			if _, owner, err := a.SessionAndUser(ctx, id); err == nil && owner.ID != p.ID {
				t.Errorf("a session of user %q", owner.ID)
			}
		}
	})
	checkEmpty(t, inside(a))
}

// checkEmpty fails if anything is left in any part of the store.
func checkEmpty(t *testing.T, st *store) {
	t.Helper()
	for i := range shardCount {
		if n := len(st.users.parts[i].rows); n > 0 {
			t.Errorf("%d users are left", n)
		}
		if n := len(st.sessions.parts[i].rows); n > 0 {
			t.Errorf("%d sessions are left", n)
		}
	}
	for _, c := range st.userKeys {
		if len(c.holders) > 0 {
			t.Errorf("%d values of %s are left", len(c.holders), c.name)
		}
	}
	for _, c := range st.sessionKeys {
		if len(c.holders) > 0 {
			t.Errorf("%d values of %s are left", len(c.holders), c.name)
		}
	}
	if n := st.expiry.Len(); n > 0 {
		t.Errorf("%d sessions are left in the queue", n)
	}
}

// TestCloseRaces: calls that race Close succeed or return ErrClosed. After the first
// ErrClosed, all calls return it.
func TestCloseRaces(t *testing.T) {
	t.Parallel()
	for range 50 {
		a, ctx := open(t), t.Context()
		must(t, a.CreateUser(ctx, person(1)))
		together(5, func(i int) {
			if i == 0 {
				if err := a.Close(); err != nil {
					t.Error(err)
				}
				if err := a.Ping(ctx); spec.ClassOf(err) != spec.ErrClosed {
					t.Errorf("ping after close: %v", err)
				}
				return
			}
			for closed, n := false, 0; !closed; n++ {
				s := visit(fmt.Sprint(i, "/", n), person(1).ID, time.Hour)
				for _, call := range []func(context.Context) error{
					func(ctx context.Context) error { return a.CreateSession(ctx, s) },
					func(ctx context.Context) error { _, _, err := a.SessionAndUser(ctx, s.ID); return err },
					func(ctx context.Context) error { _, err := a.UserSessions(ctx, s.UserID); return err },
					func(ctx context.Context) error { return a.DeleteSession(ctx, s.ID) },
				} {
					err := call(ctx)
					if err == nil && closed || err != nil && spec.ClassOf(err) != spec.ErrClosed {
						t.Errorf("closed %t, and then %v", closed, err)
						return
					}
					closed = err != nil
				}
			}
		})
	}
}

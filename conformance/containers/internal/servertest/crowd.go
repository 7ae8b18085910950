package servertest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// crowd is the number of callers in [Crowd]: more than the connections.
const crowd = 16

// Crowd makes the calls of a store, including those in transactions, from many goroutines
// at once. Each goroutine has its own user and session. All calls must succeed.
func Crowd(t *testing.T, a *spec.Store[program.Person, program.Device]) {
	t.Helper()
	runTogether(t, func(ctx context.Context, id string) error {
		user := spec.User[program.Person]{ID: id, Attributes: program.Person{Email: id + "@example.org"}}
		session := spec.Session[program.Device]{ID: id, UserID: id, CreatedAt: Noon, Lease: Lease}
		for _, call := range []func() error{
			func() error { return a.CreateUser(ctx, user) },
			func() error { return a.CreateSession(ctx, session) },
			func() error { _, _, err := a.SessionAndUser(ctx, id); return err },
			func() error { _, err := a.UserSessions(ctx, id); return err },
			func() error { return a.UpdateSession(ctx, id, program.Device{}, attr.All[program.Device]()) },
			func() error { return a.SwapLease(ctx, id, Lease, spec.Lease{}) },
			func() error { _, err := a.DeleteUserSessionsExcept(ctx, id, id); return err },
			func() error { return a.Ping(ctx) },
			func() error { return a.DeleteUser(ctx, id) },
		} {
			if err := call(); err != nil {
				return err
			}
		}
		return nil
	})
}

// CrowdOfSessions is [Crowd] for stores that keep only sessions.
func CrowdOfSessions[S any](t *testing.T, a *spec.SessionStore[S]) {
	t.Helper()
	runTogether(t, func(ctx context.Context, id string) error {
		for _, call := range []func() error{
			func() error {
				return a.CreateSession(ctx, spec.Session[S]{ID: id, UserID: id, CreatedAt: Noon, Lease: Lease})
			},
			func() error { _, err := a.Session(ctx, id); return err },
			func() error { _, err := a.UserSessions(ctx, id); return err },
			func() error { return a.SwapLease(ctx, id, Lease, spec.Lease{}) },
			func() error { _, err := a.DeleteUserSessions(ctx, id); return err },
		} {
			if err := call(); err != nil {
				return err
			}
		}
		return nil
	})
}

// runTogether runs calls in all goroutines at once, three times in each.
func runTogether(t *testing.T, calls func(ctx context.Context, id string) error) {
	t.Helper()
	var all sync.WaitGroup
	begin := make(chan struct{})
	for caller := range crowd {
		all.Go(func() {
			<-begin
			for range 3 {
				if err := calls(t.Context(), fmt.Sprint("caller", caller)); err != nil {
					t.Errorf("caller %d: %v", caller, err)
					return
				}
			}
		})
	}
	close(begin)
	all.Wait()
}

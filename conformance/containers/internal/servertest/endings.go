package servertest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Tolerance is the maximum time by which a call can outlive its context, by a [Stopwatch].
const Tolerance = time.Second

// ending is a call with the arguments of a user and a session that exist.
type ending struct {
	name  string
	reads bool
	do    func(context.Context) error
}

// Endings is the number of calls that [CallsEnd] makes at once.
const Endings = 19

func endings[U, S any](a *spec.Store[U, S], user spec.User[U], session spec.Session[S]) [Endings]ending {
	other, ofUser, anonymous, next := user, session, session, session.Lease
	other.ID, ofUser.ID, anonymous.ID, anonymous.UserID, next.Credential = "other", "of user", "anonymous", "", "next"
	return [Endings]ending{
		{"CreateUser", false, func(ctx context.Context) error { return a.CreateUser(ctx, other) }},
		{"UpdateUser", false, func(ctx context.Context) error { return a.UpdateUser(ctx, user.ID, user.Attributes, attr.All[U]()) }},
		{"DeleteUser", false, func(ctx context.Context) error { return a.DeleteUser(ctx, user.ID) }},
		{"CreateSession", false, func(ctx context.Context) error { return a.CreateSession(ctx, ofUser) }},
		{"CreateSession, anonymous", false, func(ctx context.Context) error { return a.CreateSession(ctx, anonymous) }},
		{"UpdateSession", false, func(ctx context.Context) error {
			return a.UpdateSession(ctx, session.ID, session.Attributes, attr.All[S]())
		}},
		{"SwapLease", false, func(ctx context.Context) error { return a.SwapLease(ctx, session.ID, session.Lease, next) }},
		{"DeleteSession", false, func(ctx context.Context) error { return a.DeleteSession(ctx, session.ID) }},
		{"DeleteUserSessionsExcept", false, func(ctx context.Context) error {
			_, err := a.DeleteUserSessionsExcept(ctx, user.ID, "x")
			return err
		}},
		{"DeleteExpiredSessions", false, func(ctx context.Context) error {
			_, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: session.ExpiresAt, Everyone: true, Limit: 10})
			return err
		}},
		{"User", true, func(ctx context.Context) error { _, err := a.User(ctx, user.ID); return err }},
		{"UserBy", true, func(ctx context.Context) error { _, err := a.UserBy(ctx, "Email", "x"); return err }},
		{"Session", true, func(ctx context.Context) error { _, err := a.Session(ctx, session.ID); return err }},
		{"UserSessions", true, func(ctx context.Context) error { _, err := a.UserSessions(ctx, user.ID); return err }},
		{"SessionAndUser", true, func(ctx context.Context) error { _, _, err := a.SessionAndUser(ctx, session.ID); return err }},
		{"Check", true, func(ctx context.Context) error { return a.Check(ctx) }},
		{"Migrate", false, func(ctx context.Context) error { return a.Migrate(ctx) }},
		{"Ping", true, func(ctx context.Context) error { return a.Ping(ctx) }},
		{"Describe", true, func(ctx context.Context) error { _, err := a.Describe(ctx); return err }},
	}
}

// CallsEnd makes all calls of a store at once, on a server that does not answer, once with
// a deadline and once with a context that is cancelled. It fails the test unless each call ends with
// its context, with the context's error, with ErrIndeterminate for a write, or with one of
// the other classes.
func CallsEnd[U, S any](t *testing.T, a *spec.Store[U, S], user spec.User[U], session spec.Session[S], others ...error) {
	t.Helper()
	const given = 200 * time.Millisecond
	watch := StartStopwatch(t)
	for _, limit := range []func() (context.Context, context.CancelFunc){
		func() (context.Context, context.CancelFunc) { return context.WithTimeout(t.Context(), given) },
		func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(given, cancel)
			return ctx, cancel
		},
	} {
		var wait sync.WaitGroup
		for _, call := range endings(a, user, session) {
			wait.Go(func() {
				ctx, cancel := limit()
				defer cancel()
				begun := watch.Now()
				err := call.do(ctx)
				if over := watch.Now() - begun - given; over > Tolerance {
					t.Errorf("%s ended %s after its context: %v", call.name, over, err)
				}
				possible := append([]error{context.Canceled, context.DeadlineExceeded}, others...)
				if !call.reads {
					possible = append(possible, spec.ErrIndeterminate)
				}
				if !slices.Contains(possible, spec.ClassOf(err)) {
					t.Errorf("%s: got %v", call.name, err)
				}
			})
		}
		wait.Wait()
	}
}

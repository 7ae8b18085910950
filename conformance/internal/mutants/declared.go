package mutants

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

// declaredMutants declare a weakness, and have another one besides.
func declaredMutants() []Mutant {
	return []Mutant{
		{Name: "an_orphan_is_returned_with_no_user", Clause: "REF-01",
			Subject: types(orphanAnonymous, orphanAnonymous, orphanAnonymous)},
		{Name: "an_orphan_cannot_be_deleted_with_its_users_others", Clause: "REF-01",
			Subject: types(orphanStays, orphanStays, orphanStays)},
		{Name: "the_steps_of_delete_user_begin_with_the_sessions", Clause: "REF-02", Shipped: "adapters without transactions",
			Subject: types(stepsFromSessions, stepsFromSessions, stepsFromSessions)},
		{Name: "steps_return_a_session_without_its_user", Clause: "REF-02",
			Subject: types(stepsShowHalf, stepsShowHalf, stepsShowHalf)},
		{Name: "sessions_expire_when_they_are_no_longer_active", Clause: "TIM-05",
			Subject: types(expiresIdle, expiresIdle, expiresIdle)},
		{Name: "another_handle_never_catches_up", Clause: "STO-01",
			Options: conformance.Options{Target: new(shelf), Watchdog: time.Second},
			Subject: types(neverCatchesUp, neverCatchesUp, neverCatchesUp)},
	}
}

// declares gives an adapter's description these weaknesses, over its own.
func declares[U, S any](a *altered[U, S], set func(*spec.Weaknesses)) *altered[U, S] {
	a.describe = func(ctx context.Context) (spec.Description, error) {
		d := a.Store
		description, err := d.Describe(ctx)
		set(&description.Weaknesses)
		return description, err
	}
	return a
}

// inSteps is an adapter that deletes the user first and then the sessions, as
// it declares.
func inSteps[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	second := func(ctx context.Context, a *apart[U, S], id string) error {
		return deleteSessions(context.WithoutCancel(ctx), a, id) // the first is done
	}
	a := inHalves(t, s, deleteUserOnly[U, S], second).(*altered[U, S])
	return declares(a, func(c *spec.Weaknesses) { c.Stepwise = true })
}

// leavesOrphans is an adapter that looks for the user of a new session before
// it inserts, as it declares.
func leavesOrphans[U, S any](t conformance.TB, s conformance.Store) *altered[U, S] {
	a := createLooksThenInserts[U, S](t, s).(*altered[U, S])
	return declares(a, func(c *spec.Weaknesses) { c.Orphans = true })
}

func rightOrphans[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return leavesOrphans[U, S](t, s)
}

// The session that the race leaves is taken for an anonymous one.
func orphanAnonymous[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := leavesOrphans[U, S](t, s)
	a.sessionAndUser = func(ctx context.Context, id string) (spec.Session[S], spec.User[U], error) {
		session, user, err := a.Store.SessionAndUser(ctx, id)
		if spec.ClassOf(err) == spec.ErrSessionNotFound {
			session, err = a.Store.Session(ctx, id)
		}
		return session, user, err
	}
	return a
}

// It looks for the user before it deletes the user's sessions.
func orphanStays[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := leavesOrphans[U, S](t, s)
	a.deleteUserSessions = func(ctx context.Context, userID string, keep ...string) (int64, error) {
		if _, err := a.User(ctx, userID); spec.ClassOf(err) == spec.ErrUserNotFound {
			return 0, nil
		}
		return deleteBut(ctx, a.Store, userID, keep)
	}
	return a
}

func stepsFromSessions[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := deletesSessionsFirst[U, S](t, s).(*altered[U, S])
	return declares(a, func(c *spec.Weaknesses) { c.Stepwise = true })
}

func stepsShowHalf[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := inSteps[U, S](t, s).(*altered[U, S])
	a.sessionAndUser = func(ctx context.Context, id string) (spec.Session[S], spec.User[U], error) {
		session, user, err := a.Store.SessionAndUser(ctx, id)
		if spec.ClassOf(err) == spec.ErrSessionNotFound {
			session, err = a.Session(ctx, id)
		}
		return session, user, err
	}
	return a
}

// expires deletes sessions by the clock, as it declares, when dead says so.
func expires[U, S any](t conformance.TB, s conformance.Store, dead func(spec.Lease, time.Time) bool) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	m := &altered[U, S]{Store: a}
	m.session = func(ctx context.Context, id string) (spec.Session[S], error) {
		session, err := a.Session(ctx, id)
		if err == nil && dead(session.Lease, time.Now()) {
			if err := a.DeleteSession(ctx, id); err != nil {
				return spec.Session[S]{}, err
			}
			return a.Session(ctx, id)
		}
		return session, err
	}
	return declares(m, func(c *spec.Weaknesses) { c.Expires, c.ExpirySlack = true, time.Minute })
}

func rightExpires[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return expires[U, S](t, s, func(l spec.Lease, now time.Time) bool { return l.State(now) == spec.Dead })
}

func expiresIdle[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return expires[U, S](t, s, func(l spec.Lease, now time.Time) bool {
		// Where the suite puts ExpiresAt off, ActiveUntil would end everything.
		return l.State(now) == spec.Idle && l.ExpiresAt.Sub(now) < 48*time.Hour
	})
}

// lags is an adapter that keeps its data, as long as the process runs, and
// whose handles do not find a session that another one made until they were
// asked for it so many times, as it declares; never if that is negative.
func lags[U, S any](t conformance.TB, s conformance.Store, times int) typed.Store[U, S] {
	shelf := s.Target.(*shelf)
	store, _ := shelf.take(t, s.Name, func() any { return healthy[U, S](t, s) })
	a := &altered[U, S]{Store: store.(typed.Store[U, S])}
	var own, asked sync.Map // sessions that this handle made, and how often others were asked for
	a.createSession = func(ctx context.Context, session spec.Session[S]) error {
		own.Store(session.ID, true)
		return a.Store.CreateSession(ctx, session)
	}
	a.session = func(ctx context.Context, id string) (spec.Session[S], error) {
		if _, here := own.Load(id); !here {
			n, _ := asked.LoadOrStore(id, new(atomic.Int64))
			if times < 0 || n.(*atomic.Int64).Add(1) <= int64(times) {
				return spec.Session[S]{}, &spec.Error{Adapter: "lags", Op: spec.OpSession, Class: spec.ErrSessionNotFound}
			}
		}
		return a.Store.Session(ctx, id)
	}
	return declares(a, func(c *spec.Weaknesses) { c.Volatile, c.StaleReads = false, true })
}

func rightLags[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return lags[U, S](t, s, 3)
}

func neverCatchesUp[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return lags[U, S](t, s, -1)
}

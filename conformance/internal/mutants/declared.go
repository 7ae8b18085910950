package mutants

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// declaredMutants declare a weakness, and have another one besides.
func declaredMutants() []Mutant {
	return []Mutant{
		{Name: "an_orphan_is_returned_with_no_user", Clause: "REF-01",
			Subject: subject(orphanAnonymous)},
		{Name: "an_orphan_cannot_be_deleted_with_its_users_others", Clause: "REF-01",
			Subject: subject(orphanStays)},
		{Name: "the_steps_of_delete_user_begin_with_the_sessions", Clause: "REF-02", Shipped: "adapters without transactions",
			Subject: subject(stepsFromSessions)},
		{Name: "delete_user_again_leaves_what_an_interrupted_one_left", Clause: "USR-06",
			Subject: apartInSteps(func(a *altered, apart *apart) {
				a.deleteUser = func(ctx context.Context, id string) error {
					if _, err := apart.User(ctx, id); err != nil {
						return ignoreAbsent(err)
					}
					if err := apart.users.DeleteUser(ctx, id); err != nil {
						return err
					}
					if ctx.Err() != nil {
						return spec.ErrIndeterminate
					}
					return deleteSessions(context.WithoutCancel(ctx), apart, id)
				}
			})},
		{Name: "steps_return_a_session_without_its_user", Clause: "REF-02",
			Subject: subject(stepsShowHalf)},
		{Name: "another_handle_never_catches_up", Clause: "STO-01",
			Options: conformance.Options{Target: new(shelf), Watchdog: time.Second, Match: func(name string) bool {
				return strings.HasPrefix(name, "STO-01/another_handle") // after three hung checks the rest is not run
			}},
			Subject: subject(neverCatchesUp)},
	}
}

// declares gives an adapter's description these weaknesses, over its own.
func declares(a *altered, set func(*spec.Weaknesses)) *altered {
	a.describe = func(ctx context.Context) (spec.Description, error) {
		description, err := a.rows.Describe(ctx)
		set(&description.Weaknesses)
		return description, err
	}
	return a
}

// inSteps is an adapter that deletes the user first and then the sessions, as
// it declares.
func inSteps(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	second := func(ctx context.Context, a *apart, id string) error {
		return deleteSessions(context.WithoutCancel(ctx), a, id) // the first is done
	}
	a := inHalves(t, s, columns, deleteUserOnly, second).(*altered)
	return declares(a, func(c *spec.Weaknesses) { c.Stepwise = true })
}

// apartInSteps is a subject that keeps users and sessions apart, and declares steps.
func apartInSteps(alter func(a *altered, apart *apart)) conformance.Subject {
	return subject(func(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
		apart := openApart(t, s, columns)
		a := &altered{rows: apart}
		alter(a, apart)
		return declares(a, func(c *spec.Weaknesses) { c.Stepwise = true })
	})
}

// ignoreAbsent returns no error for a user who is not there.
func ignoreAbsent(err error) error {
	if errors.Is(err, spec.ErrUserNotFound) {
		return nil
	}
	return err
}

// leavesOrphans is an adapter that looks for the user of a new session before
// it inserts, as it declares.
func leavesOrphans(t conformance.TB, s conformance.Store, columns spec.Columns) *altered {
	a := createLooksThenInserts(t, s, columns).(*altered)
	return declares(a, func(c *spec.Weaknesses) { c.Orphans = true })
}

func rightOrphans(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return leavesOrphans(t, s, columns)
}

// The session that the race leaves is taken for an anonymous one.
func orphanAnonymous(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := leavesOrphans(t, s, columns)
	a.sessionAndUser = func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
		session, user, err := a.rows.SessionAndUser(ctx, id)
		if spec.ClassOf(err) == spec.ErrSessionNotFound {
			session, err = a.rows.Session(ctx, id)
		}
		return session, user, err
	}
	return a
}

// It looks for the user before it deletes the user's sessions.
func orphanStays(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := leavesOrphans(t, s, columns)
	a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
		if _, err := a.User(ctx, userID); spec.ClassOf(err) == spec.ErrUserNotFound {
			return 0, nil
		}
		return a.rows.DeleteUserSessions(ctx, userID, keep)
	}
	return a
}

func stepsFromSessions(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := deletesSessionsFirst(t, s, columns).(*altered)
	return declares(a, func(c *spec.Weaknesses) { c.Stepwise = true })
}

func stepsShowHalf(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := inSteps(t, s, columns).(*altered)
	a.sessionAndUser = func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
		session, user, err := a.rows.SessionAndUser(ctx, id)
		if spec.ClassOf(err) == spec.ErrSessionNotFound {
			session, err = a.Session(ctx, id)
		}
		return session, user, err
	}
	return a
}

// openLagging returns an adapter that keeps its data, as long as the process runs, and
// whose handles do not find a session that another one made until they were
// asked for it so many times, as it declares; never if that is negative.
func openLagging(t conformance.TB, s conformance.Store, columns spec.Columns, times int) rows {
	shelf := s.Target.(*shelf)
	store, _ := shelf.take(t, s.Name, func() any { return openHealthy(t, s, columns) })
	a := &altered{rows: store.(rows)}
	var own, asked sync.Map // sessions that this handle made, and how often others were asked for
	a.createSession = func(ctx context.Context, session spec.SessionRow) error {
		own.Store(session.ID, true)
		return a.rows.CreateSession(ctx, session)
	}
	a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
		if _, here := own.Load(id); !here {
			n, _ := asked.LoadOrStore(id, new(atomic.Int64))
			if times < 0 || n.(*atomic.Int64).Add(1) <= int64(times) {
				return spec.SessionRow{}, &spec.Error{Adapter: "lags", Op: spec.OpSession, Class: spec.ErrSessionNotFound}
			}
		}
		return a.rows.Session(ctx, id)
	}
	return declares(a, func(c *spec.Weaknesses) { c.Volatile, c.StaleReads = false, true })
}

func rightLags(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return openLagging(t, s, columns, 3)
}

func neverCatchesUp(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return openLagging(t, s, columns, -1)
}

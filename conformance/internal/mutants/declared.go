package mutants

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// declaredMutants returns mutants that declare a weakness and also have another one.
func declaredMutants() []Mutant {
	return []Mutant{
		{Name: "an_orphan_is_returned_with_no_user", Clause: "REF-01", Subject: leavesOrphans(func(a *altered) {
			// The session that the race leaves is treated as an anonymous one.
			orphansHaveNoUser(a)
		})},
		{Name: "an_orphan_cannot_be_deleted_with_its_users_others", Clause: "REF-01", Subject: leavesOrphans(func(a *altered) {
			// It looks for the user before it deletes the user's sessions.
			a.before(spec.OpDeleteUserSessions, func(c *call) {
				if _, err := a.User(c.ctx, c.id); spec.ClassOf(err) == spec.ErrUserNotFound {
					c.answer(nil)
				}
			})
		})},
		{Name: "the_steps_of_delete_user_begin_with_the_sessions", Clause: "REF-02", Shipped: "adapters without transactions",
			Subject: apartInSteps(deletesSessionsFirst)},
		{Name: "delete_user_again_leaves_what_an_interrupted_one_left", Clause: "USR-06", Subject: apartInSteps(func(a *altered, both *apart) {
			a.deleteUser = func(ctx context.Context, id string) error {
				if _, err := both.User(ctx, id); err != nil {
					return replaceClass(err, spec.ErrUserNotFound, nil)
				}
				if err := both.users.DeleteUser(ctx, id); err != nil {
					return err
				}
				if ctx.Err() != nil {
					return spec.ErrIndeterminate
				}
				return deleteSessions(context.WithoutCancel(ctx), both, id)
			}
		})},
		{Name: "steps_return_a_session_without_its_user", Clause: "REF-02", Subject: apartInSteps(func(a *altered, both *apart) {
			deletesInSteps(a, both)
			orphansHaveNoUser(a)
		})},
		{Name: "another_handle_never_catches_up", Clause: "STO-01",
			Options: conformance.Options{Target: new(shelf), Watchdog: time.Second, Match: func(name string) bool {
				return strings.HasPrefix(name, "STO-01/another_handle") // after three hung checks no more are run
			}},
			Subject: lags(-1)},
	}
}

// orphansHaveNoUser makes SessionAndUser return a session whose user it does not find as
// an anonymous one.
func orphansHaveNoUser(a *altered) {
	a.after(spec.OpSessionAndUser, func(c *call) {
		if spec.ClassOf(c.err) == spec.ErrSessionNotFound {
			c.session, c.err = a.Session(c.ctx, c.id)
		}
	})
}

// declares changes the weaknesses in an adapter's description.
func declares(a *altered, set func(*spec.Weaknesses)) {
	a.after(spec.OpDescribe, func(c *call) { set(&c.description.Weaknesses) })
}

// deletesInSteps deletes the user first and then the sessions.
func deletesInSteps(a *altered, both *apart) {
	inHalves(a, both, deleteUserOnly, func(ctx context.Context, a *apart, id string) error {
		return deleteSessions(context.WithoutCancel(ctx), a, id) // the first step is done
	})
}

// apartInSteps returns a subject that keeps users and sessions in two stores, and
// declares Stepwise.
func apartInSteps(alter func(a *altered, both *apart)) conformance.Subject {
	return alterApart(func(a *altered, both *apart) {
		alter(a, both)
		declares(a, func(c *spec.Weaknesses) { c.Stepwise = true })
	})
}

// leavesOrphans returns a subject that looks for the user of a new session before it
// inserts the session, and declares Orphans.
func leavesOrphans(alter func(*altered)) conformance.Subject {
	return alterApart(func(a *altered, both *apart) {
		looksThenInserts(a, both)
		alter(a)
		declares(a, func(c *spec.Weaknesses) { c.Orphans = true })
	})
}

// lags returns a subject that keeps its data as long as the process runs and declares
// StaleReads. A handle finds a session that another handle has created only after this
// many reads of it, or never if times is negative.
func lags(times int) conformance.Subject {
	return subject(alterOpened(openShelved, func(a *altered) {
		var own, asked sync.Map // sessions that this handle has created, and numbers of reads of the other sessions
		a.before(spec.OpCreateSession, func(c *call) { own.Store(c.id, true) })
		a.before(spec.OpSession, func(c *call) {
			if _, here := own.Load(c.id); here {
				return
			}
			n, _ := asked.LoadOrStore(c.id, new(atomic.Int64))
			if times < 0 || n.(*atomic.Int64).Add(1) <= int64(times) {
				c.answer(&spec.Error{Adapter: "lags", Op: c.op, Class: spec.ErrSessionNotFound})
			}
		})
		declares(a, func(c *spec.Weaknesses) { c.Volatile, c.StaleReads = false, true })
	}))
}

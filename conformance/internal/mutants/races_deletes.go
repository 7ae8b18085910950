package mutants

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/tenon-go/tenon/spec"
)

// deleteRaceMutants returns mutants that are wrong about writes while deletes run.
func deleteRaceMutants(gap between) []Mutant {
	return []Mutant{
		{Name: "an_update_writes_back_what_a_sweep_of_everyone_took", Clause: "CON-03",
			Subject: alterAll(updatesWriteBack(gap, func(sweep spec.Sweep) bool { return sweep.Everyone }))},
		{Name: "an_update_writes_back_what_a_sweep_of_its_user_took", Clause: "CON-03",
			Subject: alterAll(updatesWriteBack(gap, func(sweep spec.Sweep) bool { return !sweep.Everyone }))},
		{Name: "a_swap_writes_back_what_a_sweep_took", Clause: "CON-03", Subject: alterAll(around(spec.OpSwapLease, func(c *call, do func()) {
			session, missing := c.rows.Session(c.ctx, c.id)
			gap(c.ctx)
			do()
			if missing == nil && errors.Is(c.err, spec.ErrSessionNotFound) && c.to.ExpiresAt.Equal(c.from.ExpiresAt) && c.to.Credential != c.from.Credential {
				session.Lease = c.to
				c.err = c.rows.CreateSession(c.ctx, session)
			}
		}))},
		{Name: "deleting_the_others_writes_back_the_attributes_of_what_stays", Clause: "CON-04",
			Subject: alterRich(around(spec.OpDeleteUserSessions, func(c *call, do func()) {
				before, _ := c.rows.UserSessions(c.ctx, c.id)
				gap(c.ctx)
				do()
				for _, s := range before {
					if slices.Contains(c.keep, s.ID) {
						c.err = errors.Join(c.err, c.rows.UpdateSession(c.ctx, s.ID, changeOfAll(s.Attributes)))
					}
				}
			}))},
		{Name: "deleting_the_others_deletes_one_that_came_since", Clause: "CON-04", Subject: alterAll(before(spec.OpDeleteUserSessions, func(c *call) {
			before, _ := c.rows.UserSessions(c.ctx, c.id)
			gap(c.ctx)
			c.keep = slices.DeleteFunc(slices.Clone(c.keep), func(id string) bool {
				return !slices.ContainsFunc(before, func(s spec.SessionRow) bool { return s.ID == id })
			})
		}))},
		{Name: "a_sweep_of_a_user_writes_back_the_leases_of_what_stays", Clause: "CON-04", Subject: alterAll(around(spec.OpDeleteExpiredSessions, func(c *call, do func()) {
			before, _ := c.rows.UserSessions(c.ctx, c.sweep.UserID)
			gap(c.ctx)
			do()
			for _, s := range before {
				if s.State(c.sweep.Now) != spec.Expired {
					c.err = errors.Join(c.err, setLease(context.WithoutCancel(c.ctx), c.rows, s.ID, s.Lease))
				}
			}
		}))},
		{Name: "a_sweep_of_everyone_writes_back_the_leases_of_what_stays", Clause: "CON-04", Subject: alterAll(func(a *altered) {
			created := recordCreated(a)
			a.around(spec.OpDeleteExpiredSessions, func(c *call, do func()) {
				var before []spec.SessionRow
				for _, id := range created.Sessions(func(string, string) bool { return c.sweep.Everyone }) {
					if s, err := c.rows.Session(c.ctx, id); err == nil && s.State(c.sweep.Now) != spec.Expired {
						before = append(before, s)
					}
				}
				gap(c.ctx)
				do()
				for _, s := range before {
					_ = setLease(context.WithoutCancel(c.ctx), c.rows, s.ID, s.Lease) // it may be deleted by now
				}
			})
		})},
		{Name: "deleting_a_session_writes_its_user_back", Clause: "CON-04", Subject: alterRich(around(spec.OpDeleteSession, func(c *call, do func()) {
			_, user, missing := c.rows.SessionAndUser(c.ctx, c.id)
			gap(c.ctx)
			if do(); c.err == nil && missing == nil && user.ID != "" {
				_ = c.rows.UpdateUser(c.ctx, user.ID, changeOfAll(user.Attributes)) // the user may be deleted by now
			}
		}))},
		{Name: "deleting_a_session_loses_one_that_came_since", Clause: "CON-04", Subject: alterAll(func(a *altered) {
			var lost sync.Map // ids of sessions
			a.around(spec.OpDeleteSession, func(c *call, do func()) {
				s, missing := c.rows.Session(c.ctx, c.id)
				before, _ := c.rows.UserSessions(c.ctx, s.UserID)
				gap(c.ctx)
				if do(); c.err == nil && missing == nil {
					c.err = loseOthers(c.ctx, c.rows, &lost, s.UserID, before)
				}
			})
			hideLost(a, &lost)
		})},
		{Name: "a_sweep_of_a_user_loses_one_that_came_since", Clause: "CON-04", Subject: alterAll(func(a *altered) {
			var lost sync.Map // ids of sessions
			a.around(spec.OpDeleteExpiredSessions, func(c *call, do func()) {
				before, _ := c.rows.UserSessions(c.ctx, c.sweep.UserID)
				gap(c.ctx)
				if do(); c.err == nil && c.n > 0 {
					c.err = loseOthers(context.WithoutCancel(c.ctx), c.rows, &lost, c.sweep.UserID, before)
				}
			})
			hideLost(a, &lost)
		})},
	}
}

// updatesWriteBack makes UpdateSession write back a row that was deleted after it read
// the row. During the update a lock blocks deletes, and sweeps for which unlocked returns
// false.
func updatesWriteBack(gap between, unlocked func(spec.Sweep) bool) func(*altered) {
	return func(a *altered) {
		var mu sync.Mutex
		a.around(everyCall, func(c *call, do func()) {
			update := c.op == spec.OpUpdateSession
			if update || deletesSessions(c.op) && !(c.op == spec.OpDeleteExpiredSessions && unlocked(c.sweep)) {
				mu.Lock()
				defer mu.Unlock()
			}
			if !update {
				do()
				return
			}
			session, err := c.rows.Session(c.ctx, c.id)
			if c.err = err; err != nil {
				return
			}
			gap(c.ctx)
			if do(); errors.Is(c.err, spec.ErrSessionNotFound) {
				session.Attributes = c.change.Apply(session.Attributes)
				c.err = c.rows.CreateSession(c.ctx, session)
			}
		})
	}
}

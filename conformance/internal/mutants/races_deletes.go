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
		{Name: "an_update_writes_back_what_a_sweep_of_everyone_took", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			updatesWriteBack(a, gap, func(sweep spec.Sweep) bool { return sweep.Everyone })
		})},
		{Name: "an_update_writes_back_what_a_sweep_of_its_user_took", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			updatesWriteBack(a, gap, func(sweep spec.Sweep) bool { return !sweep.Everyone })
		})},
		{Name: "a_swap_writes_back_what_a_sweep_took", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				session, missing := a.rows.Session(ctx, id)
				gap(ctx)
				err := a.rows.SwapLease(ctx, id, from, to)
				if missing == nil && errors.Is(err, spec.ErrSessionNotFound) && to.ExpiresAt.Equal(from.ExpiresAt) && to.Credential != from.Credential {
					session.Lease = to
					return a.rows.CreateSession(ctx, session)
				}
				return err
			}
		})},
		{Name: "deleting_the_others_writes_back_the_attributes_of_what_stays", Clause: "CON-04", Subject: alterRich(func(a *altered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				before, _ := a.rows.UserSessions(ctx, userID)
				gap(ctx)
				n, err := a.rows.DeleteUserSessions(ctx, userID, keep)
				for _, s := range before {
					if slices.Contains(keep, s.ID) {
						err = errors.Join(err, a.rows.UpdateSession(ctx, s.ID, changeOfAll(s.Attributes)))
					}
				}
				return n, err
			}
		})},
		{Name: "deleting_the_others_deletes_one_that_came_since", Clause: "CON-04", Subject: alterAll(func(a *altered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				before, _ := a.rows.UserSessions(ctx, userID)
				gap(ctx)
				return a.rows.DeleteUserSessions(ctx, userID, slices.DeleteFunc(slices.Clone(keep), func(id string) bool {
					return !slices.ContainsFunc(before, func(s spec.SessionRow) bool { return s.ID == id })
				}))
			}
		})},
		{Name: "a_sweep_of_a_user_writes_back_the_leases_of_what_stays", Clause: "CON-04", Subject: alterAll(func(a *altered) {
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				before, _ := a.rows.UserSessions(ctx, sweep.UserID)
				gap(ctx)
				n, err := a.rows.DeleteExpiredSessions(ctx, sweep)
				for _, s := range before {
					if s.State(sweep.Now) != spec.Expired {
						err = errors.Join(err, setLease(context.WithoutCancel(ctx), a.rows, s.ID, s.Lease))
					}
				}
				return n, err
			}
		})},
		{Name: "a_sweep_of_everyone_writes_back_the_leases_of_what_stays", Clause: "CON-04", Subject: alterAll(func(a *altered) {
			c := recordCreated(a)
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				var before []spec.SessionRow
				for _, id := range c.Sessions(func(string, string) bool { return sweep.Everyone }) {
					if s, err := a.rows.Session(ctx, id); err == nil && s.State(sweep.Now) != spec.Expired {
						before = append(before, s)
					}
				}
				gap(ctx)
				n, err := a.rows.DeleteExpiredSessions(ctx, sweep)
				for _, s := range before {
					_ = setLease(context.WithoutCancel(ctx), a.rows, s.ID, s.Lease) // it may be deleted by now
				}
				return n, err
			}
		})},
		{Name: "deleting_a_session_writes_its_user_back", Clause: "CON-04", Subject: alterRich(func(a *altered) {
			a.deleteSession = func(ctx context.Context, id string) error {
				_, user, missing := a.rows.SessionAndUser(ctx, id)
				gap(ctx)
				if err := a.rows.DeleteSession(ctx, id); err != nil || missing != nil || user.ID == "" {
					return err
				}
				_ = a.rows.UpdateUser(ctx, user.ID, changeOfAll(user.Attributes)) // the user may be deleted by now
				return nil
			}
		})},
		{Name: "deleting_a_session_loses_one_that_came_since", Clause: "CON-04", Subject: alterAll(func(a *altered) {
			var lost sync.Map // ids of sessions
			a.deleteSession = func(ctx context.Context, id string) error {
				s, missing := a.rows.Session(ctx, id)
				before, _ := a.rows.UserSessions(ctx, s.UserID)
				gap(ctx)
				if err := a.rows.DeleteSession(ctx, id); err != nil || missing != nil {
					return err
				}
				return loseOthers(ctx, a.rows, &lost, s.UserID, before)
			}
			hideLost(a, &lost)
		})},
		{Name: "a_sweep_of_a_user_loses_one_that_came_since", Clause: "CON-04", Subject: alterAll(func(a *altered) {
			var lost sync.Map // ids of sessions
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				before, _ := a.rows.UserSessions(ctx, sweep.UserID)
				gap(ctx)
				n, err := a.rows.DeleteExpiredSessions(ctx, sweep)
				if err == nil && n > 0 {
					err = loseOthers(context.WithoutCancel(ctx), a.rows, &lost, sweep.UserID, before)
				}
				return n, err
			}
			hideLost(a, &lost)
		})},
	}
}

// updatesWriteBack makes UpdateSession write back a row that was deleted after it read
// the row. During the update a lock blocks deletes, and sweeps for which unlocked returns
// false.
func updatesWriteBack(a *altered, gap between, unlocked func(spec.Sweep) bool) {
	inner := a.rows
	var mu sync.Mutex
	a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
		mu.Lock()
		defer mu.Unlock()
		session, err := inner.Session(ctx, id)
		if err != nil {
			return err
		}
		gap(ctx)
		if err = inner.UpdateSession(ctx, id, change); errors.Is(err, spec.ErrSessionNotFound) {
			session.Attributes = change.Apply(session.Attributes)
			return inner.CreateSession(ctx, session)
		}
		return err
	}
	a.deleteUser = func(ctx context.Context, id string) error {
		mu.Lock()
		defer mu.Unlock()
		return inner.DeleteUser(ctx, id)
	}
	a.deleteSession = func(ctx context.Context, id string) error {
		mu.Lock()
		defer mu.Unlock()
		return inner.DeleteSession(ctx, id)
	}
	a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
		mu.Lock()
		defer mu.Unlock()
		return inner.DeleteUserSessions(ctx, userID, keep)
	}
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		if !unlocked(sweep) {
			mu.Lock()
			defer mu.Unlock()
		}
		return inner.DeleteExpiredSessions(ctx, sweep)
	}
}

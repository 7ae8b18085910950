package mutants

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// raceMutants returns mutants with a call in two steps and a gap between them in which
// another call can run. Unlike in the mutants with a [meeting], no signal makes the other
// call run there: the checks must achieve that. The stress test counts how often they do.
func raceMutants(gap between) []Mutant {
	list := slices.Concat(plainRaceMutants(gap), deleteRaceMutants(gap), readRaceMutants(gap), userRaceMutants(gap))
	for i := range list {
		list[i].Race = true
	}
	return list
}

// between is called between two steps. roundTrip takes as long as a statement to a nearby
// server, lookAtContext checks the context as a driver does before each statement, and
// noGap does nothing, as in memory.
type between = func(context.Context)

func roundTrip(context.Context)         { time.Sleep(500 * time.Microsecond) }
func lookAtContext(ctx context.Context) { _ = ctx.Err() }
func noGap(context.Context)             {}

// afterWrites makes every write call after when it is done, with the name of its kind:
// "create", "update", "delete user", "delete", "except" or "sweep".
func afterWrites(a *altered, after func(event string)) {
	inner := a.rows
	a.createUser = func(ctx context.Context, user spec.UserRow) error {
		defer after("create")
		return inner.CreateUser(ctx, user)
	}
	a.createSession = func(ctx context.Context, s spec.SessionRow) error {
		defer after("create")
		return inner.CreateSession(ctx, s)
	}
	a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
		defer after("update")
		return inner.UpdateUser(ctx, id, change)
	}
	a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
		defer after("update")
		return inner.UpdateSession(ctx, id, change)
	}
	a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
		defer after("update")
		return inner.SwapLease(ctx, id, from, to)
	}
	a.deleteUser = func(ctx context.Context, id string) error {
		defer after("delete user")
		return inner.DeleteUser(ctx, id)
	}
	a.deleteSession = func(ctx context.Context, id string) error {
		defer after("delete")
		return inner.DeleteSession(ctx, id)
	}
	a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
		defer after("except")
		return inner.DeleteUserSessions(ctx, userID, keep)
	}
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		defer after("sweep")
		return inner.DeleteExpiredSessions(ctx, sweep)
	}
}

// plainRaceMutants returns the faults of the mutants with signals, without the signals.
func plainRaceMutants(gap between) []Mutant {
	return []Mutant{
		{Name: "a_create_of_a_user_looks_and_then_writes", Clause: "CON-01", Subject: alterAll(func(a *altered) {
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				if _, err := a.User(ctx, user.ID); err == nil {
					return spec.ErrUserExists
				}
				gap(ctx)
				err := a.rows.CreateUser(ctx, user)
				if errors.Is(err, spec.ErrUserExists) {
					return a.rows.UpdateUser(ctx, user.ID, changeOfAll(user.Attributes))
				}
				return err
			}
		})},
		{Name: "a_create_of_a_session_looks_and_then_writes", Clause: "CON-01", Subject: alterAll(func(a *altered) {
			a.createSession = func(ctx context.Context, s spec.SessionRow) error {
				if _, err := a.Session(ctx, s.ID); err == nil {
					return spec.ErrSessionExists
				}
				gap(ctx)
				err := a.rows.CreateSession(ctx, s)
				if errors.Is(err, spec.ErrSessionExists) {
					return errors.Join(a.rows.DeleteSession(ctx, s.ID), a.rows.CreateSession(ctx, s))
				}
				return err
			}
		})},
		{Name: "a_unique_value_is_looked_for_before_the_create", Clause: "CON-02", Subject: alterRich(func(a *altered) {
			email := placeOf[richUser]("Email")
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				_, taken := a.rows.UserBy(ctx, email, user.Attributes[email])
				gap(ctx)
				err := a.rows.CreateUser(ctx, user)
				if values, late := freeEmail(err, user.Attributes, email, user.ID); late && taken != nil {
					user.Attributes = values
					return a.rows.CreateUser(ctx, user)
				}
				return err
			}
		})},
		{Name: "an_update_of_a_user_writes_back_what_was_deleted_since", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				user, err := a.rows.User(ctx, id)
				if err != nil {
					return err
				}
				gap(ctx)
				if err = a.rows.UpdateUser(ctx, id, change); errors.Is(err, spec.ErrUserNotFound) {
					user.Attributes = change.Apply(user.Attributes)
					return a.rows.CreateUser(ctx, user)
				}
				return err
			}
		})},
		{Name: "creates_of_one_users_sessions_lose_one_another", Clause: "CON-04", Subject: alterAll(func(a *altered) {
			var lost sync.Map // ids of sessions
			a.createSession = func(ctx context.Context, s spec.SessionRow) error {
				before, _ := a.rows.UserSessions(ctx, s.UserID)
				gap(ctx)
				if err := a.rows.CreateSession(ctx, s); err != nil {
					return err
				}
				return loseOthers(ctx, a.rows, &lost, s.UserID, append(before, s))
			}
			hideLost(a, &lost)
		})},
		{Name: "a_swap_compares_and_then_writes", Clause: "LEA-06", Subject: alterAll(func(a *altered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				session, err := a.rows.Session(ctx, id)
				if err != nil || !session.Lease.Equal(from) {
					return a.rows.SwapLease(ctx, id, from, to)
				}
				gap(ctx)
				for {
					if err = setLease(ctx, a.rows, id, to); !errors.Is(err, spec.ErrStale) {
						return err
					}
				}
			}
		})},
		{Name: "a_swap_of_what_was_deleted_since_is_stale", Clause: "LEA-07", Subject: alterAll(func(a *altered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				_, missing := a.rows.Session(ctx, id)
				gap(ctx)
				err := a.rows.SwapLease(ctx, id, from, to)
				if missing == nil && errors.Is(err, spec.ErrSessionNotFound) {
					return spec.ErrStale
				}
				return err
			}
		})},
		{Name: "a_sweep_selects_and_deletes_what_was_renewed_since", Clause: "SWP-05", Subject: alterAll(func(a *altered) {
			c := recordCreated(a)
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (n int64, err error) {
				ids := selectExpired(ctx, a.rows, c, sweep)
				gap(ctx)
				for _, id := range ids {
					if _, err := a.rows.Session(ctx, id); err == nil && a.rows.DeleteSession(ctx, id) == nil {
						n++
					}
				}
				return n, nil
			}
		})},
		{Name: "a_sweep_counts_what_it_selected", Clause: "SWP-06", Subject: alterAll(func(a *altered) {
			c := recordCreated(a)
			a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
				ids := selectExpired(ctx, a.rows, c, sweep)
				gap(ctx)
				for _, id := range ids {
					if err := a.rows.DeleteSession(ctx, id); err != nil {
						return 0, err
					}
				}
				return int64(len(ids)), nil
			}
		})},
		{Name: "a_create_of_a_session_looks_for_the_user_first", Clause: "REF-01", Subject: alterApart(func(a *altered, both *apart) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if _, err := both.User(ctx, session.UserID); err != nil {
					return both.CreateSession(ctx, session) // anonymous, or refused
				}
				gap(ctx)
				return both.sessions.CreateSession(ctx, session)
			}
		})},
		{Name: "delete_user_begins_with_the_sessions", Clause: "REF-02", Subject: alterAll(func(a *altered) {
			a.deleteUser = func(ctx context.Context, id string) error {
				_, err := a.rows.DeleteUserSessions(ctx, id, nil)
				gap(ctx)
				return errors.Join(err, a.rows.DeleteUser(context.WithoutCancel(ctx), id))
			}
		})},
		{Name: "an_update_of_a_session_writes_back_an_old_lease", Clause: "SES-05", Subject: alterAll(func(a *altered) {
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				before, missing := a.rows.Session(ctx, id)
				gap(ctx)
				if err := a.rows.UpdateSession(ctx, id, change); err != nil || missing != nil {
					return err
				}
				return setLease(ctx, a.rows, id, before.Lease)
			}
		})},
		{Name: "an_update_of_a_user_writes_back_the_whole_row", Clause: "ATT-10", Subject: alterRich(func(a *altered) {
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				u, err := a.rows.User(ctx, id)
				if err != nil || len(change.Places) == 0 {
					return a.rows.UpdateUser(ctx, id, change)
				}
				gap(ctx)
				return a.rows.UpdateUser(ctx, id, changeOfAll(change.Apply(u.Attributes)))
			}
		})},
		{Name: "a_swap_writes_the_credential_last", Clause: "LEA-01", Subject: alterAll(func(a *altered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				half := to
				half.Credential = from.Credential
				if err := a.rows.SwapLease(ctx, id, from, half); err != nil {
					return err
				}
				gap(ctx)
				return a.rows.SwapLease(context.WithoutCancel(ctx), id, half, to)
			}
		})},
		{Name: "a_session_is_created_with_its_lease_to_come", Clause: "SES-01", Subject: alterAll(func(a *altered) {
			a.createSession = func(ctx context.Context, s spec.SessionRow) error {
				half := s
				half.Credential = ""
				if err := a.rows.CreateSession(ctx, half); err != nil {
					return err
				}
				gap(ctx)
				return a.rows.SwapLease(context.WithoutCancel(ctx), s.ID, half.Lease, s.Lease)
			}
		})},
	}
}

// loseOthers marks as lost a user's sessions other than those of a list.
func loseOthers(ctx context.Context, a rows, lost *sync.Map, userID string, list []spec.SessionRow) error {
	now, err := a.UserSessions(ctx, userID)
	for _, s := range now {
		if !slices.ContainsFunc(list, func(known spec.SessionRow) bool { return known.ID == s.ID }) {
			lost.Store(s.ID, true)
		}
	}
	return err
}

// hideLost removes lost sessions from lists.
func hideLost(a *altered, lost *sync.Map) {
	a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
		list, err := a.rows.UserSessions(ctx, userID)
		return slices.DeleteFunc(list, func(s spec.SessionRow) bool { _, out := lost.Load(s.ID); return out }), err
	}
}

package mutants

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
)

func referenceMutants() []Mutant {
	return []Mutant{
		{Name: "create_session_looks_for_the_user_and_then_inserts", Clause: "REF-01", Shipped: "adapters without foreign keys", Subject: alterApart(looksThenInserts)},
		{Name: "an_orphan_is_visible_until_it_is_taken_back", Clause: "REF-01", Subject: alterApart(func(a *altered, both *apart) {
			// A session whose user was deleted is inserted, and deleted again; a caller
			// reads it before that.
			forced, deleted, seen := racesIn(a.t, createRace), newSignal(a.t), newSignal(a.t)
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if !forced || !strings.HasPrefix(session.ID, "new") {
					return both.CreateSession(ctx, session)
				}
				deleted.wait(ctx)
				err := both.sessions.CreateSession(ctx, session)
				if _, unknown := both.User(ctx, session.UserID); err == nil && unknown != nil {
					seen.wait(ctx)
					return errors.Join(unknown, both.DeleteSession(ctx, session.ID))
				}
				return err
			}
			a.deleteUser = func(ctx context.Context, id string) error {
				err := both.DeleteUser(ctx, id)
				if forced {
					deleted.give()
					seen.wait(ctx)
				}
				return err
			}
			a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				session, err := both.Session(ctx, id)
				if err == nil && strings.HasPrefix(id, "new") {
					seen.give()
				}
				return session, err
			}
		})},
		{Name: "delete_user_deletes_the_sessions_first", Clause: "REF-02", Subject: alterApart(deletesSessionsFirst)},
		{Name: "delete_user_deletes_the_user_first", Clause: "REF-02", Subject: alterApart(func(a *altered, both *apart) { inHalves(a, both, deleteUserOnly, deleteSessions) })},
		{Name: "delete_user_deletes_session_by_session", Clause: "REF-02", Subject: alterApart(func(a *altered, both *apart) {
			inHalves(a, both, deleteFirstHalf, func(ctx context.Context, a *apart, id string) error { return a.DeleteUser(ctx, id) })
		})},
		{Name: "session_and_user_are_two_reads", Clause: "REF-02", Subject: alterApart(func(a *altered, both *apart) {
			// The user is deleted between the two reads, and a user that is not found is
			// treated like that of an anonymous session.
			forced, read, deleted := racesIn(a.t, readRace), newSignal(a.t), newSignal(a.t)
			a.sessionAndUser = func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
				session, err := both.Session(ctx, id)
				if err != nil {
					return session, spec.UserRow{}, err
				}
				if forced {
					read.give()
					deleted.wait(ctx)
				}
				user, err := both.User(ctx, session.UserID)
				if errors.Is(err, spec.ErrUserNotFound) {
					return session, spec.UserRow{}, nil
				}
				return session, user, err
			}
			a.deleteUser = func(ctx context.Context, id string) error {
				if forced {
					read.wait(ctx)
				}
				defer deleted.give()
				return both.DeleteUser(ctx, id)
			}
		})},
		{Name: "orphans_are_hidden_and_kept", Clause: "REF-03", Shipped: "adapters without foreign keys, each in its own way", Subject: alterApart(func(a *altered, both *apart) {
			// DeleteUser does not delete the sessions, and every read hides those without a
			// user. They reappear with a new user with that id.
			a.deleteUser = func(ctx context.Context, id string) error { return both.users.DeleteUser(ctx, id) }
			a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				session, _, err := both.SessionAndUser(ctx, id)
				return session, err
			}
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				if _, err := both.User(ctx, userID); errors.Is(err, spec.ErrUserNotFound) {
					return nil, nil
				}
				return both.UserSessions(ctx, userID)
			}
		})},
	}
}

const (
	createRace = "session_created_while_its_user_is_deleted_leaves_nothing"
	readRace   = "no_call_finds_a_user_without_its_sessions_or_the_reverse"
)

// looksThenInserts makes CreateSession look for the user, who is deleted before the
// session is inserted.
func looksThenInserts(a *altered, both *apart) {
	forced, looked, deleted := racesIn(a.t, createRace), newSignal(a.t), newSignal(a.t)
	a.createSession = func(ctx context.Context, session spec.SessionRow) error {
		if _, err := both.User(ctx, session.UserID); err != nil {
			return both.CreateSession(ctx, session) // anonymous, or refused
		}
		if forced && strings.HasPrefix(session.ID, "new") {
			looked.give()
			deleted.wait(ctx)
		}
		if err := both.sessions.CreateSession(ctx, session); err != nil {
			return both.CreateSession(ctx, session)
		}
		return nil
	}
	a.deleteUser = func(ctx context.Context, id string) error {
		if forced {
			looked.wait(ctx)
		}
		defer deleted.give()
		return both.DeleteUser(ctx, id)
	}
}

// inHalves makes DeleteUser take two steps, between which others read. The second step
// waits until so many sessions were read that a reader must also have read the user in
// between.
func inHalves(a *altered, both *apart, first, second func(ctx context.Context, a *apart, id string) error) {
	forced, seen := racesIn(a.t, readRace), newSignal(a.t)
	var half atomic.Bool
	var reads atomic.Int32
	a.deleteUser = func(ctx context.Context, id string) error {
		if err := first(ctx, both, id); err != nil {
			return err
		}
		if forced {
			half.Store(true)
			seen.wait(ctx)
		}
		return second(ctx, both, id)
	}
	a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
		begun := half.Load()
		session, err := both.Session(ctx, id)
		const readers = 4
		if begun && reads.Add(1) > readers {
			seen.give()
		}
		return session, err
	}
}

func deleteSessions(ctx context.Context, a *apart, id string) error {
	_, err := a.sessions.DeleteUserSessions(ctx, id, nil)
	return err
}

func deleteUserOnly(ctx context.Context, a *apart, id string) error {
	return a.users.DeleteUser(ctx, id)
}

func deletesSessionsFirst(a *altered, both *apart) {
	inHalves(a, both, deleteSessions, deleteUserOnly)
}

func deleteFirstHalf(ctx context.Context, a *apart, id string) error {
	list, err := a.sessions.UserSessions(ctx, id)
	for _, session := range list[:len(list)/2] {
		err = errors.Join(err, a.sessions.DeleteSession(ctx, session.ID))
	}
	return err
}

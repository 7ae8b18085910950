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
			a.around(spec.OpCreateSession, func(c *call, do func()) {
				if !forced || !strings.HasPrefix(c.id, "new") {
					do()
					return
				}
				deleted.wait(c.ctx)
				c.err = both.sessions.CreateSession(c.ctx, c.session)
				if _, unknown := both.User(c.ctx, c.session.UserID); c.err == nil && unknown != nil {
					seen.wait(c.ctx)
					c.err = errors.Join(unknown, both.DeleteSession(c.ctx, c.id))
				}
			})
			a.after(spec.OpDeleteUser, func(c *call) {
				if forced {
					deleted.give()
					seen.wait(c.ctx)
				}
			})
			a.after(spec.OpSession, func(c *call) {
				if c.err == nil && strings.HasPrefix(c.id, "new") {
					seen.give()
				}
			})
		})},
		{Name: "delete_user_deletes_the_sessions_first", Clause: "REF-02", Subject: alterApart(deletesSessionsFirst)},
		{Name: "delete_user_deletes_the_user_first", Clause: "REF-02",
			Subject: alterApart(func(a *altered, both *apart) { inHalves(a, both, deleteUserOnly, deleteSessions) })},
		{Name: "delete_user_deletes_session_by_session", Clause: "REF-02", Subject: alterApart(func(a *altered, both *apart) {
			inHalves(a, both, deleteFirstHalf, func(ctx context.Context, a *apart, id string) error { return a.DeleteUser(ctx, id) })
		})},
		{Name: "session_and_user_are_two_reads", Clause: "REF-02", Subject: alterApart(func(a *altered, both *apart) {
			// The user is deleted between the two reads, and a user that is not found is
			// treated like that of an anonymous session.
			wait := interruptedBy(a, spec.OpDeleteUser, readRace)
			a.sessionAndUser = func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
				session, err := both.Session(ctx, id)
				if err != nil {
					return session, spec.UserRow{}, err
				}
				wait(ctx)
				user, err := both.User(ctx, session.UserID)
				return session, user, replaceClass(err, spec.ErrUserNotFound, nil)
			}
		})},
		{Name: "orphans_are_hidden_and_kept", Clause: "REF-03", Shipped: "adapters without foreign keys, each in its own way",
			Subject: alterApart(func(a *altered, both *apart) {
				// DeleteUser does not delete the sessions, and every read hides those without a
				// user. They reappear with a new user with that id.
				a.deleteUser = both.users.DeleteUser
				a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
					session, _, err := both.SessionAndUser(ctx, id)
					return session, err
				}
				a.before(spec.OpUserSessions, func(c *call) {
					if _, err := both.User(c.ctx, c.id); errors.Is(err, spec.ErrUserNotFound) {
						c.answer(nil)
					}
				})
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
	wait := interruptedBy(a, spec.OpDeleteUser, createRace)
	a.before(spec.OpCreateSession, func(c *call) {
		if _, err := both.User(c.ctx, c.session.UserID); err != nil {
			return // anonymous, or refused
		}
		if strings.HasPrefix(c.id, "new") {
			wait(c.ctx)
		}
		if err := both.sessions.CreateSession(c.ctx, c.session); err == nil {
			c.answer(nil)
		}
	})
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
	a.around(spec.OpSession, func(_ *call, do func()) {
		const readers = 4
		begun := half.Load()
		if do(); begun && reads.Add(1) > readers {
			seen.give()
		}
	})
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

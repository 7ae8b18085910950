package mutants

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

func referenceMutants() []Mutant {
	return []Mutant{
		{Name: "create_session_looks_for_the_user_and_then_inserts", Clause: "REF-01", Shipped: "adapters without foreign keys",
			Subject: types(createLooksThenInserts, createLooksThenInserts, createLooksThenInserts)},
		{Name: "an_orphan_is_visible_until_it_is_taken_back", Clause: "REF-01",
			Subject: types(createTakesBack, createTakesBack, createTakesBack)},
		{Name: "delete_user_deletes_the_sessions_first", Clause: "REF-02",
			Subject: types(deletesSessionsFirst, deletesSessionsFirst, deletesSessionsFirst)},
		{Name: "delete_user_deletes_the_user_first", Clause: "REF-02",
			Subject: types(deletesUserFirst, deletesUserFirst, deletesUserFirst)},
		{Name: "delete_user_deletes_session_by_session", Clause: "REF-02",
			Subject: types(deletesOneByOne, deletesOneByOne, deletesOneByOne)},
		{Name: "session_and_user_are_two_reads", Clause: "REF-02",
			Subject: types(readsTwice, readsTwice, readsTwice)},
		{Name: "orphans_are_hidden_and_kept", Clause: "REF-03", Shipped: "adapters without foreign keys, each in its own way",
			Subject: types(orphansHidden, orphansHidden, orphansHidden)},
	}
}

const (
	createRace = "session_created_while_its_user_is_deleted_leaves_nothing"
	readRace   = "nobody_finds_a_user_without_its_sessions_or_the_reverse"
)

// The user is deleted between the look and the insert.
func createLooksThenInserts[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, forced := openApart[U, S](t, s), racesIn(t, createRace)
	looked, deleted := newSignal(t), newSignal(t)
	return &altered[U, S]{Store: a,
		createSession: func(ctx context.Context, session spec.Session[S]) error {
			if _, err := a.User(ctx, session.UserID); err != nil {
				return a.CreateSession(ctx, session) // anonymous, or refused
			}
			if forced && strings.HasPrefix(session.ID, "new") {
				looked.give()
				deleted.wait(ctx)
			}
			if err := a.sessions.CreateSession(ctx, session); err != nil {
				return a.CreateSession(ctx, session)
			}
			return nil
		},
		deleteUser: func(ctx context.Context, id string) error {
			if forced {
				looked.wait(ctx)
			}
			defer deleted.give()
			return a.DeleteUser(ctx, id)
		},
	}
}

// A session whose user was deleted is inserted, and deleted again; somebody
// reads it before that.
func createTakesBack[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, forced := openApart[U, S](t, s), racesIn(t, createRace)
	deleted, seen := newSignal(t), newSignal(t)
	return &altered[U, S]{Store: a,
		createSession: func(ctx context.Context, session spec.Session[S]) error {
			if !forced || !strings.HasPrefix(session.ID, "new") {
				return a.CreateSession(ctx, session)
			}
			deleted.wait(ctx)
			err := a.sessions.CreateSession(ctx, session)
			if _, unknown := a.User(ctx, session.UserID); err == nil && unknown != nil {
				seen.wait(ctx)
				return errors.Join(unknown, a.DeleteSession(ctx, session.ID))
			}
			return err
		},
		deleteUser: func(ctx context.Context, id string) error {
			err := a.DeleteUser(ctx, id)
			if forced {
				deleted.give()
				seen.wait(ctx)
			}
			return err
		},
		session: func(ctx context.Context, id string) (spec.Session[S], error) {
			session, err := a.Session(ctx, id)
			if err == nil && strings.HasPrefix(id, "new") {
				seen.give()
			}
			return session, err
		},
	}
}

// inHalves is an adapter whose DeleteUser has two steps, between which others
// read: the second waits until so many sessions were looked for that one
// reader must have looked for the user in between.
func inHalves[U, S any](t conformance.TB, s conformance.Store, first, second func(ctx context.Context, a *apart[U, S], id string) error) typed.Store[U, S] {
	a, forced := openApart[U, S](t, s), racesIn(t, readRace)
	var half atomic.Bool
	var reads atomic.Int32
	seen := newSignal(t)
	return &altered[U, S]{Store: a,
		deleteUser: func(ctx context.Context, id string) error {
			if err := first(ctx, a, id); err != nil {
				return err
			}
			if forced {
				half.Store(true)
				seen.wait(ctx)
			}
			return second(ctx, a, id)
		},
		session: func(ctx context.Context, id string) (spec.Session[S], error) {
			begun := half.Load()
			session, err := a.Session(ctx, id)
			const readers = 4
			if begun && reads.Add(1) > readers {
				seen.give()
			}
			return session, err
		},
	}
}

func deleteSessions[U, S any](ctx context.Context, a *apart[U, S], id string) error {
	_, err := a.sessions.DeleteUserSessions(ctx, id)
	return err
}

func deleteUserOnly[U, S any](ctx context.Context, a *apart[U, S], id string) error {
	return a.users.DeleteUser(ctx, id)
}

func deletesSessionsFirst[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return inHalves(t, s, deleteSessions[U, S], deleteUserOnly[U, S])
}

func deletesUserFirst[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return inHalves(t, s, deleteUserOnly[U, S], deleteSessions[U, S])
}

func deletesOneByOne[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	first := func(ctx context.Context, a *apart[U, S], id string) error {
		list, err := a.sessions.UserSessions(ctx, id)
		if err != nil {
			return err
		}
		for _, session := range list[:len(list)/2] {
			if err := a.sessions.DeleteSession(ctx, session.ID); err != nil {
				return err
			}
		}
		return nil
	}
	return inHalves(t, s, first, func(ctx context.Context, a *apart[U, S], id string) error { return a.DeleteUser(ctx, id) })
}

// The user is deleted between the two reads, and a user that is not found is
// taken for that of an anonymous session.
func readsTwice[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, forced := openApart[U, S](t, s), racesIn(t, readRace)
	read, deleted := newSignal(t), newSignal(t)
	return &altered[U, S]{Store: a,
		sessionAndUser: func(ctx context.Context, id string) (spec.Session[S], spec.User[U], error) {
			session, err := a.Session(ctx, id)
			if err != nil {
				return session, spec.User[U]{}, err
			}
			if forced {
				read.give()
				deleted.wait(ctx)
			}
			user, err := a.User(ctx, session.UserID)
			if errors.Is(err, spec.ErrUserNotFound) {
				return session, spec.User[U]{}, nil
			}
			return session, user, err
		},
		deleteUser: func(ctx context.Context, id string) error {
			if forced {
				read.wait(ctx)
			}
			defer deleted.give()
			return a.DeleteUser(ctx, id)
		},
	}
}

// DeleteUser leaves the sessions, and every read hides those without a user:
// they come back with a new user of that id.
func orphansHidden[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openApart[U, S](t, s)
	return &altered[U, S]{Store: a,
		deleteUser: func(ctx context.Context, id string) error { return a.users.DeleteUser(ctx, id) },
		session: func(ctx context.Context, id string) (spec.Session[S], error) {
			session, _, err := a.SessionAndUser(ctx, id)
			return session, err
		},
		userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
			if _, err := a.User(ctx, userID); errors.Is(err, spec.ErrUserNotFound) {
				return nil, nil
			}
			return a.UserSessions(ctx, userID)
		},
	}
}

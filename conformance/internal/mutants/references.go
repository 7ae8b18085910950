package mutants

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func referenceMutants() []Mutant {
	return []Mutant{
		{Name: "create_session_looks_for_the_user_and_then_inserts", Clause: "REF-01", Shipped: "adapters without foreign keys",
			Subject: subject(createLooksThenInserts)},
		{Name: "an_orphan_is_visible_until_it_is_taken_back", Clause: "REF-01",
			Subject: subject(createTakesBack)},
		{Name: "delete_user_deletes_the_sessions_first", Clause: "REF-02",
			Subject: subject(deletesSessionsFirst)},
		{Name: "delete_user_deletes_the_user_first", Clause: "REF-02",
			Subject: subject(deletesUserFirst)},
		{Name: "delete_user_deletes_session_by_session", Clause: "REF-02",
			Subject: subject(deletesOneByOne)},
		{Name: "session_and_user_are_two_reads", Clause: "REF-02",
			Subject: subject(readsTwice)},
		{Name: "orphans_are_hidden_and_kept", Clause: "REF-03", Shipped: "adapters without foreign keys, each in its own way",
			Subject: subject(orphansHidden)},
	}
}

const (
	createRace = "session_created_while_its_user_is_deleted_leaves_nothing"
	readRace   = "no_call_finds_a_user_without_its_sessions_or_the_reverse"
)

// The user is deleted between the look and the insert.
func createLooksThenInserts(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openApart(t, s, columns), racesIn(t, createRace)
	looked, deleted := newSignal(t), newSignal(t)
	return &altered{rows: a,
		createSession: func(ctx context.Context, session spec.SessionRow) error {
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

// A session whose user was deleted is inserted, and deleted again; a caller
// reads it before that.
func createTakesBack(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openApart(t, s, columns), racesIn(t, createRace)
	deleted, seen := newSignal(t), newSignal(t)
	return &altered{rows: a,
		createSession: func(ctx context.Context, session spec.SessionRow) error {
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
		session: func(ctx context.Context, id string) (spec.SessionRow, error) {
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
func inHalves(t conformance.TB, s conformance.Store, columns spec.Columns, first, second func(ctx context.Context, a *apart, id string) error) rows {
	a, forced := openApart(t, s, columns), racesIn(t, readRace)
	var half atomic.Bool
	var reads atomic.Int32
	seen := newSignal(t)
	return &altered{rows: a,
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
		session: func(ctx context.Context, id string) (spec.SessionRow, error) {
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

func deleteSessions(ctx context.Context, a *apart, id string) error {
	_, err := a.sessions.DeleteUserSessions(ctx, id, nil)
	return err
}

func deleteUserOnly(ctx context.Context, a *apart, id string) error {
	return a.users.DeleteUser(ctx, id)
}

func deletesSessionsFirst(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return inHalves(t, s, columns, deleteSessions, deleteUserOnly)
}

func deletesUserFirst(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return inHalves(t, s, columns, deleteUserOnly, deleteSessions)
}

func deletesOneByOne(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	first := func(ctx context.Context, a *apart, id string) error {
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
	return inHalves(t, s, columns, first, func(ctx context.Context, a *apart, id string) error { return a.DeleteUser(ctx, id) })
}

// The user is deleted between the two reads, and a user that is not found is
// taken for that of an anonymous session.
func readsTwice(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openApart(t, s, columns), racesIn(t, readRace)
	read, deleted := newSignal(t), newSignal(t)
	return &altered{rows: a,
		sessionAndUser: func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
			session, err := a.Session(ctx, id)
			if err != nil {
				return session, spec.UserRow{}, err
			}
			if forced {
				read.give()
				deleted.wait(ctx)
			}
			user, err := a.User(ctx, session.UserID)
			if errors.Is(err, spec.ErrUserNotFound) {
				return session, spec.UserRow{}, nil
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
func orphansHidden(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openApart(t, s, columns)
	return &altered{rows: a,
		deleteUser: func(ctx context.Context, id string) error { return a.users.DeleteUser(ctx, id) },
		session: func(ctx context.Context, id string) (spec.SessionRow, error) {
			session, _, err := a.SessionAndUser(ctx, id)
			return session, err
		},
		userSessions: func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
			if _, err := a.User(ctx, userID); errors.Is(err, spec.ErrUserNotFound) {
				return nil, nil
			}
			return a.UserSessions(ctx, userID)
		},
	}
}

package mutants

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func concurrencyMutants() []Mutant {
	return []Mutant{
		{Name: "create_user_looks_and_then_inserts", Clause: "CON-01",
			Subject: types(createUserLooks, createUserLooks, createUserLooks)},
		{Name: "create_session_looks_and_then_inserts", Clause: "CON-01",
			Subject: types(createSessionLooks, createSessionLooks, createSessionLooks)},
		{Name: "a_create_that_loses_leaves_its_unique_value", Clause: "CON-01",
			Subject: types(loserLeavesValue, healthy, healthy)},
		{Name: "a_unique_value_is_looked_for_and_then_inserted", Clause: "CON-02",
			Subject: types(uniqueLooks, healthy, healthy)},
		{Name: "a_unique_value_is_looked_for_and_then_updated", Clause: "CON-02",
			Subject: types(uniqueUpdateLooks, healthy, healthy)},
		{Name: "a_unique_session_value_is_looked_for_and_then_inserted", Clause: "CON-02",
			Subject: types(uniqueSessionLooks, healthy, healthy)},
		{Name: "an_update_of_a_user_that_races_a_delete_writes_it_back", Clause: "CON-03",
			Subject: types(updateUserWritesBack, updateUserWritesBack, updateUserWritesBack)},
		{Name: "an_update_of_a_session_that_races_a_delete_writes_it_back", Clause: "CON-03",
			Subject: types(updateWritesBack, updateWritesBack, updateWritesBack)},
		{Name: "a_second_writer_is_told_that_the_store_is_busy", Clause: "CON-04", Shipped: "SQLite adapters without a busy timeout",
			Subject: types(busy, busy, busy)},
		{Name: "a_users_list_is_read_and_written_back", Clause: "CON-04", Shipped: "adapters for key-value stores",
			Subject: types(listWrittenBack, listWrittenBack, listWrittenBack)},
		{Name: "calls_share_a_variable", Clause: "CON-04",
			Subject: types(sharesVariable, sharesVariable, sharesVariable)},
	}
}

// Two creates find no user before either inserts; the second replaces what the
// first has inserted.
func createUserLooks[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, forced := healthy[U, S](t, s), racesIn(t, "one_of_many_creates_of_a_user_wins")
	looked := newMeeting(t)
	return &altered[U, S]{Store: a, createUser: func(ctx context.Context, user spec.User[U]) error {
		_, err := a.User(ctx, user.ID)
		if !forced || !strings.HasPrefix(user.ID, "user") || err == nil {
			return a.CreateUser(ctx, user)
		}
		looked.meet(ctx)
		if err = a.CreateUser(ctx, user); errors.Is(err, spec.ErrUserExists) {
			return a.UpdateUser(ctx, user.ID, user.Attributes, attr.All[U]())
		}
		return err
	}}
}

func createSessionLooks[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, forced := healthy[U, S](t, s), racesIn(t, "one_of_many_creates_of_a_session_wins")
	looked := newMeeting(t)
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		_, err := a.Session(ctx, session.ID)
		if !forced || !strings.HasPrefix(session.ID, "session") || err == nil {
			return a.CreateSession(ctx, session)
		}
		looked.meet(ctx)
		if err = a.CreateSession(ctx, session); errors.Is(err, spec.ErrSessionExists) {
			return errors.Join(a.DeleteSession(ctx, session.ID), a.CreateSession(ctx, session))
		}
		return err
	}}
}

// The index of a unique attribute is written first, and not taken back when
// the id turns out to be taken; only calls at once come that far.
func loserLeavesValue(t conformance.TB, s conformance.Store) typed.Store[richUser, richSession] {
	a, forced := healthy[richUser, richSession](t, s), racesIn(t, "one_of_many_creates_of_a_user_wins")
	var left sync.Map
	return &altered[richUser, richSession]{Store: a, createUser: func(ctx context.Context, user spec.User[richUser]) error {
		if _, taken := left.Load(user.Attributes.Email); taken {
			return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}
		}
		err := a.CreateUser(ctx, user)
		if forced && errors.Is(err, spec.ErrUserExists) {
			left.Store(user.Attributes.Email, true)
		}
		return err
	}}
}

// freeEmail gives the user another e-mail if the one it has is taken: the
// memory adapter cannot be made to hold one twice.
func freeEmail(err error, user *richUser, id string) bool {
	var c *spec.ConstraintError
	if !errors.As(err, &c) || c.Attribute != "Email" {
		return false
	}
	user.Email = id
	return true
}

// Two creates find the e-mail free before either inserts.
func uniqueLooks(t conformance.TB, s conformance.Store) typed.Store[richUser, richSession] {
	a, forced := healthy[richUser, richSession](t, s), racesIn(t, "one_of_many_creates_with_a_unique_value_wins")
	looked := newMeeting(t)
	return &altered[richUser, richSession]{Store: a, createUser: func(ctx context.Context, user spec.User[richUser]) error {
		if !forced || !strings.HasPrefix(user.ID, "Email") || looked.calls.Load() >= 2 {
			return a.CreateUser(ctx, user)
		}
		looked.meet(ctx)
		err := a.CreateUser(ctx, user)
		if freeEmail(err, &user.Attributes, user.ID) {
			return a.CreateUser(ctx, user)
		}
		return err
	}}
}

func uniqueUpdateLooks(t conformance.TB, s conformance.Store) typed.Store[richUser, richSession] {
	a, forced := healthy[richUser, richSession](t, s), racesIn(t, "one_of_many_updates_to_a_unique_value_wins")
	looked := newMeeting(t)
	return &altered[richUser, richSession]{Store: a, updateUser: func(ctx context.Context, id string, attributes richUser, mask attr.Mask[richUser]) error {
		if !forced || looked.calls.Load() >= 2 {
			return a.UpdateUser(ctx, id, attributes, mask)
		}
		looked.meet(ctx)
		err := a.UpdateUser(ctx, id, attributes, mask)
		if freeEmail(err, &attributes, id) {
			return a.UpdateUser(ctx, id, attributes, mask)
		}
		return err
	}}
}

func uniqueSessionLooks(t conformance.TB, s conformance.Store) typed.Store[richUser, richSession] {
	a, forced := healthy[richUser, richSession](t, s), racesIn(t, "one_of_many_sessions_with_a_unique_value_wins")
	looked := newMeeting(t)
	return &altered[richUser, richSession]{Store: a, createSession: func(ctx context.Context, session spec.Session[richSession]) error {
		if !forced || !strings.HasPrefix(session.ID, "DeviceID") || looked.calls.Load() >= 2 {
			return a.CreateSession(ctx, session)
		}
		looked.meet(ctx)
		err := a.CreateSession(ctx, session)
		if errors.Is(err, spec.ErrConstraint) {
			session.Attributes.DeviceID = session.ID
			return a.CreateSession(ctx, session)
		}
		return err
	}}
}

// The user is read, deleted by another call, and written.
func updateUserWritesBack[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, forced := healthy[U, S](t, s), racesIn(t, "user_update_that_races_a_delete_does_not_resurrect")
	read, deleted := newSignal(t), newSignal(t)
	return &altered[U, S]{Store: a,
		updateUser: func(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
			if _, err := a.User(ctx, id); err != nil || !forced {
				return a.UpdateUser(ctx, id, attributes, mask)
			}
			read.give()
			deleted.wait(ctx)
			err := a.UpdateUser(ctx, id, attributes, mask)
			if errors.Is(err, spec.ErrUserNotFound) {
				return a.CreateUser(ctx, spec.User[U]{ID: id, Attributes: attributes})
			}
			return err
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

func updateWritesBack[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, forced := healthy[U, S](t, s), racesIn(t, "session_update_that_races_a_delete_does_not_resurrect")
	read, deleted := newSignal(t), newSignal(t)
	return &altered[U, S]{Store: a,
		updateSession: func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
			session, err := a.Session(ctx, id)
			if err != nil || !forced {
				return a.UpdateSession(ctx, id, attributes, mask)
			}
			read.give()
			deleted.wait(ctx)
			err = a.UpdateSession(ctx, id, attributes, mask)
			if errors.Is(err, spec.ErrSessionNotFound) {
				return a.CreateSession(ctx, session)
			}
			return err
		},
		deleteSession: func(ctx context.Context, id string) error {
			if forced {
				read.wait(ctx)
			}
			defer deleted.give()
			return a.DeleteSession(ctx, id)
		},
	}
}

const differentRows = "calls_on_different_rows_all_succeed"

// busy refuses a write while another one is under way, which lasts until
// somebody was refused.
func busy[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, forced := healthy[U, S](t, s), racesIn(t, differentRows)
	var writers atomic.Int32
	refused := newSignal(t)
	return &altered[U, S]{Store: a, createUser: func(ctx context.Context, user spec.User[U]) error {
		defer writers.Add(-1)
		second := writers.Add(1) > 1
		if forced && strings.HasPrefix(user.ID, "worker") {
			if second {
				refused.give()
				return spec.ErrConflict
			}
			refused.wait(ctx)
		}
		return a.CreateUser(ctx, user)
	}}
}

// The id that a call is about is kept where the next call finds it.
func sharesVariable[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, forced, set := healthy[U, S](t, s), racesIn(t, differentRows), newMeeting(t)
	var shared atomic.Pointer[string]
	return &altered[U, S]{Store: a, userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		shared.Store(&userID)
		if forced && strings.HasPrefix(userID, "worker") {
			set.meet(ctx)
		}
		return a.UserSessions(ctx, *shared.Load())
	}}
}

// The list of a user's sessions is one value. Two creates read it before
// either writes it, so that one of them is not in it.
func listWrittenBack[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, forced := healthy[U, S](t, s), racesIn(t, "calls_on_different_sessions_of_one_user_all_succeed")
	read := newMeeting(t)
	var lost sync.Map // ids of sessions
	return &altered[U, S]{Store: a,
		createSession: func(ctx context.Context, session spec.Session[S]) error {
			if forced && strings.HasPrefix(session.ID, "s0-") && read.calls.Load() < 2 {
				read.meet(ctx)
				lost.Store(session.ID, true)
			}
			return a.CreateSession(ctx, session)
		},
		userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
			list, err := a.UserSessions(ctx, userID)
			return slices.DeleteFunc(list, func(session spec.Session[S]) bool {
				_, missing := lost.Load(session.ID)
				return missing
			}), err
		},
	}
}

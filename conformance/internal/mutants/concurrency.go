package mutants

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func concurrencyMutants() []Mutant {
	return []Mutant{
		{Name: "create_user_looks_and_then_inserts", Clause: "CON-01",
			Subject: subject(createUserLooks)},
		{Name: "create_session_looks_and_then_inserts", Clause: "CON-01",
			Subject: subject(createSessionLooks)},
		{Name: "a_create_that_loses_leaves_its_unique_value", Clause: "CON-01",
			Subject: richSubject(loserLeavesValue)},
		{Name: "a_unique_value_is_looked_for_and_then_inserted", Clause: "CON-02",
			Subject: richSubject(uniqueLooks)},
		{Name: "a_unique_value_is_looked_for_and_then_updated", Clause: "CON-02",
			Subject: richSubject(uniqueUpdateLooks)},
		{Name: "a_unique_session_value_is_looked_for_and_then_inserted", Clause: "CON-02",
			Subject: richSubject(uniqueSessionLooks)},
		{Name: "an_update_of_a_user_that_races_a_delete_writes_it_back", Clause: "CON-03",
			Subject: subject(updateUserWritesBack)},
		{Name: "an_update_of_a_session_that_races_a_delete_writes_it_back", Clause: "CON-03",
			Subject: subject(updateWritesBack)},
		{Name: "a_second_writer_is_told_that_the_store_is_busy", Clause: "CON-04", Shipped: "SQLite adapters without a busy timeout",
			Subject: subject(busy)},
		{Name: "a_users_list_is_read_and_written_back", Clause: "CON-04", Shipped: "adapters for key-value stores",
			Subject: subject(listWrittenBack)},
		{Name: "calls_share_a_variable", Clause: "CON-04",
			Subject: subject(sharesVariable)},
	}
}

// Two creates find no user before either inserts; the second replaces what the
// first has inserted.
func createUserLooks(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openHealthy(t, s, columns), racesIn(t, "one_of_many_creates_of_a_user_wins")
	looked := newMeeting(t)
	return &altered{rows: a, createUser: func(ctx context.Context, user spec.UserRow) error {
		_, err := a.User(ctx, user.ID)
		if !forced || !strings.HasPrefix(user.ID, "user") || err == nil {
			return a.CreateUser(ctx, user)
		}
		looked.meet(ctx)
		if err = a.CreateUser(ctx, user); errors.Is(err, spec.ErrUserExists) {
			return a.UpdateUser(ctx, user.ID, changeOfAll(user.Attributes))
		}
		return err
	}}
}

func createSessionLooks(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openHealthy(t, s, columns), racesIn(t, "one_of_many_creates_of_a_session_wins")
	looked := newMeeting(t)
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
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
func loserLeavesValue(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openHealthy(t, s, columns), racesIn(t, "one_of_many_creates_of_a_user_wins")
	email := placeOf[richUser]("Email")
	var left sync.Map
	return &altered{rows: a, createUser: func(ctx context.Context, user spec.UserRow) error {
		if _, taken := left.Load(user.Attributes[email]); taken {
			return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}
		}
		err := a.CreateUser(ctx, user)
		if forced && errors.Is(err, spec.ErrUserExists) {
			left.Store(user.Attributes[email], true)
		}
		return err
	}}
}

// freeEmail returns a user's values with another e-mail if err says that the one
// it has is taken: the memory adapter cannot be made to hold one twice. At is
// where the e-mail stands among the values.
func freeEmail(err error, values []any, at int, id string) ([]any, bool) {
	if !isNotUnique(err, "Email") {
		return nil, false
	}
	values = slices.Clone(values)
	values[at] = id
	return values, true
}

// Two creates find the e-mail free before either inserts.
func uniqueLooks(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openHealthy(t, s, columns), racesIn(t, "one_of_many_creates_with_a_unique_value_wins")
	looked := newMeeting(t)
	return &altered{rows: a, createUser: func(ctx context.Context, user spec.UserRow) error {
		if !forced || !strings.HasPrefix(user.ID, "Email") || looked.calls.Load() >= 2 {
			return a.CreateUser(ctx, user)
		}
		looked.meet(ctx)
		err := a.CreateUser(ctx, user)
		if values, taken := freeEmail(err, user.Attributes, placeOf[richUser]("Email"), user.ID); taken {
			user.Attributes = values
			return a.CreateUser(ctx, user)
		}
		return err
	}}
}

func uniqueUpdateLooks(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openHealthy(t, s, columns), racesIn(t, "one_of_many_updates_to_a_unique_value_wins")
	looked := newMeeting(t)
	return &altered{rows: a, updateUser: func(ctx context.Context, id string, change spec.Change) error {
		if !forced || looked.calls.Load() >= 2 {
			return a.UpdateUser(ctx, id, change)
		}
		looked.meet(ctx)
		err := a.UpdateUser(ctx, id, change)
		if values, taken := freeEmail(err, change.Values, slices.Index(change.Places, placeOf[richUser]("Email")), id); taken {
			change.Values = values
			return a.UpdateUser(ctx, id, change)
		}
		return err
	}}
}

func uniqueSessionLooks(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openHealthy(t, s, columns), racesIn(t, "one_of_many_sessions_with_a_unique_value_wins")
	looked := newMeeting(t)
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
		if !forced || !strings.HasPrefix(session.ID, "DeviceID") || looked.calls.Load() >= 2 {
			return a.CreateSession(ctx, session)
		}
		looked.meet(ctx)
		err := a.CreateSession(ctx, session)
		if errors.Is(err, spec.ErrConstraint) {
			session.Attributes = slices.Clone(session.Attributes)
			session.Attributes[placeOf[richSession]("DeviceID")] = session.ID
			return a.CreateSession(ctx, session)
		}
		return err
	}}
}

// The user is read, deleted by another call, and written.
func updateUserWritesBack(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openHealthy(t, s, columns), racesIn(t, "user_update_that_races_a_delete_does_not_resurrect")
	read, deleted := newSignal(t), newSignal(t)
	return &altered{rows: a,
		updateUser: func(ctx context.Context, id string, change spec.Change) error {
			if _, err := a.User(ctx, id); err != nil || !forced {
				return a.UpdateUser(ctx, id, change)
			}
			read.give()
			deleted.wait(ctx)
			err := a.UpdateUser(ctx, id, change)
			if errors.Is(err, spec.ErrUserNotFound) {
				return a.CreateUser(ctx, spec.UserRow{ID: id, Attributes: change.Apply(zeroUser(columns))})
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

func updateWritesBack(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openHealthy(t, s, columns), racesIn(t, "session_update_that_races_a_delete_does_not_resurrect")
	read, deleted := newSignal(t), newSignal(t)
	return &altered{rows: a,
		updateSession: func(ctx context.Context, id string, change spec.Change) error {
			session, err := a.Session(ctx, id)
			if err != nil || !forced {
				return a.UpdateSession(ctx, id, change)
			}
			read.give()
			deleted.wait(ctx)
			err = a.UpdateSession(ctx, id, change)
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
// a caller was refused.
func busy(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openHealthy(t, s, columns), racesIn(t, differentRows)
	var writers atomic.Int32
	refused := newSignal(t)
	return &altered{rows: a, createUser: func(ctx context.Context, user spec.UserRow) error {
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
func sharesVariable(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced, set := openHealthy(t, s, columns), racesIn(t, differentRows), newMeeting(t)
	var shared atomic.Pointer[string]
	return &altered{rows: a, userSessions: func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
		shared.Store(&userID)
		if forced && strings.HasPrefix(userID, "worker") {
			set.meet(ctx)
		}
		return a.UserSessions(ctx, *shared.Load())
	}}
}

// The list of a user's sessions is one value. Two creates read it before
// either writes it, so that one of them is not in it.
func listWrittenBack(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openHealthy(t, s, columns), racesIn(t, "calls_on_different_sessions_of_one_user_all_succeed")
	read := newMeeting(t)
	var lost sync.Map // ids of sessions
	return &altered{rows: a,
		createSession: func(ctx context.Context, session spec.SessionRow) error {
			if forced && strings.HasPrefix(session.ID, "s0-") && read.calls.Load() < 2 {
				read.meet(ctx)
				lost.Store(session.ID, true)
			}
			return a.CreateSession(ctx, session)
		},
		userSessions: func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
			list, err := a.UserSessions(ctx, userID)
			return slices.DeleteFunc(list, func(session spec.SessionRow) bool {
				_, missing := lost.Load(session.ID)
				return missing
			}), err
		},
	}
}

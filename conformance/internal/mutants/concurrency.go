package mutants

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
)

func concurrencyMutants() []Mutant {
	return []Mutant{
		{Name: "create_user_looks_and_then_inserts", Clause: "CON-01", Subject: alterAll(func(a *altered) {
			// Two creates find no user before either inserts; the second replaces what the
			// first has inserted.
			forced, looked := racesIn(a.t, "one_of_many_creates_of_a_user_wins"), newMeeting(a.t)
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				_, err := a.rows.User(ctx, user.ID)
				if !forced || !strings.HasPrefix(user.ID, "user") || err == nil {
					return a.rows.CreateUser(ctx, user)
				}
				looked.meet(ctx)
				if err = a.rows.CreateUser(ctx, user); errors.Is(err, spec.ErrUserExists) {
					return a.rows.UpdateUser(ctx, user.ID, changeOfAll(user.Attributes))
				}
				return err
			}
		})},
		{Name: "create_session_looks_and_then_inserts", Clause: "CON-01", Subject: alterAll(func(a *altered) {
			forced, looked := racesIn(a.t, "one_of_many_creates_of_a_session_wins"), newMeeting(a.t)
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				_, err := a.rows.Session(ctx, session.ID)
				if !forced || !strings.HasPrefix(session.ID, "session") || err == nil {
					return a.rows.CreateSession(ctx, session)
				}
				looked.meet(ctx)
				if err = a.rows.CreateSession(ctx, session); errors.Is(err, spec.ErrSessionExists) {
					return errors.Join(a.rows.DeleteSession(ctx, session.ID), a.rows.CreateSession(ctx, session))
				}
				return err
			}
		})},
		{Name: "a_create_that_loses_leaves_its_unique_value", Clause: "CON-01", Subject: alterRich(func(a *altered) {
			// The index of a unique attribute is written first, and not undone if the id
			// turns out to be taken. Only concurrent calls get that far.
			forced := racesIn(a.t, "one_of_many_creates_of_a_user_wins")
			email := placeOf[richUser]("Email")
			var left sync.Map
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				if _, taken := left.Load(user.Attributes[email]); taken {
					return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}
				}
				err := a.rows.CreateUser(ctx, user)
				if forced && errors.Is(err, spec.ErrUserExists) {
					left.Store(user.Attributes[email], true)
				}
				return err
			}
		})},
		{Name: "a_unique_value_is_looked_for_and_then_inserted", Clause: "CON-02", Subject: alterRich(func(a *altered) {
			// Two creates find the e-mail free before either inserts.
			forced, looked := racesIn(a.t, "one_of_many_creates_with_a_unique_value_wins"), newMeeting(a.t)
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				if !forced || !strings.HasPrefix(user.ID, "Email") || looked.calls.Load() >= 2 {
					return a.rows.CreateUser(ctx, user)
				}
				looked.meet(ctx)
				err := a.rows.CreateUser(ctx, user)
				if values, taken := freeEmail(err, user.Attributes, placeOf[richUser]("Email"), user.ID); taken {
					user.Attributes = values
					return a.rows.CreateUser(ctx, user)
				}
				return err
			}
		})},
		{Name: "a_unique_value_is_looked_for_and_then_updated", Clause: "CON-02", Subject: alterRich(func(a *altered) {
			forced, looked := racesIn(a.t, "one_of_many_updates_to_a_unique_value_wins"), newMeeting(a.t)
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				if !forced || looked.calls.Load() >= 2 {
					return a.rows.UpdateUser(ctx, id, change)
				}
				looked.meet(ctx)
				err := a.rows.UpdateUser(ctx, id, change)
				if values, taken := freeEmail(err, change.Values, slices.Index(change.Places, placeOf[richUser]("Email")), id); taken {
					change.Values = values
					return a.rows.UpdateUser(ctx, id, change)
				}
				return err
			}
		})},
		{Name: "a_unique_session_value_is_looked_for_and_then_inserted", Clause: "CON-02", Subject: alterRich(func(a *altered) {
			forced, looked := racesIn(a.t, "one_of_many_sessions_with_a_unique_value_wins"), newMeeting(a.t)
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if !forced || !strings.HasPrefix(session.ID, "DeviceID") || looked.calls.Load() >= 2 {
					return a.rows.CreateSession(ctx, session)
				}
				looked.meet(ctx)
				err := a.rows.CreateSession(ctx, session)
				if errors.Is(err, spec.ErrConstraint) {
					session.Attributes = slices.Clone(session.Attributes)
					session.Attributes[placeOf[richSession]("DeviceID")] = session.ID
					return a.rows.CreateSession(ctx, session)
				}
				return err
			}
		})},
		{Name: "an_update_of_a_user_that_races_a_delete_writes_it_back", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			// The user is read, deleted by another call, and written.
			forced, read, deleted := racesIn(a.t, "user_update_that_races_a_delete_does_not_resurrect"), newSignal(a.t), newSignal(a.t)
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				if _, err := a.rows.User(ctx, id); err != nil || !forced {
					return a.rows.UpdateUser(ctx, id, change)
				}
				read.give()
				deleted.wait(ctx)
				err := a.rows.UpdateUser(ctx, id, change)
				if errors.Is(err, spec.ErrUserNotFound) {
					return a.rows.CreateUser(ctx, spec.UserRow{ID: id, Attributes: change.Apply(zeroUser(a.columns))})
				}
				return err
			}
			a.deleteUser = func(ctx context.Context, id string) error {
				if forced {
					read.wait(ctx)
				}
				defer deleted.give()
				return a.rows.DeleteUser(ctx, id)
			}
		})},
		{Name: "an_update_of_a_session_that_races_a_delete_writes_it_back", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			forced, read, deleted := racesIn(a.t, "session_update_that_races_a_delete_does_not_resurrect"), newSignal(a.t), newSignal(a.t)
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				session, err := a.rows.Session(ctx, id)
				if err != nil || !forced {
					return a.rows.UpdateSession(ctx, id, change)
				}
				read.give()
				deleted.wait(ctx)
				err = a.rows.UpdateSession(ctx, id, change)
				if errors.Is(err, spec.ErrSessionNotFound) {
					return a.rows.CreateSession(ctx, session)
				}
				return err
			}
			a.deleteSession = func(ctx context.Context, id string) error {
				if forced {
					read.wait(ctx)
				}
				defer deleted.give()
				return a.rows.DeleteSession(ctx, id)
			}
		})},
		{Name: "a_second_writer_is_told_that_the_store_is_busy", Clause: "CON-04", Shipped: "SQLite adapters without a busy timeout", Subject: alterAll(func(a *altered) {
			// It refuses a write while another one is running, which lasts until a caller was
			// refused.
			forced := racesIn(a.t, differentRows)
			var writers atomic.Int32
			refused := newSignal(a.t)
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				defer writers.Add(-1)
				second := writers.Add(1) > 1
				if forced && strings.HasPrefix(user.ID, "worker") {
					if second {
						refused.give()
						return spec.ErrConflict
					}
					refused.wait(ctx)
				}
				return a.rows.CreateUser(ctx, user)
			}
		})},
		{Name: "a_users_list_is_read_and_written_back", Clause: "CON-04", Shipped: "adapters for key-value stores", Subject: alterAll(func(a *altered) {
			// The list of a user's sessions is one value. Two creates read it before
			// either writes it, so that one of them is not in it.
			forced, read := racesIn(a.t, "calls_on_different_sessions_of_one_user_all_succeed"), newMeeting(a.t)
			var lost sync.Map // ids of sessions
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if forced && strings.HasPrefix(session.ID, "s0-") && read.calls.Load() < 2 {
					read.meet(ctx)
					lost.Store(session.ID, true)
				}
				return a.rows.CreateSession(ctx, session)
			}
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				list, err := a.rows.UserSessions(ctx, userID)
				return slices.DeleteFunc(list, func(session spec.SessionRow) bool {
					_, missing := lost.Load(session.ID)
					return missing
				}), err
			}
		})},
		{Name: "calls_share_a_variable", Clause: "CON-04", Subject: alterAll(func(a *altered) {
			// The id that a call is about is kept where the next call finds it.
			forced, set := racesIn(a.t, differentRows), newMeeting(a.t)
			var shared atomic.Pointer[string]
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				shared.Store(&userID)
				if forced && strings.HasPrefix(userID, "worker") {
					set.meet(ctx)
				}
				return a.rows.UserSessions(ctx, *shared.Load())
			}
		})},
	}
}

// freeEmail returns a user's values with another e-mail if err reports that its e-mail is
// taken, because the memory adapter cannot hold one twice. At is the index of the e-mail
// in the values.
func freeEmail(err error, values []any, at int, id string) ([]any, bool) {
	if !isNotUnique(err, "Email") {
		return nil, false
	}
	values = slices.Clone(values)
	values[at] = id
	return values, true
}

const differentRows = "calls_on_different_rows_all_succeed"

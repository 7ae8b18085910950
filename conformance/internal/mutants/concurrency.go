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
			a.around(spec.OpCreateUser, func(c *call, do func()) {
				_, err := c.rows.User(c.ctx, c.id)
				if !forced || !strings.HasPrefix(c.id, "user") || err == nil {
					do()
					return
				}
				looked.meet(c.ctx)
				if do(); errors.Is(c.err, spec.ErrUserExists) {
					c.err = c.rows.UpdateUser(c.ctx, c.id, changeOfAll(c.user.Attributes))
				}
			})
		})},
		{Name: "create_session_looks_and_then_inserts", Clause: "CON-01", Subject: alterAll(func(a *altered) {
			forced, looked := racesIn(a.t, "one_of_many_creates_of_a_session_wins"), newMeeting(a.t)
			a.around(spec.OpCreateSession, func(c *call, do func()) {
				_, err := c.rows.Session(c.ctx, c.id)
				if !forced || !strings.HasPrefix(c.id, "session") || err == nil {
					do()
					return
				}
				looked.meet(c.ctx)
				if do(); errors.Is(c.err, spec.ErrSessionExists) {
					c.err = errors.Join(c.rows.DeleteSession(c.ctx, c.id), c.rows.CreateSession(c.ctx, c.session))
				}
			})
		})},
		{Name: "a_create_that_loses_leaves_its_unique_value", Clause: "CON-01", Subject: alterRich(func(a *altered) {
			// The index of a unique attribute is written first, and not undone if the id
			// turns out to be taken. Only concurrent calls get that far.
			forced := racesIn(a.t, "one_of_many_creates_of_a_user_wins")
			var left sync.Map
			a.around(spec.OpCreateUser, func(c *call, do func()) {
				email := c.user.Attributes[placeOf[richUser]("Email")]
				if _, taken := left.Load(email); taken {
					c.err = &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}
				} else if do(); forced && errors.Is(c.err, spec.ErrUserExists) {
					left.Store(email, true)
				}
			})
		})},
		{Name: "a_unique_value_is_looked_for_and_then_inserted", Clause: "CON-02", Subject: alterRich(func(a *altered) {
			// Two creates find the e-mail free before either inserts.
			looked := meetIn(a, "one_of_many_creates_with_a_unique_value_wins")
			a.around(spec.OpCreateUser, func(c *call, do func()) {
				meets := strings.HasPrefix(c.id, "Email") && looked(c.ctx)
				do()
				if values, taken := freeEmail(c.err, c.user.Attributes, placeOf[richUser]("Email"), c.id); taken && meets {
					c.user.Attributes = values
					do()
				}
			})
		})},
		{Name: "a_unique_value_is_looked_for_and_then_updated", Clause: "CON-02", Subject: alterRich(func(a *altered) {
			looked := meetIn(a, "one_of_many_updates_to_a_unique_value_wins")
			a.around(spec.OpUpdateUser, func(c *call, do func()) {
				meets := looked(c.ctx)
				do()
				if values, taken := freeEmail(c.err, c.change.Values, slices.Index(c.change.Places, placeOf[richUser]("Email")), c.id); taken && meets {
					c.change.Values = values
					do()
				}
			})
		})},
		{Name: "a_unique_session_value_is_looked_for_and_then_inserted", Clause: "CON-02", Subject: alterRich(func(a *altered) {
			looked := meetIn(a, "one_of_many_sessions_with_a_unique_value_wins")
			a.around(spec.OpCreateSession, func(c *call, do func()) {
				meets := strings.HasPrefix(c.id, "DeviceID") && looked(c.ctx)
				if do(); meets && errors.Is(c.err, spec.ErrConstraint) {
					c.session.Attributes = slices.Clone(c.session.Attributes)
					c.session.Attributes[placeOf[richSession]("DeviceID")] = c.id
					do()
				}
			})
		})},
		{Name: "an_update_of_a_user_that_races_a_delete_writes_it_back", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			// The user is read, deleted by another call, and written.
			const sentence = "user_update_that_races_a_delete_does_not_resurrect"
			wait := interruptedBy(a, spec.OpDeleteUser, sentence)
			a.around(spec.OpUpdateUser, func(c *call, do func()) {
				_, missing := c.rows.User(c.ctx, c.id)
				if missing == nil {
					wait(c.ctx)
				}
				if do(); missing == nil && errors.Is(c.err, spec.ErrUserNotFound) && racesIn(a.t, sentence) {
					c.err = c.rows.CreateUser(c.ctx, spec.UserRow{ID: c.id, Attributes: c.change.Apply(zeroUser(a.columns))})
				}
			})
		})},
		{Name: "an_update_of_a_session_that_races_a_delete_writes_it_back", Clause: "CON-03", Subject: alterAll(func(a *altered) {
			const sentence = "session_update_that_races_a_delete_does_not_resurrect"
			wait := interruptedBy(a, spec.OpDeleteSession, sentence)
			a.around(spec.OpUpdateSession, func(c *call, do func()) {
				session, missing := c.rows.Session(c.ctx, c.id)
				if missing == nil {
					wait(c.ctx)
				}
				if do(); missing == nil && errors.Is(c.err, spec.ErrSessionNotFound) && racesIn(a.t, sentence) {
					c.err = c.rows.CreateSession(c.ctx, session)
				}
			})
		})},
		{Name: "a_second_writer_is_told_that_the_store_is_busy", Clause: "CON-04", Shipped: "SQLite adapters without a busy timeout", Subject: alterAll(func(a *altered) {
			// It refuses a write while another one is running, which lasts until a caller was
			// refused.
			forced := racesIn(a.t, differentRows)
			var writers atomic.Int32
			refused := newSignal(a.t)
			a.around(spec.OpCreateUser, func(c *call, do func()) {
				defer writers.Add(-1)
				second := writers.Add(1) > 1
				if forced && strings.HasPrefix(c.id, "worker") {
					if second {
						refused.give()
						c.err = spec.ErrConflict
						return
					}
					refused.wait(c.ctx)
				}
				do()
			})
		})},
		{Name: "a_users_list_is_read_and_written_back", Clause: "CON-04", Shipped: "adapters for key-value stores", Subject: alterAll(func(a *altered) {
			// The list of a user's sessions is one value. Two creates read it before
			// either writes it, so that one of them is not in it.
			read := meetIn(a, "calls_on_different_sessions_of_one_user_all_succeed")
			var lost sync.Map // ids of sessions
			a.before(spec.OpCreateSession, func(c *call) {
				if strings.HasPrefix(c.id, "s0-") && read(c.ctx) {
					lost.Store(c.id, true)
				}
			})
			hideLost(a, &lost)
		})},
		{Name: "calls_share_a_variable", Clause: "CON-04", Subject: alterAll(func(a *altered) {
			// The id that a call is about is kept where the next call finds it.
			forced, set := racesIn(a.t, differentRows), newMeeting(a.t)
			var shared atomic.Pointer[string]
			a.before(spec.OpUserSessions, func(c *call) {
				userID := c.id
				shared.Store(&userID)
				if forced && strings.HasPrefix(userID, "worker") {
					set.meet(c.ctx)
				}
				c.id = *shared.Load()
			})
		})},
	}
}

// meetIn lets two calls meet in the check with this sentence. It returns a function that
// waits for the other call, and reports false if there is none to wait for.
func meetIn(a *altered, sentence string) func(ctx context.Context) bool {
	forced, m := racesIn(a.t, sentence), newMeeting(a.t)
	return func(ctx context.Context) bool {
		if !forced || m.calls.Load() >= 2 {
			return false
		}
		m.meet(ctx)
		return true
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

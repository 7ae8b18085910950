package mutants

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/tenon-go/tenon/spec"
)

func sessionCreateMutants() []Mutant {
	return []Mutant{
		{Name: "create_session_swaps_the_times", Clause: "SES-01", Subject: alterAll(before(spec.OpCreateSession, func(c *call) {
			c.session.ActiveUntil, c.session.ExpiresAt = c.session.ExpiresAt, c.session.ActiveUntil
		}))},
		{Name: "create_session_takes_zero_for_missing", Clause: "SES-01", Subject: alterRich(before(spec.OpCreateSession, func(c *call) {
			if visits := placeOf[richSession]("Visits"); c.session.Attributes[visits] == int64(0) {
				c.session.Attributes = slices.Clone(c.session.Attributes)
				c.session.Attributes[visits] = int64(1) // the column's default
			}
		}))},
		{Name: "a_lease_cannot_be_active_when_it_has_expired", Clause: "SES-01", Subject: alterAll(before(spec.OpCreateSession, func(c *call) {
			if c.session.ActiveUntil.After(c.session.ExpiresAt) {
				c.session.ActiveUntil = c.session.ExpiresAt
			}
		}))},
		{Name: "create_session_is_two_writes", Clause: "SES-01", Subject: alterAll(func(a *altered) {
			// The row is written first, then its lease.
			wait := halfRead(a, "create_is_never_seen_half_done")
			a.around(spec.OpCreateSession, func(c *call, do func()) {
				lease := c.session.Lease
				c.session.Lease = spec.Lease{}
				if do(); c.err != nil {
					return
				}
				if strings.HasPrefix(c.id, "new") {
					wait(c.ctx)
				}
				c.err = c.rows.SwapLease(context.WithoutCancel(c.ctx), c.id, spec.Lease{}, lease)
			})
		})},
		{Name: "create_session_overwrites", Clause: "SES-02", Shipped: "adapters written with an upsert", Subject: alterAll(after(spec.OpCreateSession, func(c *call) {
			if errors.Is(c.err, spec.ErrSessionExists) {
				c.err = errors.Join(c.rows.DeleteSession(c.ctx, c.id), c.rows.CreateSession(c.ctx, c.session))
			}
		}))},
		{Name: "creating_an_existing_session_succeeds", Clause: "SES-02", Subject: alterAll(after(spec.OpCreateSession, func(c *call) {
			if there, err := c.rows.Session(c.ctx, c.id); err == nil && errors.Is(c.err, spec.ErrSessionExists) && reflect.DeepEqual(there, c.session) {
				c.err = nil
			}
		}))},
		{Name: "a_refused_session_is_listed", Clause: "SES-02", Subject: alterAll(func(a *altered) {
			// The list of a user is written before the row, and is not undone if the row
			// fails.
			var mu sync.Mutex
			refused := map[string][]spec.SessionRow{}
			a.after(spec.OpCreateSession, func(c *call) {
				if errors.Is(c.err, spec.ErrSessionExists) {
					mu.Lock()
					defer mu.Unlock()
					refused[c.session.UserID] = append(refused[c.session.UserID], c.session)
				}
			})
			a.after(spec.OpUserSessions, func(c *call) {
				mu.Lock()
				defer mu.Unlock()
				if c.id != "" && c.err == nil {
					c.list = append(c.list, refused[c.id]...)
				}
			})
		})},
		{Name: "create_session_does_not_look_for_the_user", Clause: "SES-03", Shipped: "adapters without foreign keys",
			Subject: alterApart(func(a *altered, both *apart) { a.createSession = both.sessions.CreateSession })},
		{Name: "a_session_of_an_unknown_user_takes_its_unique_values", Clause: "SES-03", Subject: alterRich(func(a *altered) {
			// The index of a unique attribute is written first and not undone.
			var mu sync.Mutex
			taken := map[any]bool{}
			a.around(spec.OpCreateSession, func(c *call, do func()) {
				mu.Lock()
				defer mu.Unlock()
				device := c.session.Attributes[placeOf[richSession]("DeviceID")]
				if taken[device] {
					c.err = &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "DeviceID"}
					return
				}
				if do(); errors.Is(c.err, spec.ErrUserNotFound) {
					taken[device] = true
				}
			})
		})},
		{Name: "a_session_of_an_unknown_user_holds_its_id", Clause: "SES-03", Subject: alterAll(func(a *altered) {
			// The session is inserted hidden until its user is found, and remains hidden.
			var hidden sync.Map // ids
			a.around(spec.OpCreateSession, func(c *call, do func()) {
				if _, held := hidden.Load(c.id); held {
					c.err = &spec.Error{Adapter: "mutant", Op: c.op, Class: spec.ErrSessionExists}
				} else if do(); errors.Is(c.err, spec.ErrUserNotFound) {
					hidden.Store(c.id, true)
				}
			})
		})},
		{Name: "an_absent_session_is_the_zero_session", Clause: "SES-04", Shipped: "adapters that lose the error of a scan",
			Subject: alterAll(replaces(spec.OpSession, spec.ErrSessionNotFound, nil))},
		{Name: "an_absent_session_panics", Clause: "SES-04", Shipped: "adapters that do not look at what was found", Subject: alterAll(after(spec.OpSession, func(c *call) {
			if errors.Is(c.err, spec.ErrSessionNotFound) {
				panic("runtime error: index out of range [0] with length 0")
			}
		}))},
		{Name: "an_absent_session_is_a_raw_error", Clause: "SES-04", Shipped: "adapters that return sql.ErrNoRows",
			Subject: alterAll(replaces(spec.OpSession, spec.ErrSessionNotFound, errNoRows))},
		{Name: "an_empty_store_fails", Clause: "SES-04", Subject: alterAll(func(a *altered) {
			// The first write creates the bucket.
			created := recordCreated(a)
			a.before(spec.OpUserSessions, func(c *call) {
				if len(created.Sessions(all)) == 0 {
					c.answer(spec.ErrFailed)
				}
			})
		})},
	}
}

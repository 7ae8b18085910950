package mutants

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/tenon-go/tenon/spec"
)

func sessionUpdateMutants() []Mutant {
	return []Mutant{
		{Name: "update_session_ignores_the_mask", Clause: "SES-05",
			Subject: alterAll(func(a *altered) { a.before(spec.OpUpdateSession, ignoresMask(zeroSession(a.columns))) })},
		{Name: "update_session_skips_zero_values", Clause: "SES-05",
			Subject: alterAll(func(a *altered) { a.before(spec.OpUpdateSession, skipsZero(zeroSession(a.columns))) })},
		{Name: "update_session_swaps_two_columns", Clause: "SES-05", Subject: alterRich(before(spec.OpUpdateSession, func(c *call) {
			// The two are read as bytes and as text.
			other := map[int]int{}
			ip, country := placeOf[richSession]("IP"), placeOf[richSession]("Country")
			other[ip], other[country] = country, ip
			places := slices.Clone(c.change.Places)
			for i, place := range places {
				if swapped, ok := other[place]; ok {
					places[i] = swapped
				}
			}
			c.change.Places = places
		}))},
		{Name: "update_session_touches_created_at", Clause: "SES-05", Subject: alterAll(after(spec.OpUpdateSession, func(c *call) {
			// It moves CreatedAt, as if the column were called updated_at.
			if c.err == nil && len(c.change.Places) > 0 {
				c.err = moveCreatedAt(c, time.Second)
			}
		}))},
		{Name: "update_session_writes_back_the_first_lease", Clause: "SES-05", Subject: alterAll(func(a *altered) {
			// A copy of the created row is kept, and its attributes are changed there.
			rows := keepingRows(a)
			a.after(spec.OpUpdateSession, func(c *call) {
				if first, ok := rows.Load(c.id); ok && c.err == nil {
					c.err = setLease(c.ctx, c.rows, c.id, first.(spec.SessionRow).Lease)
				}
			})
		})},
		{Name: "update_session_writes_the_whole_row", Clause: "SES-05", Subject: alterAll(func(a *altered) {
			// The row is read, changed and written; its lease is swapped in between.
			wait := interruptedBy(a, spec.OpSwapLease, "update_and_swap_at_once_are_both_kept")
			a.around(spec.OpUpdateSession, func(c *call, do func()) {
				row, err := c.rows.Session(c.ctx, c.id)
				if c.err = err; err != nil {
					return
				}
				wait(c.ctx)
				if do(); c.err == nil {
					c.err = setLease(c.ctx, c.rows, c.id, row.Lease)
				}
			})
		})},
		{Name: "update_session_is_a_write_for_each_attribute", Clause: "SES-05", Subject: alterAll(func(a *altered) {
			wait := halfRead(a, "update_is_never_seen_half_done")
			a.before(spec.OpUpdateSession, func(c *call) {
				for i, one := range splitChange(c.change) {
					if c.err = c.rows.UpdateSession(c.ctx, c.id, one); c.err != nil {
						return
					}
					if i == 0 {
						wait(c.ctx)
					}
				}
			})
		})},
		{Name: "equal_session_values_are_not_found", Clause: "SES-05", Shipped: "MySQL adapters that count changed rows",
			Subject: alterAll(around(spec.OpUpdateSession, func(c *call, do func()) {
				old, _ := c.rows.Session(c.ctx, c.id)
				do()
				if now, err := c.rows.Session(c.ctx, c.id); c.err == nil && err == nil && len(c.change.Places) > 0 && reflect.DeepEqual(old, now) {
					c.err = spec.ErrSessionNotFound
				}
			}))},
		{Name: "an_empty_session_mask_overwrites_everything", Clause: "SES-06", Shipped: "adapters for which no names are all names",
			Subject: alterAll(func(a *altered) { a.before(spec.OpUpdateSession, emptyIsAll(zeroSession(a.columns))) })},
		{Name: "an_empty_session_mask_is_a_syntax_error", Clause: "SES-06", Shipped: "adapters that write UPDATE … SET WHERE",
			Subject: alterAll(before(spec.OpUpdateSession, answersEmpty(spec.ErrFailed)))},
		{Name: "an_empty_session_mask_does_not_look", Clause: "SES-06", Subject: alterAll(before(spec.OpUpdateSession, answersEmpty(nil)))},
		{Name: "update_revives_a_deleted_session", Clause: "SES-07", Shipped: "adapters written with an upsert", Subject: alterAll(func(a *altered) {
			// An upsert inserts the whole row from the caller's cache.
			rows := keepingRows(a)
			a.after(spec.OpUpdateSession, func(c *call) {
				if row, ok := rows.Load(c.id); ok && errors.Is(c.err, spec.ErrSessionNotFound) && len(c.change.Places) > 0 {
					session := row.(spec.SessionRow)
					session.Attributes = c.change.Apply(session.Attributes)
					c.err = c.rows.CreateSession(c.ctx, session)
				}
			})
		})},
		{Name: "update_of_a_deleted_session_succeeds", Clause: "SES-07", Subject: alterAll(replaces(spec.OpUpdateSession, spec.ErrSessionNotFound, nil))},
	}
}

// moveCreatedAt moves the CreatedAt of the session that a call is about.
func moveCreatedAt(c *call, by time.Duration) error {
	session, err := c.rows.Session(c.ctx, c.id)
	if err != nil {
		return err
	}
	session.CreatedAt = session.CreatedAt.Add(by)
	return errors.Join(c.rows.DeleteSession(c.ctx, c.id), c.rows.CreateSession(c.ctx, session))
}

// setLease gives a session this lease.
func setLease(ctx context.Context, a rows, id string, lease spec.Lease) error {
	session, err := a.Session(ctx, id)
	if err != nil {
		return err
	}
	return a.SwapLease(ctx, id, session.Lease, lease)
}

// keepingRows makes an adapter record every session that is created.
func keepingRows(a *altered) *sync.Map {
	var rows sync.Map // sessions, by their ids
	a.after(spec.OpCreateSession, func(c *call) {
		if c.err == nil {
			rows.Store(c.id, c.session)
		}
	})
	return &rows
}

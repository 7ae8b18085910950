package mutants

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	"github.com/tenon-go/tenon/spec"
)

func sessionUpdateMutants() []Mutant {
	return []Mutant{
		{Name: "update_session_ignores_the_mask", Clause: "SES-05", Subject: alterAll(func(a *altered) { sessionMask(ignoresMask(zeroSession(a.columns)))(a) })},
		{Name: "update_session_skips_zero_values", Clause: "SES-05", Subject: alterAll(func(a *altered) { sessionMask(skipsZero(zeroSession(a.columns)))(a) })},
		{Name: "update_session_swaps_two_columns", Clause: "SES-05", Subject: alterRich(func(a *altered) {
			// The two are read as bytes and as text.
			ip, country := placeOf[richSession]("IP"), placeOf[richSession]("Country")
			sessionMask(func(change spec.Change) (spec.Change, error) {
				values := change.Apply(make([]any, len(a.columns.Sessions)))
				values[ip], values[country] = values[country], values[ip]
				places := map[int]bool{}
				for _, p := range change.Places {
					switch p {
					case ip:
						p = country
					case country:
						p = ip
					}
					places[p] = true
				}
				return dropColumns(changeOfAll(values), func(place int, _ any) bool { return !places[place] }), nil
			})(a)
		})},
		{Name: "update_session_touches_created_at", Clause: "SES-05", Subject: alterAll(func(a *altered) {
			// It moves CreatedAt, as if the column were called updated_at.
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				if err := a.rows.UpdateSession(ctx, id, change); err != nil || len(change.Places) == 0 {
					return err
				}
				session, err := a.rows.Session(ctx, id)
				if err != nil {
					return err
				}
				session.CreatedAt = session.CreatedAt.Add(time.Second)
				return errors.Join(a.rows.DeleteSession(ctx, id), a.rows.CreateSession(ctx, session))
			}
		})},
		{Name: "update_session_writes_back_the_first_lease", Clause: "SES-05", Subject: alterAll(func(a *altered) {
			// A copy of the created row is kept, and its attributes are changed there.
			var first sync.Map // leases, by the ids of sessions
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				err := a.rows.CreateSession(ctx, session)
				if err == nil {
					first.Store(session.ID, session.Lease)
				}
				return err
			}
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				err := a.rows.UpdateSession(ctx, id, change)
				if lease, ok := first.Load(id); ok && err == nil {
					return setLease(ctx, a.rows, id, lease.(spec.Lease))
				}
				return err
			}
		})},
		{Name: "update_session_writes_the_whole_row", Clause: "SES-05", Subject: alterAll(func(a *altered) {
			// The row is read, changed and written; its lease is swapped in between.
			forced, read, swapped := racesIn(a.t, "update_and_swap_at_once_are_both_kept"), newSignal(a.t), newSignal(a.t)
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				row, err := a.rows.Session(ctx, id)
				if err != nil {
					return err
				}
				if forced {
					read.give()
					swapped.wait(ctx)
				}
				if err := a.rows.UpdateSession(ctx, id, change); err != nil {
					return err
				}
				return setLease(ctx, a.rows, id, row.Lease)
			}
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				if forced {
					read.wait(ctx)
				}
				defer swapped.give()
				return a.rows.SwapLease(ctx, id, from, to)
			}
		})},
		{Name: "update_session_is_a_write_for_each_attribute", Clause: "SES-05", Subject: alterAll(func(a *altered) {
			wait := halfRead(a, "update_is_never_seen_half_done")
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				for i, one := range splitChange(change) {
					if err := a.rows.UpdateSession(ctx, id, one); err != nil {
						return err
					}
					if i == 0 {
						wait(ctx)
					}
				}
				return a.rows.UpdateSession(ctx, id, change)
			}
		})},
		{Name: "equal_session_values_are_not_found", Clause: "SES-05", Shipped: "MySQL adapters that count changed rows", Subject: alterAll(func(a *altered) {
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				before, _ := a.rows.Session(ctx, id)
				if err := a.rows.UpdateSession(ctx, id, change); err != nil {
					return err
				}
				if after, err := a.rows.Session(ctx, id); err == nil && len(change.Places) > 0 && reflect.DeepEqual(before, after) {
					return spec.ErrSessionNotFound
				}
				return nil
			}
		})},
		{Name: "an_empty_session_mask_overwrites_everything", Clause: "SES-06", Shipped: "adapters for which no names are all names",
			Subject: alterAll(func(a *altered) { sessionMask(emptyIsAll(zeroSession(a.columns)))(a) })},
		{Name: "an_empty_session_mask_is_a_syntax_error", Clause: "SES-06", Shipped: "adapters that write UPDATE … SET WHERE", Subject: alterAll(sessionMask(emptyIsError))},
		{Name: "an_empty_session_mask_does_not_look", Clause: "SES-06", Subject: alterAll(func(a *altered) {
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				if len(change.Places) == 0 {
					return nil
				}
				return a.rows.UpdateSession(ctx, id, change)
			}
		})},
		{Name: "update_revives_a_deleted_session", Clause: "SES-07", Shipped: "adapters written with an upsert", Subject: alterAll(func(a *altered) {
			// An upsert inserts the whole row from the caller's cache.
			rows := keepingRows(a)
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				err := a.rows.UpdateSession(ctx, id, change)
				if row, ok := rows.Load(id); ok && errors.Is(err, spec.ErrSessionNotFound) && len(change.Places) > 0 {
					session := row.(spec.SessionRow)
					session.Attributes = change.Apply(session.Attributes)
					return a.rows.CreateSession(ctx, session)
				}
				return err
			}
		})},
		{Name: "update_of_a_deleted_session_succeeds", Clause: "SES-07", Subject: alterAll(func(a *altered) {
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				return replaceClass(a.rows.UpdateSession(ctx, id, change), spec.ErrSessionNotFound, nil)
			}
		})},
	}
}

// sessionMask makes an adapter apply another change than it is given.
func sessionMask(another mask) func(*altered) {
	return func(a *altered) {
		a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
			change, err := another(change)
			if err != nil {
				return err
			}
			return a.rows.UpdateSession(ctx, id, change)
		}
	}
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
	a.createSession = func(ctx context.Context, session spec.SessionRow) error {
		err := a.rows.CreateSession(ctx, session)
		if err == nil {
			rows.Store(session.ID, session)
		}
		return err
	}
	return &rows
}

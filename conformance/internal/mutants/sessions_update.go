package mutants

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func sessionUpdateMutants() []Mutant {
	return []Mutant{
		{Name: "update_session_ignores_the_mask", Clause: "SES-05",
			Subject: subject(updateIgnoresMask)},
		{Name: "update_session_skips_zero_values", Clause: "SES-05",
			Subject: subject(updateSkipsZero)},
		{Name: "update_session_swaps_two_columns", Clause: "SES-05",
			Subject: richSubject(updateSwapsColumns)},
		{Name: "update_session_touches_created_at", Clause: "SES-05",
			Subject: subject(updateTouches)},
		{Name: "update_session_writes_back_the_first_lease", Clause: "SES-05",
			Subject: subject(updateWritesFirstLease)},
		{Name: "update_session_writes_the_whole_row", Clause: "SES-05",
			Subject: subject(updateWritesRow)},
		{Name: "update_session_is_a_write_for_each_attribute", Clause: "SES-05",
			Subject: subject(updateByAttribute)},
		{Name: "equal_session_values_are_not_found", Clause: "SES-05", Shipped: "MySQL adapters that count changed rows",
			Subject: subject(equalNotFound)},
		{Name: "an_empty_session_mask_overwrites_everything", Clause: "SES-06", Shipped: "adapters for which no names are all names",
			Subject: subject(emptyMaskIsAll)},
		{Name: "an_empty_session_mask_is_a_syntax_error", Clause: "SES-06", Shipped: "adapters that write UPDATE … SET WHERE",
			Subject: subject(emptyMaskIsError)},
		{Name: "an_empty_session_mask_does_not_look", Clause: "SES-06",
			Subject: subject(emptyMaskDoesNotLook)},
		{Name: "update_revives_a_deleted_session", Clause: "SES-07", Shipped: "adapters written with an upsert",
			Subject: subject(updateRevives)},
		{Name: "update_of_a_deleted_session_succeeds", Clause: "SES-07",
			Subject: subject(updateIgnoresCount)},
	}
}

// sessionMask is an adapter that makes another change than the one it is given.
func sessionMask(t conformance.TB, s conformance.Store, columns spec.Columns, another mask) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, updateSession: func(ctx context.Context, id string, change spec.Change) error {
		change, err := another(change)
		if err != nil {
			return err
		}
		return a.UpdateSession(ctx, id, change)
	}}
}

func updateIgnoresMask(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sessionMask(t, s, columns, ignoresMask(zeroSession(columns)))
}

func updateSkipsZero(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sessionMask(t, s, columns, skipsZero(zeroSession(columns)))
}

// The two are read as bytes and as text.
func updateSwapsColumns(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	ip, country := placeOf[richSession]("IP"), placeOf[richSession]("Country")
	return sessionMask(t, s, columns, func(change spec.Change) (spec.Change, error) {
		values := change.Apply(make([]any, len(columns.Sessions)))
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
	})
}

// updateTouches moves CreatedAt, as a column that is called updated_at may be
// moved.
func updateTouches(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, updateSession: func(ctx context.Context, id string, change spec.Change) error {
		if err := a.UpdateSession(ctx, id, change); err != nil || len(change.Places) == 0 {
			return err
		}
		session, err := a.Session(ctx, id)
		if err != nil {
			return err
		}
		session.CreatedAt = session.CreatedAt.Add(time.Second)
		return errors.Join(a.DeleteSession(ctx, id), a.CreateSession(ctx, session))
	}}
}

// setLease makes a session have this lease.
func setLease(ctx context.Context, a rows, id string, lease spec.Lease) error {
	session, err := a.Session(ctx, id)
	if err != nil {
		return err
	}
	return a.SwapLease(ctx, id, session.Lease, lease)
}

// The row that was created is kept aside, and its attributes are changed there.
func updateWritesFirstLease(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	var first sync.Map // leases, by the ids of sessions
	return &altered{rows: a,
		createSession: func(ctx context.Context, session spec.SessionRow) error {
			err := a.CreateSession(ctx, session)
			if err == nil {
				first.Store(session.ID, session.Lease)
			}
			return err
		},
		updateSession: func(ctx context.Context, id string, change spec.Change) error {
			err := a.UpdateSession(ctx, id, change)
			if lease, ok := first.Load(id); ok && err == nil {
				return setLease(ctx, a, id, lease.(spec.Lease))
			}
			return err
		},
	}
}

// The row is read, changed and written; its lease is swapped in between.
func updateWritesRow(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openHealthy(t, s, columns), racesIn(t, "update_and_swap_at_once_are_both_kept")
	read, swapped := newSignal(t), newSignal(t)
	return &altered{rows: a,
		updateSession: func(ctx context.Context, id string, change spec.Change) error {
			row, err := a.Session(ctx, id)
			if err != nil {
				return err
			}
			if forced {
				read.give()
				swapped.wait(ctx)
			}
			if err := a.UpdateSession(ctx, id, change); err != nil {
				return err
			}
			return setLease(ctx, a, id, row.Lease)
		},
		swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
			if forced {
				read.wait(ctx)
			}
			defer swapped.give()
			return a.SwapLease(ctx, id, from, to)
		},
	}
}

func updateByAttribute(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, wait := halfRead(t, s, columns, "update_is_never_seen_half_done")
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
	return a
}

func equalNotFound(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, updateSession: func(ctx context.Context, id string, change spec.Change) error {
		before, _ := a.Session(ctx, id)
		if err := a.UpdateSession(ctx, id, change); err != nil {
			return err
		}
		if after, err := a.Session(ctx, id); err == nil && len(change.Places) > 0 && reflect.DeepEqual(before, after) {
			return spec.ErrSessionNotFound
		}
		return nil
	}}
}

func emptyMaskIsAll(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sessionMask(t, s, columns, emptyIsAll(zeroSession(columns)))
}

func emptyMaskIsError(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return sessionMask(t, s, columns, emptyIsError)
}

func emptyMaskDoesNotLook(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, updateSession: func(ctx context.Context, id string, change spec.Change) error {
		if len(change.Places) == 0 {
			return nil
		}
		return a.UpdateSession(ctx, id, change)
	}}
}

// keepingRows is an adapter that remembers every session that was created.
func keepingRows(a rows) (*altered, *sync.Map) {
	var rows sync.Map // sessions, by their ids
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
		err := a.CreateSession(ctx, session)
		if err == nil {
			rows.Store(session.ID, session)
		}
		return err
	}}, &rows
}

// What an upsert puts in is the whole row, as the caller's cache has it.
func updateRevives(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, rows := keepingRows(openHealthy(t, s, columns))
	a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
		err := a.rows.UpdateSession(ctx, id, change)
		if row, ok := rows.Load(id); ok && errors.Is(err, spec.ErrSessionNotFound) && len(change.Places) > 0 {
			session := row.(spec.SessionRow)
			session.Attributes = change.Apply(session.Attributes)
			return a.rows.CreateSession(ctx, session)
		}
		return err
	}
	return a
}

func updateIgnoresCount(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, updateSession: func(ctx context.Context, id string, change spec.Change) error {
		err := a.UpdateSession(ctx, id, change)
		if errors.Is(err, spec.ErrSessionNotFound) {
			return nil
		}
		return err
	}}
}

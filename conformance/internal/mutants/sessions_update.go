package mutants

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func sessionUpdateMutants() []Mutant {
	return []Mutant{
		{Name: "update_session_ignores_the_mask", Clause: "SES-05",
			Subject: types(updateIgnoresMask, updateIgnoresMask, updateIgnoresMask)},
		{Name: "update_session_skips_zero_values", Clause: "SES-05",
			Subject: types(updateSkipsZero, updateSkipsZero, updateSkipsZero)},
		{Name: "update_session_swaps_two_columns", Clause: "SES-05",
			Subject: types(updateSwapsColumns, healthy, healthy)},
		{Name: "update_session_touches_created_at", Clause: "SES-05",
			Subject: types(updateTouches, updateTouches, updateTouches)},
		{Name: "update_session_writes_back_the_first_lease", Clause: "SES-05",
			Subject: types(updateWritesFirstLease, updateWritesFirstLease, updateWritesFirstLease)},
		{Name: "update_session_writes_the_whole_row", Clause: "SES-05",
			Subject: types(updateWritesRow, updateWritesRow, updateWritesRow)},
		{Name: "update_session_is_a_write_for_each_attribute", Clause: "SES-05",
			Subject: types(updateByAttribute, updateByAttribute, updateByAttribute)},
		{Name: "equal_session_values_are_not_found", Clause: "SES-05", Shipped: "MySQL adapters that count changed rows",
			Subject: types(equalNotFound, equalNotFound, equalNotFound)},
		{Name: "an_empty_session_mask_overwrites_everything", Clause: "SES-06", Shipped: "adapters for which no names are all names",
			Subject: types(emptyMaskIsAll, emptyMaskIsAll, emptyMaskIsAll)},
		{Name: "an_empty_session_mask_is_a_syntax_error", Clause: "SES-06", Shipped: "adapters that write UPDATE … SET WHERE",
			Subject: types(emptyMaskIsError, emptyMaskIsError, emptyMaskIsError)},
		{Name: "an_empty_session_mask_does_not_look", Clause: "SES-06",
			Subject: types(emptyMaskDoesNotLook, emptyMaskDoesNotLook, emptyMaskDoesNotLook)},
		{Name: "update_revives_a_deleted_session", Clause: "SES-07", Shipped: "adapters written with an upsert",
			Subject: types(updateRevives, updateRevives, updateRevives)},
		{Name: "update_of_a_deleted_session_succeeds", Clause: "SES-07",
			Subject: types(updateIgnoresCount, updateIgnoresCount, updateIgnoresCount)},
	}
}

// sessionMask is an adapter that takes another mask for the one it is given.
func sessionMask[U, S any](t conformance.TB, s conformance.Store, another func(mask attr.Mask[S], attributes S) (attr.Mask[S], error)) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, updateSession: func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
		mask, err := another(mask, attributes)
		if err != nil {
			return err
		}
		return a.UpdateSession(ctx, id, attributes, mask)
	}}
}

func updateIgnoresMask[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sessionMask[U](t, s, func(mask attr.Mask[S], _ S) (attr.Mask[S], error) {
		if mask.Empty() {
			return mask, nil
		}
		return attr.All[S](), nil
	})
}

func updateSkipsZero[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sessionMask[U](t, s, skipZero[S])
}

func updateSwapsColumns(t conformance.TB, s conformance.Store) typed.Store[richUser, richSession] {
	a := healthy[richUser, richSession](t, s)
	swapped := map[string]string{"IP": "Country", "Country": "IP"}
	return &altered[richUser, richSession]{Store: a,
		updateSession: func(ctx context.Context, id string, attributes richSession, mask attr.Mask[richSession]) error {
			schema, err := attr.SchemaOf[richSession]()
			if err != nil {
				return err
			}
			var names []string
			for _, f := range schema.Select(mask) {
				name := f.Name
				if other, ok := swapped[name]; ok {
					name = other
				}
				names = append(names, name)
			}
			if mask, err = attr.Fields[richSession](names...); err != nil {
				return err
			}
			return a.UpdateSession(ctx, id, attributes, mask)
		}}
}

// updateTouches moves CreatedAt, as a column that is called updated_at may be
// moved.
func updateTouches[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, updateSession: func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
		if err := a.UpdateSession(ctx, id, attributes, mask); err != nil || mask.Empty() {
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
func setLease[U, S any](ctx context.Context, a typed.Store[U, S], id string, lease spec.Lease) error {
	session, err := a.Session(ctx, id)
	if err != nil {
		return err
	}
	return a.SwapLease(ctx, id, session.Lease, lease)
}

// The row that was created is kept aside, and its attributes are changed there.
func updateWritesFirstLease[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	var first sync.Map // leases, by the ids of sessions
	return &altered[U, S]{Store: a,
		createSession: func(ctx context.Context, session spec.Session[S]) error {
			err := a.CreateSession(ctx, session)
			if err == nil {
				first.Store(session.ID, session.Lease)
			}
			return err
		},
		updateSession: func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
			err := a.UpdateSession(ctx, id, attributes, mask)
			if lease, ok := first.Load(id); ok && err == nil {
				return setLease(ctx, a, id, lease.(spec.Lease))
			}
			return err
		},
	}
}

// The row is read, changed and written; its lease is swapped in between.
func updateWritesRow[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, forced := healthy[U, S](t, s), racesIn(t, "update_and_swap_at_once_are_both_kept")
	read, swapped := newSignal(t), newSignal(t)
	return &altered[U, S]{Store: a,
		updateSession: func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
			row, err := a.Session(ctx, id)
			if err != nil {
				return err
			}
			if forced {
				read.give()
				swapped.wait(ctx)
			}
			if err := a.UpdateSession(ctx, id, attributes, mask); err != nil {
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

func updateByAttribute[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, wait := halfRead[U, S](t, s, "update_is_never_seen_half_done")
	a.updateSession = func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
		schema, err := attr.SchemaOf[S]()
		if err != nil {
			return err
		}
		for i, f := range schema.Select(mask) {
			one, err := attr.Fields[S](f.Name)
			if err != nil {
				return err
			}
			if err := a.Store.UpdateSession(ctx, id, attributes, one); err != nil {
				return err
			}
			if i == 0 {
				wait(ctx)
			}
		}
		return a.Store.UpdateSession(ctx, id, attributes, mask)
	}
	return a
}

func equalNotFound[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, updateSession: func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
		before, _ := a.Session(ctx, id)
		if err := a.UpdateSession(ctx, id, attributes, mask); err != nil {
			return err
		}
		if after, err := a.Session(ctx, id); err == nil && !mask.Empty() && reflect.DeepEqual(before, after) {
			return spec.ErrSessionNotFound
		}
		return nil
	}}
}

func emptyMaskIsAll[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sessionMask[U](t, s, func(mask attr.Mask[S], _ S) (attr.Mask[S], error) {
		if mask.Empty() {
			return attr.All[S](), nil
		}
		return mask, nil
	})
}

func emptyMaskIsError[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return sessionMask[U](t, s, func(mask attr.Mask[S], _ S) (attr.Mask[S], error) {
		if mask.Empty() {
			return mask, fmt.Errorf("%w: syntax error at or near WHERE", spec.ErrFailed)
		}
		return mask, nil
	})
}

func emptyMaskDoesNotLook[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, updateSession: func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
		if mask.Empty() {
			return nil
		}
		return a.UpdateSession(ctx, id, attributes, mask)
	}}
}

// keepingRows is an adapter that remembers every session that was created.
func keepingRows[U, S any](a typed.Store[U, S]) (*altered[U, S], *sync.Map) {
	var rows sync.Map // sessions, by their ids
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		err := a.CreateSession(ctx, session)
		if err == nil {
			rows.Store(session.ID, session)
		}
		return err
	}}, &rows
}

// What an upsert puts in is the whole row, as the caller's cache has it.
func updateRevives[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, rows := keepingRows(healthy[U, S](t, s))
	a.updateSession = func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
		err := a.Store.UpdateSession(ctx, id, attributes, mask)
		if row, ok := rows.Load(id); ok && errors.Is(err, spec.ErrSessionNotFound) && !mask.Empty() {
			session := row.(spec.Session[S])
			session.Attributes = attributes
			return a.Store.CreateSession(ctx, session)
		}
		return err
	}
	return a
}

func updateIgnoresCount[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, updateSession: func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
		err := a.UpdateSession(ctx, id, attributes, mask)
		if errors.Is(err, spec.ErrSessionNotFound) {
			return nil
		}
		return err
	}}
}

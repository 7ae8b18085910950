package mutants

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

func sessionCreateMutants() []Mutant {
	return []Mutant{
		{Name: "create_session_swaps_the_times", Clause: "SES-01",
			Subject: types(createSwapsTimes, createSwapsTimes, createSwapsTimes)},
		{Name: "create_session_takes_zero_for_missing", Clause: "SES-01",
			Subject: types(createTakesZeroForMissing, healthy, healthy)},
		{Name: "a_lease_cannot_be_active_when_it_is_dead", Clause: "SES-01",
			Subject: types(createOrdersTimes, createOrdersTimes, createOrdersTimes)},
		{Name: "create_session_is_two_writes", Clause: "SES-01",
			Subject: types(createTwice, createTwice, createTwice)},
		{Name: "create_session_overwrites", Clause: "SES-02", Shipped: "adapters written with an upsert",
			Subject: types(createOverwrites, createOverwrites, createOverwrites)},
		{Name: "creating_the_session_that_is_there_succeeds", Clause: "SES-02",
			Subject: types(createIdempotent, createIdempotent, createIdempotent)},
		{Name: "a_refused_session_is_listed", Clause: "SES-02",
			Subject: types(refusedIsListed, refusedIsListed, refusedIsListed)},
		{Name: "create_session_does_not_look_for_the_user", Clause: "SES-03", Shipped: "adapters without foreign keys",
			Subject: types(createWithoutUser, createWithoutUser, createWithoutUser)},
		{Name: "a_session_of_an_unknown_user_takes_its_unique_values", Clause: "SES-03",
			Subject: types(unknownUserTakesValues, healthy, healthy)},
		{Name: "a_session_of_an_unknown_user_holds_its_id", Clause: "SES-03",
			Subject: types(refusedHoldsID, refusedHoldsID, refusedHoldsID)},
		{Name: "an_absent_session_is_the_zero_session", Clause: "SES-04", Shipped: "adapters that lose the error of a scan",
			Subject: types(absentSessionIsZero, absentSessionIsZero, absentSessionIsZero)},
		{Name: "an_absent_session_panics", Clause: "SES-04", Shipped: "adapters that do not look at what was found",
			Subject: types(absentSessionPanics, absentSessionPanics, absentSessionPanics)},
		{Name: "an_absent_session_is_a_raw_error", Clause: "SES-04", Shipped: "adapters that return sql.ErrNoRows",
			Subject: types(absentSessionIsRaw, absentSessionIsRaw, absentSessionIsRaw)},
		{Name: "an_empty_store_fails", Clause: "SES-04",
			Subject: types(emptyStoreFails, emptyStoreFails, emptyStoreFails)},
	}
}

// createAltered is an adapter that puts in another session than it is given.
func createAltered[U, S any](t conformance.TB, s conformance.Store, change func(*spec.Session[S])) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		change(&session)
		return a.CreateSession(ctx, session)
	}}
}

func createSwapsTimes[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return createAltered[U](t, s, func(session *spec.Session[S]) {
		session.ActiveUntil, session.ExpiresAt = session.ExpiresAt, session.ActiveUntil
	})
}

func createTakesZeroForMissing(t conformance.TB, s conformance.Store) typed.Store[richUser, richSession] {
	return createAltered[richUser](t, s, func(session *spec.Session[richSession]) {
		if session.Attributes.Visits == 0 {
			session.Attributes.Visits = 1 // the column's default
		}
	})
}

func createOrdersTimes[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return createAltered[U](t, s, func(session *spec.Session[S]) {
		if session.ActiveUntil.After(session.ExpiresAt) {
			session.ActiveUntil = session.ExpiresAt
		}
	})
}

// The row comes first, then its lease.
func createTwice[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, wait := halfRead[U, S](t, s, "create_is_never_seen_half_done")
	a.createSession = func(ctx context.Context, session spec.Session[S]) error {
		half := session
		half.Lease = spec.Lease{}
		if err := a.Store.CreateSession(ctx, half); err != nil {
			return err
		}
		if strings.HasPrefix(session.ID, "new") {
			wait(ctx)
		}
		return a.Store.SwapLease(context.WithoutCancel(ctx), session.ID, half.Lease, session.Lease)
	}
	return a
}

// createTaken is an adapter that does something else when a session id is
// taken.
func createTaken[U, S any](t conformance.TB, s conformance.Store, taken func(ctx context.Context, a typed.Store[U, S], session spec.Session[S]) error) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		err := a.CreateSession(ctx, session)
		if errors.Is(err, spec.ErrSessionExists) {
			return taken(ctx, a, session)
		}
		return err
	}}
}

func createOverwrites[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return createTaken(t, s, func(ctx context.Context, a typed.Store[U, S], session spec.Session[S]) error {
		return errors.Join(a.DeleteSession(ctx, session.ID), a.CreateSession(ctx, session))
	})
}

func createIdempotent[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return createTaken(t, s, func(ctx context.Context, a typed.Store[U, S], session spec.Session[S]) error {
		if there, err := a.Session(ctx, session.ID); err == nil && reflect.DeepEqual(there, session) {
			return nil
		}
		return spec.ErrSessionExists
	})
}

// The list of a user is written before the row, and stays when that fails.
func refusedIsListed[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	var mu sync.Mutex
	refused := map[string][]spec.Session[S]{}
	return &altered[U, S]{Store: a,
		createSession: func(ctx context.Context, session spec.Session[S]) error {
			err := a.CreateSession(ctx, session)
			if errors.Is(err, spec.ErrSessionExists) {
				mu.Lock()
				defer mu.Unlock()
				refused[session.UserID] = append(refused[session.UserID], session)
			}
			return err
		},
		userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
			list, err := a.UserSessions(ctx, userID)
			mu.Lock()
			defer mu.Unlock()
			if userID != "" && err == nil {
				list = append(list, refused[userID]...)
			}
			return list, err
		},
	}
}

func createWithoutUser[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openApart[U, S](t, s)
	return &altered[U, S]{Store: a, createSession: a.sessions.CreateSession}
}

// The index of a unique attribute is written first, and not taken back.
func unknownUserTakesValues(t conformance.TB, s conformance.Store) typed.Store[richUser, richSession] {
	a := healthy[richUser, richSession](t, s)
	var mu sync.Mutex
	taken := map[string]bool{}
	return &altered[richUser, richSession]{Store: a,
		createSession: func(ctx context.Context, session spec.Session[richSession]) error {
			mu.Lock()
			defer mu.Unlock()
			device := session.Attributes.DeviceID
			if taken[device] {
				return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "DeviceID"}
			}
			err := a.CreateSession(ctx, session)
			if errors.Is(err, spec.ErrUserNotFound) {
				taken[device] = true
			}
			return err
		}}
}

// absentSession is an adapter that reports an absent session in another way.
func absentSession[U, S any](t conformance.TB, s conformance.Store, report func() error) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, session: func(ctx context.Context, id string) (spec.Session[S], error) {
		session, err := a.Session(ctx, id)
		if errors.Is(err, spec.ErrSessionNotFound) {
			return session, report()
		}
		return session, err
	}}
}

func absentSessionIsZero[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return absentSession[U, S](t, s, func() error { return nil })
}

func absentSessionPanics[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return absentSession[U, S](t, s, func() error { panic("runtime error: index out of range [0] with length 0") })
}

func absentSessionIsRaw[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return absentSession[U, S](t, s, func() error { return errNoRows })
}

// The bucket is made by the first write.
func emptyStoreFails[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, c := recording(healthy[U, S](t, s))
	a.userSessions = func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		if len(c.sessionsWhere(func(string, string) bool { return true })) == 0 {
			return nil, spec.ErrFailed
		}
		return a.Store.UserSessions(ctx, userID)
	}
	return a
}

// The session is put in hidden until its user is found, and is left there.
func refusedHoldsID[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	var hidden sync.Map // ids
	return &altered[U, S]{Store: a, createSession: func(ctx context.Context, session spec.Session[S]) error {
		if _, held := hidden.Load(session.ID); held {
			return &spec.Error{Adapter: "mutant", Op: spec.OpCreateSession, Class: spec.ErrSessionExists}
		}
		err := a.CreateSession(ctx, session)
		if errors.Is(err, spec.ErrUserNotFound) {
			hidden.Store(session.ID, true)
		}
		return err
	}}
}

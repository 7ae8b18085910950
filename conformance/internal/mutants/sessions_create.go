package mutants

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func sessionCreateMutants() []Mutant {
	return []Mutant{
		{Name: "create_session_swaps_the_times", Clause: "SES-01",
			Subject: subject(createSwapsTimes)},
		{Name: "create_session_takes_zero_for_missing", Clause: "SES-01",
			Subject: richSubject(createTakesZeroForMissing)},
		{Name: "a_lease_cannot_be_active_when_it_has_expired", Clause: "SES-01",
			Subject: subject(createOrdersTimes)},
		{Name: "create_session_is_two_writes", Clause: "SES-01",
			Subject: subject(createTwice)},
		{Name: "create_session_overwrites", Clause: "SES-02", Shipped: "adapters written with an upsert",
			Subject: subject(createOverwrites)},
		{Name: "creating_an_existing_session_succeeds", Clause: "SES-02",
			Subject: subject(createIdempotent)},
		{Name: "a_refused_session_is_listed", Clause: "SES-02",
			Subject: subject(refusedIsListed)},
		{Name: "create_session_does_not_look_for_the_user", Clause: "SES-03", Shipped: "adapters without foreign keys",
			Subject: subject(createWithoutUser)},
		{Name: "a_session_of_an_unknown_user_takes_its_unique_values", Clause: "SES-03",
			Subject: richSubject(unknownUserTakesValues)},
		{Name: "a_session_of_an_unknown_user_holds_its_id", Clause: "SES-03",
			Subject: subject(refusedHoldsID)},
		{Name: "an_absent_session_is_the_zero_session", Clause: "SES-04", Shipped: "adapters that lose the error of a scan",
			Subject: subject(absentSessionIsZero)},
		{Name: "an_absent_session_panics", Clause: "SES-04", Shipped: "adapters that do not look at what was found",
			Subject: subject(absentSessionPanics)},
		{Name: "an_absent_session_is_a_raw_error", Clause: "SES-04", Shipped: "adapters that return sql.ErrNoRows",
			Subject: subject(absentSessionIsRaw)},
		{Name: "an_empty_store_fails", Clause: "SES-04",
			Subject: subject(emptyStoreFails)},
	}
}

// createAltered is an adapter that puts in another session than it is given.
func createAltered(t conformance.TB, s conformance.Store, columns spec.Columns, change func(*spec.SessionRow)) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
		change(&session)
		return a.CreateSession(ctx, session)
	}}
}

func createSwapsTimes(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return createAltered(t, s, columns, func(session *spec.SessionRow) {
		session.ActiveUntil, session.ExpiresAt = session.ExpiresAt, session.ActiveUntil
	})
}

func createTakesZeroForMissing(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return createAltered(t, s, columns, func(session *spec.SessionRow) {
		if visits := placeOf[richSession]("Visits"); session.Attributes[visits] == int64(0) {
			session.Attributes = slices.Clone(session.Attributes)
			session.Attributes[visits] = int64(1) // the column's default
		}
	})
}

func createOrdersTimes(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return createAltered(t, s, columns, func(session *spec.SessionRow) {
		if session.ActiveUntil.After(session.ExpiresAt) {
			session.ActiveUntil = session.ExpiresAt
		}
	})
}

// The row comes first, then its lease.
func createTwice(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, wait := halfRead(t, s, columns, "create_is_never_seen_half_done")
	a.createSession = func(ctx context.Context, session spec.SessionRow) error {
		half := session
		half.Lease = spec.Lease{}
		if err := a.rows.CreateSession(ctx, half); err != nil {
			return err
		}
		if strings.HasPrefix(session.ID, "new") {
			wait(ctx)
		}
		return a.rows.SwapLease(context.WithoutCancel(ctx), session.ID, half.Lease, session.Lease)
	}
	return a
}

// createTaken is an adapter that does something else when a session id is
// taken.
func createTaken(t conformance.TB, s conformance.Store, columns spec.Columns, taken func(ctx context.Context, a rows, session spec.SessionRow) error) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
		err := a.CreateSession(ctx, session)
		if errors.Is(err, spec.ErrSessionExists) {
			return taken(ctx, a, session)
		}
		return err
	}}
}

func createOverwrites(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return createTaken(t, s, columns, func(ctx context.Context, a rows, session spec.SessionRow) error {
		return errors.Join(a.DeleteSession(ctx, session.ID), a.CreateSession(ctx, session))
	})
}

func createIdempotent(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return createTaken(t, s, columns, func(ctx context.Context, a rows, session spec.SessionRow) error {
		if there, err := a.Session(ctx, session.ID); err == nil && reflect.DeepEqual(there, session) {
			return nil
		}
		return spec.ErrSessionExists
	})
}

// The list of a user is written before the row, and stays when that fails.
func refusedIsListed(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	var mu sync.Mutex
	refused := map[string][]spec.SessionRow{}
	return &altered{rows: a,
		createSession: func(ctx context.Context, session spec.SessionRow) error {
			err := a.CreateSession(ctx, session)
			if errors.Is(err, spec.ErrSessionExists) {
				mu.Lock()
				defer mu.Unlock()
				refused[session.UserID] = append(refused[session.UserID], session)
			}
			return err
		},
		userSessions: func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
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

func createWithoutUser(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openApart(t, s, columns)
	return &altered{rows: a, createSession: a.sessions.CreateSession}
}

// The index of a unique attribute is written first, and not taken back.
func unknownUserTakesValues(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	var mu sync.Mutex
	taken := map[any]bool{}
	return &altered{rows: a,
		createSession: func(ctx context.Context, session spec.SessionRow) error {
			mu.Lock()
			defer mu.Unlock()
			device := session.Attributes[placeOf[richSession]("DeviceID")]
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
func absentSession(t conformance.TB, s conformance.Store, columns spec.Columns, report func() error) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, session: func(ctx context.Context, id string) (spec.SessionRow, error) {
		session, err := a.Session(ctx, id)
		if errors.Is(err, spec.ErrSessionNotFound) {
			return session, report()
		}
		return session, err
	}}
}

func absentSessionIsZero(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return absentSession(t, s, columns, func() error { return nil })
}

func absentSessionPanics(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return absentSession(t, s, columns, func() error { panic("runtime error: index out of range [0] with length 0") })
}

func absentSessionIsRaw(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return absentSession(t, s, columns, func() error { return errNoRows })
}

// The bucket is made by the first write.
func emptyStoreFails(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, c := recordCreated(openHealthy(t, s, columns))
	a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
		if len(c.Sessions(func(string, string) bool { return true })) == 0 {
			return nil, spec.ErrFailed
		}
		return a.rows.UserSessions(ctx, userID)
	}
	return a
}

// The session is put in hidden until its user is found, and is left there.
func refusedHoldsID(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	var hidden sync.Map // ids
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
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

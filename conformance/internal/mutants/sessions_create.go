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
		{Name: "create_session_swaps_the_times", Clause: "SES-01", Subject: alterAll(createAltered(func(session *spec.SessionRow) {
			session.ActiveUntil, session.ExpiresAt = session.ExpiresAt, session.ActiveUntil
		}))},
		{Name: "create_session_takes_zero_for_missing", Clause: "SES-01", Subject: alterRich(createAltered(func(session *spec.SessionRow) {
			if visits := placeOf[richSession]("Visits"); session.Attributes[visits] == int64(0) {
				session.Attributes = slices.Clone(session.Attributes)
				session.Attributes[visits] = int64(1) // the column's default
			}
		}))},
		{Name: "a_lease_cannot_be_active_when_it_has_expired", Clause: "SES-01", Subject: alterAll(createAltered(func(session *spec.SessionRow) {
			if session.ActiveUntil.After(session.ExpiresAt) {
				session.ActiveUntil = session.ExpiresAt
			}
		}))},
		{Name: "create_session_is_two_writes", Clause: "SES-01", Subject: alterAll(func(a *altered) {
			// The row is written first, then its lease.
			wait := halfRead(a, "create_is_never_seen_half_done")
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
		})},
		{Name: "create_session_overwrites", Clause: "SES-02", Shipped: "adapters written with an upsert", Subject: alterAll(func(a *altered) {
			createTaken(a, func(ctx context.Context, a rows, session spec.SessionRow) error {
				return errors.Join(a.DeleteSession(ctx, session.ID), a.CreateSession(ctx, session))
			})
		})},
		{Name: "creating_an_existing_session_succeeds", Clause: "SES-02", Subject: alterAll(func(a *altered) {
			createTaken(a, func(ctx context.Context, a rows, session spec.SessionRow) error {
				if there, err := a.Session(ctx, session.ID); err == nil && reflect.DeepEqual(there, session) {
					return nil
				}
				return spec.ErrSessionExists
			})
		})},
		{Name: "a_refused_session_is_listed", Clause: "SES-02", Subject: alterAll(func(a *altered) {
			// The list of a user is written before the row, and is not undone if the row
			// fails.
			var mu sync.Mutex
			refused := map[string][]spec.SessionRow{}
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				err := a.rows.CreateSession(ctx, session)
				if errors.Is(err, spec.ErrSessionExists) {
					mu.Lock()
					defer mu.Unlock()
					refused[session.UserID] = append(refused[session.UserID], session)
				}
				return err
			}
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				list, err := a.rows.UserSessions(ctx, userID)
				mu.Lock()
				defer mu.Unlock()
				if userID != "" && err == nil {
					list = append(list, refused[userID]...)
				}
				return list, err
			}
		})},
		{Name: "create_session_does_not_look_for_the_user", Clause: "SES-03", Shipped: "adapters without foreign keys",
			Subject: alterApart(func(a *altered, both *apart) { a.createSession = both.sessions.CreateSession })},
		{Name: "a_session_of_an_unknown_user_takes_its_unique_values", Clause: "SES-03", Subject: alterRich(func(a *altered) {
			// The index of a unique attribute is written first and not undone.
			var mu sync.Mutex
			taken := map[any]bool{}
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				mu.Lock()
				defer mu.Unlock()
				device := session.Attributes[placeOf[richSession]("DeviceID")]
				if taken[device] {
					return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "DeviceID"}
				}
				err := a.rows.CreateSession(ctx, session)
				if errors.Is(err, spec.ErrUserNotFound) {
					taken[device] = true
				}
				return err
			}
		})},
		{Name: "a_session_of_an_unknown_user_holds_its_id", Clause: "SES-03", Subject: alterAll(func(a *altered) {
			// The session is inserted hidden until its user is found, and remains hidden.
			var hidden sync.Map // ids
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if _, held := hidden.Load(session.ID); held {
					return &spec.Error{Adapter: "mutant", Op: spec.OpCreateSession, Class: spec.ErrSessionExists}
				}
				err := a.rows.CreateSession(ctx, session)
				if errors.Is(err, spec.ErrUserNotFound) {
					hidden.Store(session.ID, true)
				}
				return err
			}
		})},
		{Name: "an_absent_session_is_the_zero_session", Clause: "SES-04", Shipped: "adapters that lose the error of a scan",
			Subject: alterAll(absentSession(func() error { return nil }))},
		{Name: "an_absent_session_panics", Clause: "SES-04", Shipped: "adapters that do not look at what was found",
			Subject: alterAll(absentSession(func() error { panic("runtime error: index out of range [0] with length 0") }))},
		{Name: "an_absent_session_is_a_raw_error", Clause: "SES-04", Shipped: "adapters that return sql.ErrNoRows",
			Subject: alterAll(absentSession(func() error { return errNoRows }))},
		{Name: "an_empty_store_fails", Clause: "SES-04", Subject: alterAll(func(a *altered) {
			// The first write creates the bucket.
			c := recordCreated(a)
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				if len(c.Sessions(func(string, string) bool { return true })) == 0 {
					return nil, spec.ErrFailed
				}
				return a.rows.UserSessions(ctx, userID)
			}
		})},
	}
}

// createAltered makes an adapter insert another session than it is given.
func createAltered(change func(*spec.SessionRow)) func(*altered) {
	return func(a *altered) {
		a.createSession = func(ctx context.Context, session spec.SessionRow) error {
			change(&session)
			return a.rows.CreateSession(ctx, session)
		}
	}
}

// createTaken makes an adapter call taken if a session id is taken.
func createTaken(a *altered, taken func(ctx context.Context, a rows, session spec.SessionRow) error) {
	a.createSession = func(ctx context.Context, session spec.SessionRow) error {
		err := a.rows.CreateSession(ctx, session)
		if errors.Is(err, spec.ErrSessionExists) {
			return taken(ctx, a.rows, session)
		}
		return err
	}
}

// absentSession makes an adapter report an absent session in another way.
func absentSession(report func() error) func(*altered) {
	return func(a *altered) {
		a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
			session, err := a.rows.Session(ctx, id)
			if errors.Is(err, spec.ErrSessionNotFound) {
				return session, report()
			}
			return session, err
		}
	}
}

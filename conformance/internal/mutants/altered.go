package mutants

import (
	"context"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/method"
	"github.com/tenon-go/tenon/spec"
)

// openHealthy opens the memory adapter, of which a mutant alters one part.
func openHealthy(_ conformance.TB, _ conformance.Store, columns spec.Columns) rows {
	return asRows(memory.NewAdapter(columns), columns)
}

// alterAll returns a subject that is broken for all types.
func alterAll(alter func(*altered)) conformance.Subject {
	return subject(alterOpened(openHealthy, alter))
}

// alterRich returns a subject that is broken for the rich types only.
func alterRich(alter func(*altered)) conformance.Subject {
	return richSubject(alterOpened(openHealthy, alter))
}

// nested returns a subject that is broken for the nested types only.
func nested(alter func(*altered)) conformance.Subject {
	return alterAll(func(a *altered) {
		if len(a.columns.Sessions) > 0 && !isRich(a.columns) {
			alter(a)
		}
	})
}

// alterOpened returns a function that alters the adapters that open returns.
func alterOpened(open opening, alter func(*altered)) opening {
	return func(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
		a := &altered{rows: open(t, s, columns), t: t, store: s, columns: columns}
		alter(a)
		return a
	}
}

// altered is a store with some methods replaced. A method whose field is nil is not replaced.
type altered struct {
	rows

	t       conformance.TB    // of the check that opens the store
	store   conformance.Store // the store that the check requests
	columns spec.Columns

	createUser            func(ctx context.Context, user spec.UserRow) error
	user                  func(ctx context.Context, id string) (spec.UserRow, error)
	updateUser            func(ctx context.Context, id string, change spec.Change) error
	deleteUser            func(ctx context.Context, id string) error
	createSession         func(ctx context.Context, session spec.SessionRow) error
	session               func(ctx context.Context, id string) (spec.SessionRow, error)
	sessionAndUser        func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error)
	userSessions          func(ctx context.Context, userID string) ([]spec.SessionRow, error)
	updateSession         func(ctx context.Context, id string, change spec.Change) error
	swapLease             func(ctx context.Context, id string, from, to spec.Lease) error
	deleteSession         func(ctx context.Context, id string) error
	deleteUserSessions    func(ctx context.Context, userID string, keep []string) (int64, error)
	deleteExpiredSessions func(ctx context.Context, sweep spec.Sweep) (int64, error)

	userBy   func(ctx context.Context, place int, value any) (spec.UserRow, error)
	describe func(ctx context.Context) (spec.Description, error)
	ping     func(ctx context.Context) error
	close    func() error
}

func (a *altered) CreateUser(ctx context.Context, user spec.UserRow) error {
	return method.Or(a.createUser, a.rows.CreateUser)(ctx, user)
}

func (a *altered) User(ctx context.Context, id string) (spec.UserRow, error) {
	return method.Or(a.user, a.rows.User)(ctx, id)
}

func (a *altered) UserBy(ctx context.Context, place int, value any) (spec.UserRow, error) {
	return method.Or(a.userBy, a.rows.UserBy)(ctx, place, value)
}

func (a *altered) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	return method.Or(a.updateUser, a.rows.UpdateUser)(ctx, id, change)
}

func (a *altered) DeleteUser(ctx context.Context, id string) error {
	return method.Or(a.deleteUser, a.rows.DeleteUser)(ctx, id)
}

func (a *altered) CreateSession(ctx context.Context, session spec.SessionRow) error {
	return method.Or(a.createSession, a.rows.CreateSession)(ctx, session)
}

func (a *altered) Session(ctx context.Context, id string) (spec.SessionRow, error) {
	return method.Or(a.session, a.rows.Session)(ctx, id)
}

func (a *altered) SessionAndUser(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
	return method.Or(a.sessionAndUser, a.rows.SessionAndUser)(ctx, id)
}

func (a *altered) UserSessions(ctx context.Context, userID string) ([]spec.SessionRow, error) {
	return method.Or(a.userSessions, a.rows.UserSessions)(ctx, userID)
}

func (a *altered) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	return method.Or(a.updateSession, a.rows.UpdateSession)(ctx, id, change)
}

func (a *altered) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	return method.Or(a.swapLease, a.rows.SwapLease)(ctx, id, from, to)
}

func (a *altered) DeleteSession(ctx context.Context, id string) error {
	return method.Or(a.deleteSession, a.rows.DeleteSession)(ctx, id)
}

func (a *altered) DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error) {
	return method.Or(a.deleteUserSessions, a.rows.DeleteUserSessions)(ctx, userID, keep)
}

func (a *altered) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	return method.Or(a.deleteExpiredSessions, a.rows.DeleteExpiredSessions)(ctx, sweep)
}

func (a *altered) Describe(ctx context.Context) (spec.Description, error) {
	return method.Or(a.describe, a.rows.Describe)(ctx)
}

func (a *altered) Ping(ctx context.Context) error {
	return method.Or(a.ping, a.rows.Ping)(ctx)
}

func (a *altered) Close() error {
	return method.Or(a.close, a.rows.Close)()
}

package mutants

import (
	"context"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// openHealthy opens the memory adapter, in which a mutant alters one thing.
func openHealthy(_ conformance.TB, _ conformance.Store, columns spec.Columns) rows {
	return asRows(memory.NewAdapter(columns), columns)
}

// altered is a store some of whose methods are replaced. A method whose field is
// nil is that of the store.
type altered struct {
	rows

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
	if a.createUser != nil {
		return a.createUser(ctx, user)
	}
	return a.rows.CreateUser(ctx, user)
}

func (a *altered) User(ctx context.Context, id string) (spec.UserRow, error) {
	if a.user != nil {
		return a.user(ctx, id)
	}
	return a.rows.User(ctx, id)
}

func (a *altered) UserBy(ctx context.Context, place int, value any) (spec.UserRow, error) {
	if a.userBy != nil {
		return a.userBy(ctx, place, value)
	}
	return a.rows.UserBy(ctx, place, value)
}

func (a *altered) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	if a.updateUser != nil {
		return a.updateUser(ctx, id, change)
	}
	return a.rows.UpdateUser(ctx, id, change)
}

func (a *altered) DeleteUser(ctx context.Context, id string) error {
	if a.deleteUser != nil {
		return a.deleteUser(ctx, id)
	}
	return a.rows.DeleteUser(ctx, id)
}

func (a *altered) CreateSession(ctx context.Context, session spec.SessionRow) error {
	if a.createSession != nil {
		return a.createSession(ctx, session)
	}
	return a.rows.CreateSession(ctx, session)
}

func (a *altered) Session(ctx context.Context, id string) (spec.SessionRow, error) {
	if a.session != nil {
		return a.session(ctx, id)
	}
	return a.rows.Session(ctx, id)
}

func (a *altered) SessionAndUser(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
	if a.sessionAndUser != nil {
		return a.sessionAndUser(ctx, id)
	}
	return a.rows.SessionAndUser(ctx, id)
}

func (a *altered) UserSessions(ctx context.Context, userID string) ([]spec.SessionRow, error) {
	if a.userSessions != nil {
		return a.userSessions(ctx, userID)
	}
	return a.rows.UserSessions(ctx, userID)
}

func (a *altered) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	if a.updateSession != nil {
		return a.updateSession(ctx, id, change)
	}
	return a.rows.UpdateSession(ctx, id, change)
}

func (a *altered) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	if a.swapLease != nil {
		return a.swapLease(ctx, id, from, to)
	}
	return a.rows.SwapLease(ctx, id, from, to)
}

func (a *altered) DeleteSession(ctx context.Context, id string) error {
	if a.deleteSession != nil {
		return a.deleteSession(ctx, id)
	}
	return a.rows.DeleteSession(ctx, id)
}

func (a *altered) DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error) {
	if a.deleteUserSessions != nil {
		return a.deleteUserSessions(ctx, userID, keep)
	}
	return a.rows.DeleteUserSessions(ctx, userID, keep)
}

func (a *altered) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	if a.deleteExpiredSessions != nil {
		return a.deleteExpiredSessions(ctx, sweep)
	}
	return a.rows.DeleteExpiredSessions(ctx, sweep)
}

func (a *altered) Describe(ctx context.Context) (spec.Description, error) {
	if a.describe != nil {
		return a.describe(ctx)
	}
	return a.rows.Describe(ctx)
}

func (a *altered) Ping(ctx context.Context) error {
	if a.ping != nil {
		return a.ping(ctx)
	}
	return a.rows.Ping(ctx)
}

func (a *altered) Close() error {
	if a.close != nil {
		return a.close()
	}
	return a.rows.Close()
}

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
		if _, plain := a.rows.(inner); plain {
			method.SkipUnaltered(t, a.alters())
		}
		return a
	}
}

// altered is a store with some methods replaced. A method whose field is nil is not
// replaced. Hooks alter what methods are given and return.
type altered struct {
	rows
	hooks []hook

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
}

func (a *altered) CreateUser(ctx context.Context, user spec.UserRow) error {
	c := call{op: spec.OpCreateUser, ctx: ctx, id: user.ID, user: user}
	a.perform(&c, func() { c.err = method.Or(a.createUser, a.rows.CreateUser)(c.ctx, c.user) })
	return c.err
}

func (a *altered) User(ctx context.Context, id string) (spec.UserRow, error) {
	c := call{op: spec.OpUser, ctx: ctx, id: id}
	a.perform(&c, func() { c.user, c.err = method.Or(a.user, a.rows.User)(c.ctx, c.id) })
	return c.user, c.err
}

func (a *altered) UserBy(ctx context.Context, place int, value any) (spec.UserRow, error) {
	c := call{op: spec.OpUserBy, ctx: ctx, place: place, value: value}
	a.perform(&c, func() { c.user, c.err = a.rows.UserBy(c.ctx, c.place, c.value) })
	return c.user, c.err
}

func (a *altered) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	c := call{op: spec.OpUpdateUser, ctx: ctx, id: id, change: change}
	a.perform(&c, func() { c.err = method.Or(a.updateUser, a.rows.UpdateUser)(c.ctx, c.id, c.change) })
	return c.err
}

func (a *altered) DeleteUser(ctx context.Context, id string) error {
	c := call{op: spec.OpDeleteUser, ctx: ctx, id: id}
	a.perform(&c, func() { c.err = method.Or(a.deleteUser, a.rows.DeleteUser)(c.ctx, c.id) })
	return c.err
}

func (a *altered) CreateSession(ctx context.Context, session spec.SessionRow) error {
	c := call{op: spec.OpCreateSession, ctx: ctx, id: session.ID, session: session}
	a.perform(&c, func() { c.err = method.Or(a.createSession, a.rows.CreateSession)(c.ctx, c.session) })
	return c.err
}

func (a *altered) Session(ctx context.Context, id string) (spec.SessionRow, error) {
	c := call{op: spec.OpSession, ctx: ctx, id: id}
	a.perform(&c, func() { c.session, c.err = method.Or(a.session, a.rows.Session)(c.ctx, c.id) })
	return c.session, c.err
}

func (a *altered) SessionAndUser(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
	c := call{op: spec.OpSessionAndUser, ctx: ctx, id: id}
	a.perform(&c, func() { c.session, c.user, c.err = method.Or(a.sessionAndUser, a.rows.SessionAndUser)(c.ctx, c.id) })
	return c.session, c.user, c.err
}

func (a *altered) UserSessions(ctx context.Context, userID string) ([]spec.SessionRow, error) {
	c := call{op: spec.OpUserSessions, ctx: ctx, id: userID}
	a.perform(&c, func() { c.list, c.err = method.Or(a.userSessions, a.rows.UserSessions)(c.ctx, c.id) })
	return c.list, c.err
}

func (a *altered) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	c := call{op: spec.OpUpdateSession, ctx: ctx, id: id, change: change}
	a.perform(&c, func() { c.err = method.Or(a.updateSession, a.rows.UpdateSession)(c.ctx, c.id, c.change) })
	return c.err
}

func (a *altered) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	c := call{op: spec.OpSwapLease, ctx: ctx, id: id, from: from, to: to}
	a.perform(&c, func() { c.err = method.Or(a.swapLease, a.rows.SwapLease)(c.ctx, c.id, c.from, c.to) })
	return c.err
}

func (a *altered) DeleteSession(ctx context.Context, id string) error {
	c := call{op: spec.OpDeleteSession, ctx: ctx, id: id}
	a.perform(&c, func() { c.err = method.Or(a.deleteSession, a.rows.DeleteSession)(c.ctx, c.id) })
	return c.err
}

func (a *altered) DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error) {
	c := call{op: spec.OpDeleteUserSessions, ctx: ctx, id: userID, keep: keep}
	a.perform(&c, func() { c.n, c.err = method.Or(a.deleteUserSessions, a.rows.DeleteUserSessions)(c.ctx, c.id, c.keep) })
	return c.n, c.err
}

func (a *altered) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	c := call{op: spec.OpDeleteExpiredSessions, ctx: ctx, id: sweep.UserID, sweep: sweep}
	a.perform(&c, func() { c.n, c.err = method.Or(a.deleteExpiredSessions, a.rows.DeleteExpiredSessions)(c.ctx, c.sweep) })
	return c.n, c.err
}

func (a *altered) Describe(ctx context.Context) (spec.Description, error) {
	c := call{op: spec.OpDescribe, ctx: ctx}
	a.perform(&c, func() { c.description, c.err = a.rows.Describe(c.ctx) })
	return c.description, c.err
}

func (a *altered) Ping(ctx context.Context) error {
	c := call{op: spec.OpPing, ctx: ctx}
	a.perform(&c, func() { c.err = a.rows.Ping(c.ctx) })
	return c.err
}

func (a *altered) Close() error {
	c := call{op: spec.OpClose, ctx: context.Background()}
	a.perform(&c, func() { c.err = a.rows.Close() })
	return c.err
}

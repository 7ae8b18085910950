package tenonotel

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// Wrap returns an adapter that calls adapter and reports each call. System is the value
// of db.system.name: "postgresql", "mysql", "mariadb", "mongodb", "sqlite", "redis", or
// your own name for another engine.
//
// Optional interfaces of the adapter, such as [spec.Migrator], stay available: [spec.As]
// finds exactly those that the adapter has. Calls of UserBy, Migrate, Check and Ping are
// reported. Calls of Describe and Close are not.
func Wrap(adapter spec.Adapter, system string, options ...Option) spec.Adapter {
	a := &users{newSessions(adapter, system, options), adapter}
	if _, reuses := adapter.(spec.RowReuser); reuses {
		return reusingUsers{a}
	}
	return a
}

// WrapSessions is [Wrap] for adapters that keep only sessions.
func WrapSessions(adapter spec.SessionAdapter, system string, options ...Option) spec.SessionAdapter {
	a := newSessions(adapter, system, options)
	if _, reuses := adapter.(spec.RowReuser); reuses {
		return reusingSessions{a}
	}
	return a
}

// These types reuse rows if the wrapped adapter does, since they never keep a row.
type (
	reusingUsers    struct{ *users }
	reusingSessions struct{ *sessions }
)

func (reusingUsers) ReusesRows()    {}
func (reusingSessions) ReusesRows() {}

// sessions reports the calls of a spec.SessionAdapter.
type sessions struct {
	*reporter
	inner    spec.SessionAdapter
	optional any // in which [spec.As] finds optional interfaces
}

func newSessions(inner spec.SessionAdapter, system string, options []Option) *sessions {
	r := newReporter(system, options)
	return &sessions{r, inner, r.offer(inner)}
}

// Unwrap lets [spec.As] find the adapter's optional interfaces.
func (a *sessions) Unwrap() any { return a.optional }

func (a *sessions) CreateSession(ctx context.Context, session spec.SessionRow) error {
	ctx, c := a.begin(ctx, spec.OpCreateSession)
	return c.end(ctx, a.inner.CreateSession(ctx, session))
}

func (a *sessions) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	ctx, c := a.begin(ctx, spec.OpSession)
	return c.end(ctx, a.inner.Session(ctx, id, into))
}

func (a *sessions) UserSessions(ctx context.Context, userID string, next func() *spec.SessionRow) error {
	ctx, c := a.begin(ctx, spec.OpUserSessions)
	return c.end(ctx, a.inner.UserSessions(ctx, userID, next))
}

func (a *sessions) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	ctx, c := a.begin(ctx, spec.OpUpdateSession)
	return c.end(ctx, a.inner.UpdateSession(ctx, id, change))
}

func (a *sessions) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	ctx, c := a.begin(ctx, spec.OpSwapLease)
	return c.end(ctx, a.inner.SwapLease(ctx, id, from, to))
}

func (a *sessions) DeleteSession(ctx context.Context, id string) error {
	ctx, c := a.begin(ctx, spec.OpDeleteSession)
	return c.end(ctx, a.inner.DeleteSession(ctx, id))
}

func (a *sessions) DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error) {
	op := spec.OpDeleteUserSessions
	if len(keep) > 0 {
		op = spec.OpDeleteUserSessionsExcept
	}
	ctx, c := a.begin(ctx, op)
	n, err := a.inner.DeleteUserSessions(ctx, userID, keep)
	return n, c.end(ctx, err)
}

func (a *sessions) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	ctx, c := a.begin(ctx, spec.OpDeleteExpiredSessions)
	n, err := a.inner.DeleteExpiredSessions(ctx, sweep)
	return n, c.end(ctx, err)
}

// users reports all calls of a spec.Adapter.
type users struct {
	*sessions
	inner spec.Adapter
}

func (a *users) CreateUser(ctx context.Context, user spec.UserRow) error {
	ctx, c := a.begin(ctx, spec.OpCreateUser)
	return c.end(ctx, a.inner.CreateUser(ctx, user))
}

func (a *users) User(ctx context.Context, id string, into *spec.UserRow) error {
	ctx, c := a.begin(ctx, spec.OpUser)
	return c.end(ctx, a.inner.User(ctx, id, into))
}

func (a *users) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	ctx, c := a.begin(ctx, spec.OpUpdateUser)
	return c.end(ctx, a.inner.UpdateUser(ctx, id, change))
}

func (a *users) DeleteUser(ctx context.Context, id string) error {
	ctx, c := a.begin(ctx, spec.OpDeleteUser)
	return c.end(ctx, a.inner.DeleteUser(ctx, id))
}

func (a *users) SessionAndUser(ctx context.Context, id string, session *spec.SessionRow, user *spec.UserRow) error {
	ctx, c := a.begin(ctx, spec.OpSessionAndUser)
	return c.end(ctx, a.inner.SessionAndUser(ctx, id, session, user))
}

package NAME

import (
	"context"
	"sync"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/spec"
)

// solved sends every call to the server, which has an adapter in memory for each prefix.
type solved struct {
	*Adapter
	on   memory.Adapter
	pool *pool
}

var onServer, pools sync.Map

func (a *Adapter) solution() spec.Adapter {
	on, _ := onServer.LoadOrStore(a.prefix, memory.NewAdapter(a.columns))
	return solved{a, on.(memory.Adapter), a.pool()}
}

func (a *Adapter) pool() *pool {
	p, _ := pools.LoadOrStore(a, newPool(a.client.address, a.client.maxConns))
	return p.(*pool)
}

func (a solved) reads(ctx context.Context, f func() error) error {
	return a.read(ctx, func(ctx context.Context) error { return a.pool.send(ctx, "read", f) })
}

func (a solved) writes(ctx context.Context, f func() error) error {
	return a.write(ctx, func(ctx context.Context) error { return a.pool.send(ctx, "write", f) })
}

// alone is the context of a call on the server: it does not know the caller's.
var alone = context.Background()

func (a solved) CreateUser(ctx context.Context, user spec.UserRow) error {
	return a.writes(ctx, func() error { return a.on.CreateUser(alone, user) })
}

func (a solved) User(ctx context.Context, id string, into *spec.UserRow) error {
	return a.reads(ctx, func() error { return a.on.User(alone, id, into) })
}

func (a solved) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	return a.writes(ctx, func() error { return a.on.UpdateUser(alone, id, change) })
}

func (a solved) DeleteUser(ctx context.Context, id string) error {
	return a.writes(ctx, func() error { return a.on.DeleteUser(alone, id) })
}

func (a solved) CreateSession(ctx context.Context, session spec.SessionRow) error {
	return a.writes(ctx, func() error { return a.on.CreateSession(alone, session) })
}

func (a solved) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	return a.reads(ctx, func() error { return a.on.Session(alone, id, into) })
}

func (a solved) SessionAndUser(ctx context.Context, id string, session *spec.SessionRow, user *spec.UserRow) error {
	return a.reads(ctx, func() error { return a.on.SessionAndUser(alone, id, session, user) })
}

func (a solved) UserSessions(ctx context.Context, userID string, next func() *spec.SessionRow) error {
	return a.reads(ctx, func() error { return a.on.UserSessions(alone, userID, next) })
}

func (a solved) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	return a.writes(ctx, func() error { return a.on.UpdateSession(alone, id, change) })
}

func (a solved) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	return a.writes(ctx, func() error { return a.on.SwapLease(alone, id, from, to) })
}

func (a solved) DeleteSession(ctx context.Context, id string) error {
	return a.writes(ctx, func() error { return a.on.DeleteSession(alone, id) })
}

func (a solved) DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error) {
	return a.counts(ctx, func() (int64, error) { return a.on.DeleteUserSessions(alone, userID, keep) })
}

func (a solved) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	return a.counts(ctx, func() (int64, error) { return a.on.DeleteExpiredSessions(alone, sweep) })
}

func (a solved) counts(ctx context.Context, f func() (int64, error)) (int64, error) {
	var n int64
	err := a.writes(ctx, func() (err error) { n, err = f(); return err })
	if err != nil {
		return 0, err
	}
	return n, nil
}

package sqlstore

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
)

// If statements can outlive their contexts, a call runs in a goroutine, and leaves it behind a
// moment after its context has ended. The goroutine keeps its connection and ends when the
// driver returns, so there are at most as many as the handle may have connections.

// OrLeave returns the adapter or, if its statements can outlive their contexts, one whose
// calls leave them.
func (a *Adapter) OrLeave() Calls {
	if a.dialect.WritesOutlive {
		return leaving{a}
	}
	return a
}

// leaving is an adapter whose calls leave their statements. It has no methods for queries, which
// call.query leaves, nor for sweeps, which leave their batches.
type leaving struct{ *Adapter }

// CreateUser implements spec.Adapter.
func (a leaving) CreateUser(ctx context.Context, user spec.UserRow) error {
	user.Attributes = ownBytes(user.Attributes)
	return a.write(ctx, func(a *Adapter) error { return a.CreateUser(ctx, user) })
}

// UpdateUser implements spec.Adapter.
func (a leaving) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	change.Values = ownBytes(change.Values)
	return a.write(ctx, func(a *Adapter) error { return a.UpdateUser(ctx, id, change) })
}

// DeleteUser implements spec.Adapter.
func (a leaving) DeleteUser(ctx context.Context, id string) error {
	return a.write(ctx, func(a *Adapter) error { return a.DeleteUser(ctx, id) })
}

// CreateSession implements spec.SessionAdapter.
func (a leaving) CreateSession(ctx context.Context, session spec.SessionRow) error {
	session.Attributes = ownBytes(session.Attributes)
	return a.write(ctx, func(a *Adapter) error { return a.CreateSession(ctx, session) })
}

// UpdateSession implements spec.SessionAdapter.
func (a leaving) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	change.Values = ownBytes(change.Values)
	return a.write(ctx, func(a *Adapter) error { return a.UpdateSession(ctx, id, change) })
}

// SwapLease implements spec.SessionAdapter.
func (a leaving) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	return a.write(ctx, func(a *Adapter) error { return a.SwapLease(ctx, id, from, to) })
}

// DeleteSession implements spec.SessionAdapter.
func (a leaving) DeleteSession(ctx context.Context, id string) error {
	return a.write(ctx, func(a *Adapter) error { return a.DeleteSession(ctx, id) })
}

// DeleteUserSessions implements spec.SessionAdapter.
func (a leaving) DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error) {
	keep = slices.Clone(keep)
	return writeOrLeave(ctx, a.store, func(s *store) (int64, error) { return a.on(s).DeleteUserSessions(ctx, userID, keep) })
}

// Migrate implements spec.Migrator.
func (a leaving) Migrate(ctx context.Context) error {
	return a.write(ctx, func(a *Adapter) error { return a.Migrate(ctx) })
}

// Check implements spec.Migrator.
func (a leaving) Check(ctx context.Context) error {
	return a.readOrLeave(ctx, func() error { return a.Adapter.Check(ctx) })
}

// ownBytes returns a copy of values that shares no bytes with the application, which may
// change its own as soon as a call has returned.
func ownBytes(values []any) []any {
	values = slices.Clone(values)
	for i, v := range values {
		if b, ok := v.([]byte); ok {
			values[i] = bytes.Clone(b)
		}
	}
	return values
}

func (a leaving) write(ctx context.Context, do func(*Adapter) error) error {
	_, err := writeOrLeave(ctx, a.store, func(s *store) (struct{}, error) { return struct{}{}, do(a.on(s)) })
	return err
}

// on returns the adapter on another store.
func (a leaving) on(s *store) *Adapter {
	other := *a.Adapter
	other.store = s
	return &other
}

// writeOrLeave runs do, which writes on the store that it is passed, or leaves it. If do
// has not begun, it does nothing afterwards, because its context has ended.
func writeOrLeave[T any](ctx context.Context, s *store, do func(*store) (T, error)) (T, error) {
	var begun atomic.Bool
	own := *s
	own.begun = &begun
	result, err := linger.Await(ctx, func() (T, error) { return do(&own) })
	effect := pending
	if begun.Load() {
		effect = writes
	}
	return result, s.left(err, effect)
}

// begins records that a write does now what can be applied.
func (s *store) begins() {
	if s.begun != nil {
		s.begun.Store(true)
	}
}

// readOrLeave runs do, which only reads, or leaves it.
func (s *store) readOrLeave(ctx context.Context, do func() error) error {
	if !s.dialect.QueriesOutlive {
		return do()
	}
	return s.left(linger.AwaitError(ctx, do), reads)
}

// left returns the error of a call, with its class if it was left.
func (s *store) left(err error, e effect) error {
	if errors.Is(err, linger.ErrUnanswered) {
		return s.classify(err, e)
	}
	return err
}

// queryOrLeave runs a query on the handle. It reads all rows before it changes a cell.
func (c *call) queryOrLeave(ctx context.Context, q *Query, text string, args []any) error {
	args = ownBytes(args)
	rows, err := linger.Await(ctx, func() ([][]any, error) { return c.collect(ctx, text, args) })
	if err != nil {
		return c.classify(err, c.queries)
	}
	for _, row := range rows {
		q.Begin()
		for i := range q.Cells {
			if err := q.Cells[i].Scan(row[i]); err != nil {
				return scanFailed(err)
			}
		}
	}
	return nil
}

// collect runs a query and returns its rows.
func (c *call) collect(ctx context.Context, text string, args []any) (all [][]any, err error) {
	rows, err := c.on.QueryxContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		row, err := rows.SliceScan()
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

package sqlstore

import (
	"context"
	"time"

	"github.com/tenon-go/tenon/adapters/internal/batch"
	"github.com/tenon-go/tenon/spec"
)

// stretch is the number of sessions that a sweep deletes before it looks again for the
// earliest one.
const stretch = 1000

// DeleteExpiredSessions implements spec.SessionAdapter. If a batch fails, it returns the
// error with the number of sessions that the earlier batches deleted.
//
// A server keeps deleted entries in the index, at least until no transaction can see
// them, and a batch that begins at the start of the index passes over all of them. So after
// the first batch the sweep looks for the earliest session that is left, and the next ones
// begin there. Earlier sessions can still come: a client writes them, or unlocks them. So only
// a batch that begins at the start of the index can show that no more are left. (The look
// cannot, because it is a read, which a cluster may answer from an earlier state.)
func (a *Adapter) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (deleted int64, err error) {
	now, limit, batches := a.dialect.encode(sweep.Now), int64(sweep.Limit), batch.OnServer()
	looks := sweep.Everyone && a.dialect.Embedded == nil
	if a.dialect.Embedded != nil {
		batches = batch.InFile()
	}
	var from any     // the expiry at which batches begin; nil: they begin at the start
	var looked int64 // the number of deleted sessions when from was found
	for {
		if err := ctx.Err(); err != nil {
			return deleted, err
		}
		size := min(limit-deleted, batches.Rows())
		statement, args := a.statements.sweep, []any{now, size}
		switch {
		case from != nil:
			statement, args = a.statements.sweepFrom, []any{from, now, size}
		case !sweep.Everyone:
			statement, args = a.statements.sweepOfUser, []any{now, a.sessions.owners.encode(sweep.UserID), size}
		}
		if a.dialect.Batch != "" {
			args = append(args, now)
		}
		begin := time.Now()
		n, err := a.deleteRows(ctx, statement, args...)
		batches.Took(n, time.Since(begin))
		deleted += n
		switch {
		case err != nil, deleted >= limit, n < size && from == nil:
			return deleted, err
		case n < size:
			from = nil
		case looks && (from == nil || deleted-looked >= stretch):
			from, err = a.earliestExpired(ctx, now)
			// After an error, such as that for an expiry of -infinity, it goes on without.
			looks, looked = err == nil, deleted
		}
	}
}

// earliestExpired returns the expiry of the session that expires first, as a parameter, or
// nil if that session has not expired.
func (a *Adapter) earliestExpired(ctx context.Context, now any) (any, error) {
	var expires time.Time
	found := false
	err := a.read(func(c *call) (err error) {
		found, err = c.one(ctx, a.statements.earliestExpired, []any{now}, answers(&expires))
		return err
	})
	if err != nil || !found {
		return nil, err
	}
	return a.dialect.encode(expires), nil
}

// deleteRows runs one DELETE statement and returns how many rows it deleted. With an error
// it returns 0, because the deletion may have been rolled back.
func (s *store) deleteRows(ctx context.Context, statement string, args ...any) (int64, error) {
	if s.dialect.WritesOutlive && s.begun == nil {
		return writeOrLeave(ctx, s, func(s *store) (int64, error) { return s.deleteRows(ctx, statement, args...) })
	}
	var n int64
	err := s.write(ctx, func(ctx context.Context, c *call) (err error) {
		n, err = c.exec(ctx, statement, args...)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

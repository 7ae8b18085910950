package spec

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/spec/attr"
)

// sessions has the methods for sessions. [Store] and [SessionStore] embed it and
// so export its methods.
type sessions[S any] struct {
	front
	schema *attr.Schema[S]
	rows   rows[SessionRow, S]
}

// CreateSession inserts a session. An empty UserID makes it anonymous. If the id is
// taken, the error is ErrSessionExists. If the user does not exist, and the store
// keeps users, the error is ErrUserNotFound. If the store refuses an attribute, the
// error is a *ConstraintError.
func (f *sessions[S]) CreateSession(ctx context.Context, session Session[S]) error {
	const op = OpCreateSession
	if err := f.begin(ctx, op); err != nil {
		return err
	}
	session, err := session.Normal()
	if err == nil && session.UserID != "" && !f.validUser(session.UserID) {
		err = newInvalid("user id")
	}
	if err != nil {
		return f.classify(op, err)
	}
	values, err := Values(f.schema, session.Attributes, attr.All[S]())
	if err != nil {
		return f.classify(op, err)
	}
	return f.end(ctx, op, f.adapter.CreateSession(ctx, SessionWith(session, values)))
}

// Session returns the session with this id, expired or not, or ErrSessionNotFound.
func (f *sessions[S]) Session(ctx context.Context, id string) (s Session[S], err error) {
	const op = OpSession
	if err := f.begin(ctx, op); err != nil {
		return s, err
	}
	if !ValidID(id) {
		return s, f.classify(op, ErrSessionNotFound)
	}
	t := f.rows.take()
	if err := f.adapter.Session(ctx, id, &t.row); err != nil {
		f.rows.giveUnread(t, err)
		return s, f.end(ctx, op, err)
	}
	if err := f.session(t, &s); err != nil {
		return Session[S]{}, f.end(ctx, op, err)
	}
	return s, nil
}

// UserSessions returns all sessions of a user, including expired ones, ordered by
// CreatedAt and then by the bytes of ID. For an unknown user or an empty user id it
// returns no sessions.
func (f *sessions[S]) UserSessions(ctx context.Context, userID string) ([]Session[S], error) {
	const op = OpUserSessions
	if err := f.begin(ctx, op); err != nil {
		return nil, err
	}
	if !f.validUser(userID) {
		return nil, nil
	}
	var list []Session[S]
	var unread error
	var last *target[SessionRow, S]
	finish := func() {
		if last == nil || unread != nil {
			return
		}
		var s Session[S]
		if unread = f.session(last, &s); unread == nil {
			if list == nil {
				list = make([]Session[S], 0, 4) // a list that grows from one is copied more often
			}
			list = append(list, s)
		}
	}
	err := f.adapter.UserSessions(ctx, userID, func() *SessionRow {
		finish()
		last = f.rows.take()
		return &last.row
	})
	if err == nil {
		finish()
		err = unread
	}
	if err != nil {
		return nil, f.end(ctx, op, err)
	}
	slices.SortFunc(list, func(a, b Session[S]) int {
		if c := a.CreatedAt.Compare(b.CreatedAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list, nil
}

// UpdateSession sets the masked attributes of a session. It leaves its other
// attributes and its lease unchanged. With the zero mask it only checks that the
// session exists. If it does not, the error is ErrSessionNotFound.
func (f *sessions[S]) UpdateSession(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
	const op = OpUpdateSession
	if err := f.begin(ctx, op); err != nil {
		return err
	}
	values, err := Values(f.schema, attributes, mask)
	if err == nil && !ValidID(id) {
		err = ErrSessionNotFound
	}
	if err != nil {
		return f.classify(op, err)
	}
	return f.end(ctx, op, f.adapter.UpdateSession(ctx, id, Change{f.schema.Places(mask), values}))
}

// SwapLease replaces the session's lease with to if the lease equals from (see
// [Lease.Equal]), in one atomic step. If it does not, the error is ErrStale. If there
// is no such session, the error is ErrSessionNotFound.
func (f *sessions[S]) SwapLease(ctx context.Context, id string, from, to Lease) error {
	const op = OpSwapLease
	if err := f.begin(ctx, op); err != nil {
		return err
	}
	from, err := from.Normal()
	if err == nil {
		to, err = to.Normal()
	}
	if err == nil && !ValidID(id) {
		err = ErrSessionNotFound
	}
	if err != nil {
		return f.classify(op, err)
	}
	return f.end(ctx, op, f.adapter.SwapLease(ctx, id, from, to))
}

// DeleteSession deletes a session. Deleting an absent session succeeds.
func (f *sessions[S]) DeleteSession(ctx context.Context, id string) error {
	const op = OpDeleteSession
	if err := f.begin(ctx, op); err != nil {
		return err
	}
	if !ValidID(id) {
		return nil
	}
	return f.end(ctx, op, f.adapter.DeleteSession(ctx, id))
}

// DeleteUserSessions deletes all sessions of a user and returns how many it
// deleted. With an empty user id it deletes nothing.
func (f *sessions[S]) DeleteUserSessions(ctx context.Context, userID string) (int64, error) {
	return f.deleteUserSessions(ctx, OpDeleteUserSessions, userID, nil)
}

// DeleteUserSessionsExcept deletes all sessions of a user except those whose ids
// are in keep, and returns how many it deleted. An empty keep is ErrInvalid: use
// DeleteUserSessions to delete all. With an empty user id it deletes nothing.
func (f *sessions[S]) DeleteUserSessionsExcept(ctx context.Context, userID string, keep ...string) (int64, error) {
	const op = OpDeleteUserSessionsExcept
	if len(keep) > 0 {
		return f.deleteUserSessions(ctx, op, userID, keep)
	}
	if err := f.begin(ctx, op); err != nil {
		return 0, err
	}
	return 0, f.classify(op, newInvalid("no session to keep"))
}

func (f *sessions[S]) deleteUserSessions(ctx context.Context, op Op, userID string, keep []string) (int64, error) {
	if err := f.begin(ctx, op); err != nil {
		return 0, err
	}
	if !f.validUser(userID) {
		return 0, nil
	}
	if slices.ContainsFunc(keep, notValidID) { // no session has such an id
		keep = slices.DeleteFunc(slices.Clone(keep), notValidID)
	}
	n, err := f.adapter.DeleteUserSessions(ctx, userID, keep)
	if err != nil {
		return 0, f.end(ctx, op, err)
	}
	return n, nil
}

func notValidID(id string) bool { return !ValidID(id) }

// DeleteExpiredSessions deletes at most sweep.Limit sessions that have expired at
// sweep.Now, and returns how many it deleted. It never deletes a session that
// SwapLease has just renewed beyond sweep.Now. A result of 0 means that it found
// nothing it could delete. A result below the limit does not mean that nothing is
// left if another sweep runs at the same time.
//
// If ctx or a failure ends a sweep that has already deleted rows, it returns both
// the number and the error. With ErrIndeterminate at least that many rows are
// deleted, with any other error exactly that many. An incomplete sweep never
// returns a nil error.
func (f *sessions[S]) DeleteExpiredSessions(ctx context.Context, sweep Sweep) (int64, error) {
	const op = OpDeleteExpiredSessions
	if err := f.begin(ctx, op); err != nil {
		return 0, err
	}
	sweep, err := sweep.Normal()
	if err != nil {
		return 0, f.classify(op, err)
	}
	if !sweep.Everyone && !f.validUser(sweep.UserID) {
		return 0, nil
	}
	n, err := f.adapter.DeleteExpiredSessions(ctx, sweep)
	return n, f.end(ctx, op, err)
}

// Ping checks that the store answers.
func (f *sessions[S]) Ping(ctx context.Context) error {
	const op = OpPing
	if err := f.begin(ctx, op); err != nil {
		return err
	}
	if p, ok := As[Pinger](f.adapter); ok {
		return f.end(ctx, op, p.Ping(ctx))
	}
	err := f.adapter.Session(ctx, "ping", &f.rows.take().row)
	if errors.Is(err, ErrSessionNotFound) {
		return nil
	}
	return f.end(ctx, op, err)
}

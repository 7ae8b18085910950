package spec

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/spec/attr"
)

// sessions is the half of a front that keeps sessions, and all of a
// [SessionStore] but its adapter. Both fronts embed it, and so show its methods.
type sessions[S any] struct {
	front
	schema *attr.Schema[S]
	rows   rows[SessionRow, S]
}

// CreateSession inserts a session. A taken id is ErrSessionExists; a user who is
// not there is ErrUserNotFound, unless users are kept elsewhere; an empty UserID
// makes an anonymous session. An attribute that the store refuses is a
// *ConstraintError.
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
func (f *sessions[S]) Session(ctx context.Context, id string) (Session[S], error) {
	const op = OpSession
	if err := f.begin(ctx, op); err != nil {
		return Session[S]{}, err
	}
	if !ValidID(id) {
		return Session[S]{}, f.classify(op, ErrSessionNotFound)
	}
	t := f.rows.take()
	err := f.adapter.Session(ctx, id, &t.row)
	if err != nil {
		f.rows.giveUnread(t, err)
		return Session[S]{}, f.end(ctx, op, err)
	}
	s, err := f.session(t)
	return s, f.end(ctx, op, err)
}

// UserSessions returns all sessions of a user, expired ones included, by CreatedAt
// and then ID, byte for byte. An unknown user, or an empty user id, has none.
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
		if s, unread = f.session(last); unread == nil {
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

// UpdateSession sets the masked attributes of a session and leaves the others,
// and the lease, as they are. The zero mask sets nothing and only looks whether
// the session is there. One that is not there is ErrSessionNotFound.
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

// SwapLease replaces the session's lease by to if it is equal to from (see
// [Lease.Equal]), in one atomic step. Another lease is ErrStale, no such session
// ErrSessionNotFound.
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

// DeleteSession deletes a session. Deleting an absent one succeeds.
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
// deleted. An empty user id is no user's: nothing is deleted.
func (f *sessions[S]) DeleteUserSessions(ctx context.Context, userID string) (int64, error) {
	return f.deleteUserSessions(ctx, OpDeleteUserSessions, userID, nil)
}

// DeleteUserSessionsExcept deletes all sessions of a user but those whose ids are
// in keep, and returns how many it deleted. An empty keep is ErrInvalid: to
// delete all there is DeleteUserSessions. An empty user id is no user's: nothing
// is deleted.
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
	if slices.ContainsFunc(keep, notValidID) { // which no session has
		keep = slices.DeleteFunc(slices.Clone(keep), notValidID)
	}
	n, err := f.adapter.DeleteUserSessions(ctx, userID, keep)
	if err != nil {
		return 0, f.end(ctx, op, err)
	}
	return n, nil
}

func notValidID(id string) bool { return !ValidID(id) }

// DeleteExpiredSessions deletes sessions that have expired at sweep.Now, at most
// sweep.Limit of them, and returns how many it deleted. It deletes nothing that
// is alive at the moment of its deletion. 0 means that it found nothing it could
// delete; fewer than the limit does not mean done while others sweep.
//
// A sweep may be cut short, by its context or by a failure, when it has deleted
// some. It returns the error and the number: at least so many are deleted if the
// error is ErrIndeterminate, and exactly so many if it is another. It never
// returns nil for less than it was asked for.
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

// Ping asks the store whether it answers.
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

package session

import (
	"context"
	"errors"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// Invalidate ends a session, whatever its state. One that is not there has
// ended already, which is no error. After any other error the session may
// still be valid: say so, and let the client keep its token.
//
// It does not ask whose session that is, so an id that a client has sent must
// not get here: see [Manager.InvalidateOwn].
func (m *Manager[U, S]) Invalidate(ctx context.Context, id ID) error {
	return m.end(ctx, id, "", SignedOut)
}

// InvalidateOwn is Invalidate for an id that a user has sent, from a list of
// devices, say: it ends the session only if it is that user's. Another user's
// is ErrNoSession, as one that is not there.
func (m *Manager[U, S]) InvalidateOwn(ctx context.Context, userID string, id ID) error {
	row, err := m.store.Session(ctx, string(id))
	if err != nil {
		return hideNotFound(err)
	}
	if userID == "" || row.UserID != userID {
		return ErrNoSession
	}
	return m.end(ctx, id, userID, SignedOut)
}

// InvalidateUser ends all sessions of a user: to sign out everywhere. An unknown
// user has none, which is no error. After an error some sessions may have ended
// and others not.
func (m *Manager[U, S]) InvalidateUser(ctx context.Context, userID string) error {
	return m.endUser(ctx, userID, SignedOut)
}

// InvalidateUserExcept ends all sessions of a user but those in keep: the current
// one's, to sign out everywhere else. To name none is spec.ErrInvalid and ends
// none, so that a list that came out empty does not end the session that was to
// stay. Otherwise it is as InvalidateUser.
func (m *Manager[U, S]) InvalidateUserExcept(ctx context.Context, userID string, keep ...ID) error {
	ids := make([]string, len(keep))
	for i, id := range keep {
		ids[i] = string(id)
	}
	n, err := m.store.DeleteUserSessionsExcept(ctx, userID, ids...)
	m.observeEnded(ctx, userID, n, SignedOut)
	return err
}

// InvalidateOthers ends all sessions of a user but s, which was obtained with
// a token, and then gives s a new token, as [Manager.RotateNow] does. It is
// for a password that was changed: call it after the change has been stored,
// and sign in with [IfUser], so that no sign-in with the old password survives.
//
// Errors are those of InvalidateUser and RotateNow. After one, the client's
// token works as RotateNow says, and calling it again may work.
func (m *Manager[U, S]) InvalidateOthers(ctx context.Context, s Session[S]) (Session[S], error) {
	if s.token.IsZero() || s.UserID == "" {
		return Session[S]{}, ErrNoSession
	}
	if err := m.InvalidateUserExcept(ctx, s.UserID, s.ID); err != nil {
		return Session[S]{}, err
	}
	return m.RotateNow(ctx, s)
}

// InvalidateAll ends the sessions of everyone, anonymous ones too, in batches,
// and returns how many it ended, also when an error ends it. It is for
// administrators, after a break-in. A session that is created while it runs may
// be ended or not.
func (m *Manager[U, S]) InvalidateAll(ctx context.Context) (int64, error) {
	return m.sweepUntil(ctx, "", endOfTime, SignedOut)
}

// endOfTime is the last moment that a store keeps.
var endOfTime = time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC)

// SignOut ends the session that a client's token is for. The token needs not be
// valid any more: the one that was replaced last will do, since the client may
// not have heard of the newer one, which then does not work either. A session
// that is not there, or has expired, has ended already, which is no error.
//
// If the session lives, and the token is not one of these two, the error is
// ErrTokenReplaced, and nothing has ended: let the client keep its token and
// try again, as the newer token may have reached it by then. Any other error is
// the store's.
func (m *Manager[U, S]) SignOut(ctx context.Context, token Token) error {
	row, found, err := m.findHeld(ctx, token)
	if err != nil || !found {
		return err
	}
	return m.end(ctx, ID(row.ID), row.UserID, SignedOut)
}

// SignOutEverywhere is SignOut for all sessions of the token's user.
func (m *Manager[U, S]) SignOutEverywhere(ctx context.Context, token Token) error {
	row, found, err := m.findHeld(ctx, token)
	if err != nil || !found {
		return err
	}
	if row.UserID == "" {
		return m.end(ctx, ID(row.ID), "", SignedOut)
	}
	return m.endUser(ctx, row.UserID, SignedOut)
}

// findHeld returns the session that a token is or was for, and whether there is
// one.
func (m *Manager[U, S]) findHeld(ctx context.Context, token Token) (spec.Session[S], bool, error) {
	if token.IsZero() {
		return spec.Session[S]{}, false, nil
	}
	now := m.config.Now()
	row, err := m.store.Session(ctx, string(token.ID()))
	if errors.Is(err, spec.ErrSessionNotFound) {
		return row, false, nil
	}
	if err != nil {
		return row, false, err
	}
	r, ok := parseRecord(row.Credential)
	switch {
	case !ok:
		return row, false, errCredential
	case r.holds(token.digest()):
		return row, true, nil
	case m.expired(&row, now):
		return row, false, nil
	}
	m.observe(ctx, Event{Kind: Refused, SessionID: ID(row.ID), UserID: row.UserID})
	return row, false, ErrTokenReplaced
}

// end ends a session. UserID is its user, if that is known.
func (m *Manager[U, S]) end(ctx context.Context, id ID, userID string, reason Reason) error {
	if err := m.store.DeleteSession(ctx, string(id)); err != nil {
		return err
	}
	m.observe(ctx, Event{Kind: Ended, Reason: reason, SessionID: id, UserID: userID})
	return nil
}

// endUser ends all sessions of a user.
func (m *Manager[U, S]) endUser(ctx context.Context, userID string, reason Reason) error {
	n, err := m.store.DeleteUserSessions(ctx, userID)
	m.observeEnded(ctx, userID, n, reason)
	return err
}

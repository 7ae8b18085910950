package session

import (
	"context"
	"errors"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// Invalidate ends a session, whatever its state. It returns nil if there is no such
// session. After an error the session may still be valid: tell the user, and let
// the client keep its token.
//
// Invalidate does not check whose session it is. For an id that a client has sent,
// use [Manager.InvalidateOwn].
func (m *Manager[U, S]) Invalidate(ctx context.Context, id ID) error {
	return m.end(ctx, id, "", SignedOut)
}

// InvalidateOwn ends a session if it belongs to the user. It is for an id that the
// user has sent, for example from a list of devices. If there is no such session, or
// it belongs to another user, the error is ErrNoSession.
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

// InvalidateUser ends all sessions of a user: it signs the user out everywhere. For
// an unknown user it returns nil. After an error some of the sessions may have
// ended.
func (m *Manager[U, S]) InvalidateUser(ctx context.Context, userID string) error {
	return m.endUser(ctx, userID, SignedOut)
}

// InvalidateUserExcept is InvalidateUser for all sessions except those in keep. To
// sign the user out everywhere else, pass the id of the current session. An empty
// keep is spec.ErrInvalid and ends no session: it is probably a mistake and would
// end the current session too.
func (m *Manager[U, S]) InvalidateUserExcept(ctx context.Context, userID string, keep ...ID) error {
	ids := make([]string, len(keep))
	for i, id := range keep {
		ids[i] = string(id)
	}
	n, err := m.store.DeleteUserSessionsExcept(ctx, userID, ids...)
	m.observeEnded(ctx, userID, n, SignedOut)
	return err
}

// InvalidateOthers ends all sessions of the user of s except s, and then gives s a
// new token, as [Manager.RotateNow] does. The session s must have been obtained with
// a token. Call InvalidateOthers after a new password has been stored. If sign-ins
// use [IfUser], no sign-in with the old password survives.
//
// The errors are those of InvalidateUser and RotateNow. After an error, the client's
// token is valid or void as RotateNow describes, and a second call may succeed.
func (m *Manager[U, S]) InvalidateOthers(ctx context.Context, s Session[S]) (Session[S], error) {
	if s.token.IsZero() || s.UserID == "" {
		return Session[S]{}, ErrNoSession
	}
	if err := m.InvalidateUserExcept(ctx, s.UserID, s.ID); err != nil {
		return Session[S]{}, err
	}
	return m.RotateNow(ctx, s)
}

// InvalidateAll ends the sessions of all users, and anonymous ones, in batches. It
// returns how many it ended, even with an error. It is for administrators, after a
// break-in. It may or may not end a session that is created while it runs.
func (m *Manager[U, S]) InvalidateAll(ctx context.Context) (int64, error) {
	return m.sweepUntil(ctx, "", endOfTime, SignedOut)
}

// endOfTime is the latest time that a store keeps.
var endOfTime = time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC)

// SignOut ends the session of a client's token. The token must be the newest one of
// the session or the one before, even if that is no longer valid: the client may
// not have received the newest one. If the session has expired or does not exist,
// SignOut returns nil.
//
// If the session is valid and the token is neither of the two, the error is
// ErrTokenReplaced and the session is not ended. Let the client keep its token and
// try again, because the newest token may have reached it by then. Any other error
// is the store's.
func (m *Manager[U, S]) SignOut(ctx context.Context, token Token) error {
	row, found, err := m.findHeld(ctx, token)
	if err != nil || !found {
		return err
	}
	return m.end(ctx, ID(row.ID), row.UserID, SignedOut)
}

// SignOutEverywhere is SignOut for all sessions of the user of the token's session.
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

// findHeld returns the session that a token can sign out of, and whether there is
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

// endUser ends all sessions of a user.
func (m *Manager[U, S]) endUser(ctx context.Context, userID string, reason Reason) error {
	n, err := m.store.DeleteUserSessions(ctx, userID)
	m.observeEnded(ctx, userID, n, reason)
	return err
}

package session

import (
	"context"
	"log/slog"
)

// Event is something that happened to one or more sessions. Use events for an audit
// log of sign-ins and sign-outs, or to raise an alarm: see [Config].Observe. An
// Event contains ids, which grant no access, and never a token, a credential or an
// attribute.
type Event struct {
	Kind   EventKind
	Reason Reason // set if Kind is Ended

	SessionID ID     // empty if the event is about several sessions
	UserID    string // empty for an anonymous session, for sessions of all users, or if unknown
	Count     int64  // number of sessions that ended, if SessionID is empty
}

// EventKind is the kind of an [Event].
type EventKind string

// The kinds of events.
const (
	Created EventKind = "created" // Create or SignIn created the session
	Renewed EventKind = "renewed" // the session's times were moved
	Rotated EventKind = "rotated" // the session's times were moved and it got a new token
	Ended   EventKind = "ended"   // sessions were deleted, or found to be deleted already

	// Refused: a client presented a token with the id of a valid session and a wrong
	// secret. The token may have been replaced (see Rotate and RotateNow), or guessed.
	Refused EventKind = "refused"
)

// Reason is the reason why sessions ended.
type Reason string

// The reasons why sessions end.
const (
	SignedOut Reason = "signed out" // by SignOut or a method named Invalidate…
	Replaced  Reason = "replaced"   // by SignIn on the same client
	Withdrawn Reason = "withdrawn"  // by a sign-in that failed after it created the session
	OverLimit Reason = "over limit" // by a sign-in over Config.MaxSessions
	Expired   Reason = "expired"    // the session had expired
)

// observe logs an event and passes it to Config.Observe.
func (m *Manager[U, S]) observe(ctx context.Context, e Event) {
	level := slog.LevelDebug
	if e.Kind == Refused {
		level = slog.LevelInfo
	}
	if m.config.Logger.Enabled(ctx, level) {
		m.config.Logger.LogAttrs(ctx, level, "session: "+string(e.Kind), e.attrs()...)
	}
	if m.config.Observe != nil {
		m.config.Observe(ctx, e)
	}
}

// observeEnded reports that n sessions have ended together.
func (m *Manager[U, S]) observeEnded(ctx context.Context, userID string, n int64, reason Reason) {
	if n > 0 {
		m.observe(ctx, Event{Kind: Ended, Reason: reason, UserID: userID, Count: n})
	}
}

// attrs returns the fields of an event, except its kind, for a log line.
func (e Event) attrs() []slog.Attr {
	var attrs []slog.Attr
	if e.Reason != "" {
		attrs = append(attrs, slog.String("reason", string(e.Reason)))
	}
	if e.SessionID != "" {
		attrs = append(attrs, slog.String("session", string(e.SessionID)))
	}
	if e.UserID != "" {
		attrs = append(attrs, slog.String("user", e.UserID))
	}
	if e.Count != 0 {
		attrs = append(attrs, slog.Int64("count", e.Count))
	}
	return attrs
}

package session

import (
	"context"
	"log/slog"
)

// Event is something that happened to sessions, for a log of who signed in and
// out, or an alarm: see [Config].Observe. It has ids, which open nothing, and
// never a token, a credential or an attribute.
type Event struct {
	Kind   EventKind
	Reason Reason // of Ended

	SessionID ID     // empty: of more than one session
	UserID    string // empty: of an anonymous session, of everyone's, or not known
	Count     int64  // how many sessions have ended, where that is more than one's event
}

// EventKind is what happened.
type EventKind string

// The kinds of events.
const (
	Created EventKind = "created" // by Create or SignIn
	Renewed EventKind = "renewed" // its times were moved
	Rotated EventKind = "rotated" // its times were moved, and it has a new token
	Ended   EventKind = "ended"   // deleted, or found to have been deleted already

	// Refused: a token with the id of a session that is alive has another
	// secret. It may have been replaced (see Rotate and RotateNow), or guessed.
	Refused EventKind = "refused"
)

// Reason is why sessions have ended.
type Reason string

// The reasons why sessions end.
const (
	SignedOut Reason = "signed out" // by SignOut or a method named Invalidate…
	Replaced  Reason = "replaced"   // by SignIn on the same client
	Withdrawn Reason = "withdrawn"  // a sign-in failed after its session was created
	OverLimit Reason = "over limit" // of Config.MaxSessions
	Expired   Reason = "expired"    // its time was over
)

// observe logs an event, and tells the application of it.
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

// observeEnded tells of n sessions that have ended together.
func (m *Manager[U, S]) observeEnded(ctx context.Context, userID string, n int64, reason Reason) {
	if n > 0 {
		m.observe(ctx, Event{Kind: Ended, Reason: reason, UserID: userID, Count: n})
	}
}

// attrs returns what an event has besides its kind.
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

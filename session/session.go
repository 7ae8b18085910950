package session

import (
	"time"

	"github.com/tenon-go/tenon/spec"
)

// Session is a session as it was when a [Manager] returned it: a value, which
// no later call changes. The zero Session is not a session.
type Session[S any] struct {
	ID          ID        // public: it opens nothing
	UserID      string    // empty: an anonymous session
	CreatedAt   time.Time // of the sign-in; renewing never moves it
	ActiveUntil time.Time // valid as it is until then
	ExpiresAt   time.Time // expired from then on; the absolute lifetime is taken into account

	// RenewedAt is when the session was created or last renewed: as "last seen"
	// in a list of devices it is at most [Config].Active too early, since an
	// active session is used without a write. It is reckoned from ActiveUntil,
	// so a change of that period shows until the next renewal.
	RenewedAt time.Time

	Persistent bool // the login outlives the browser (see the option Persistent)
	Attributes S

	// Fresh: the session was created or renewed by the call that returned it,
	// so the client is to be given its token, with its new expiry.
	Fresh bool

	// RenewalDue: the session was idle and has not been renewed, because the
	// call does not renew, or because the store failed.
	RenewalDue bool

	now        func() time.Time
	token      Token // presented or issued; zero: obtained without one
	superseded bool  // the token has been replaced
}

// Token returns the token of a session that was obtained with one: by Create,
// SignIn, Validate, ValidateSession, Renew or RotateNow. One that was listed or
// read by id has none. Nor has one whose token has been replaced while the
// request was on its way: the client was sent the new one with another
// response, and must not be sent the old one again.
func (s Session[S]) Token() Token {
	if s.superseded {
		return Token{}
	}
	return s.token
}

// IsZero reports whether s is the zero Session.
func (s Session[S]) IsZero() bool { return s.ID == "" }

// State is where a session stands in its life, in Lucia's words.
type State spec.State

// The states of a session. Boundaries belong to the later one: at ActiveUntil
// a session is idle, at ExpiresAt it is dead.
const (
	Active = State(spec.Active)  // valid as it is
	Idle   = State(spec.Idle)    // valid, and due for renewal
	Dead   = State(spec.Expired) // expired, so not valid
)

// String returns "active", "idle" or "dead".
func (s State) String() string {
	if s == Dead {
		return "dead"
	}
	return spec.State(s).String()
}

// State returns the state of the session by the manager's clock. The zero
// Session is dead.
func (s Session[S]) State() State {
	if s.now == nil {
		return Dead
	}
	return State(spec.Lease{ActiveUntil: s.ActiveUntil, ExpiresAt: s.ExpiresAt}.State(s.now()))
}

// RequireRecent returns ErrNotRecent unless the user signed in less than d ago,
// for actions that need a fresh sign-in: changing a password, deleting an
// account. An anonymous session is never recent, nor is one whose CreatedAt is
// in the future, after a clock went back. An expired one, or the zero Session, is
// ErrNoSession.
func (s Session[S]) RequireRecent(d time.Duration) error {
	if s.State() == Dead {
		return ErrNoSession
	}
	if age := s.now().Sub(s.CreatedAt); s.UserID == "" || age < 0 || age >= d {
		return ErrNotRecent
	}
	return nil
}

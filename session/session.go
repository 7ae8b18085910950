package session

import (
	"time"

	"github.com/tenon-go/tenon/spec"
)

// Session is a session as it was when a [Manager] returned it. It is a value that
// later calls do not change. The zero Session means that there is no session.
type Session[S any] struct {
	ID          ID        // public: grants no access
	UserID      string    // empty for an anonymous session
	CreatedAt   time.Time // time of the sign-in; a renewal does not change it
	ActiveUntil time.Time // active until this time
	ExpiresAt   time.Time // expired from this time on; at the latest at the end of the absolute lifetime

	// RenewedAt is when the session was created or last renewed. As "last seen" in
	// a list of devices it can be too early by up to [Config].Active, because using
	// an active session does not write. It is calculated from ActiveUntil, so after a
	// change of Config.Active it is off until the next renewal.
	RenewedAt time.Time

	Persistent bool // the sign-in outlives the browser (see the option Persistent)
	Attributes S

	// Fresh means that the call that returned the session created or renewed it. The
	// client must be given its token, with its new expiry.
	Fresh bool

	// RenewalDue means that the session was idle and was not renewed, because the
	// call does not renew sessions or because the store failed.
	RenewalDue bool

	now        func() time.Time
	token      Token // the token that was presented or issued; zero if obtained without a token
	superseded bool  // the token has been replaced
}

// Token returns the token of a session that was obtained with one: by Create,
// SignIn, Validate, ValidateSession, Renew or RotateNow. For a session that was
// listed or read by id it returns the zero Token. It also returns the zero Token if
// the client's token had already been replaced when the request arrived. Another
// response gave the client the new token, and the old one must not be sent again.
func (s Session[S]) Token() Token {
	if s.superseded {
		return Token{}
	}
	return s.token
}

// IsZero reports whether s is the zero Session.
func (s Session[S]) IsZero() bool { return s.ID == "" }

// State is the state of a session. Its names are those of Lucia.
type State spec.State

// The states of a session. Boundaries belong to the later one: at ActiveUntil
// a session is idle, at ExpiresAt it is dead.
const (
	Active = State(spec.Active)  // valid
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

// State returns the state of the session at the current time of the manager's
// clock. The zero Session is dead.
func (s Session[S]) State() State {
	if s.now == nil {
		return Dead
	}
	return State(spec.Lease{ActiveUntil: s.ActiveUntil, ExpiresAt: s.ExpiresAt}.State(s.now()))
}

// RequireRecent returns ErrNotRecent unless the user signed in less than d ago. It
// is for actions that require a recent sign-in, such as changing a password or
// deleting an account. An anonymous session is never recent. Nor is a session whose
// CreatedAt is in the future because a clock was set back. For an expired session or
// the zero Session the error is ErrNoSession.
func (s Session[S]) RequireRecent(d time.Duration) error {
	if s.State() == Dead {
		return ErrNoSession
	}
	if age := s.now().Sub(s.CreatedAt); s.UserID == "" || age < 0 || age >= d {
		return ErrNotRecent
	}
	return nil
}

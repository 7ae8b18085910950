package spec

import "time"

// Session is one sign-in, or one anonymous visitor, on one device.
type Session[S any] struct {
	ID         string    // not a secret: can be shown in a list of devices or logged; grants no access
	UserID     string    // empty for an anonymous session
	CreatedAt  time.Time // the time of the sign-in; a renewal does not change it
	Lease                // the part that SwapLease compares and swaps
	Attributes S
}

// SessionWith returns a copy of s with these attributes instead of its own.
func SessionWith[T, S any](s Session[S], attributes T) Session[T] {
	return Session[T]{
		ID: s.ID, UserID: s.UserID, CreatedAt: s.CreatedAt, Lease: s.Lease, Attributes: attributes,
	}
}

// Lease is the part of a session that a renewal replaces. [Adapter].SwapLease
// compares and replaces all of it.
//
// A session is active until ActiveUntil, then idle until ExpiresAt, then expired:
// see [State]. A store keeps both times in UTC to the millisecond and does not
// check their order.
type Lease struct {
	ActiveUntil time.Time
	ExpiresAt   time.Time
	Credential  string // verifies a token but is not one; opaque to the store, 0 to 255 bytes
}

// State is the state of a lease at a given time.
type State int

const (
	Active  State = iota + 1 // before ActiveUntil: valid
	Idle                     // from ActiveUntil on: valid, and due for renewal
	Expired                  // from ExpiresAt on: not valid, even before ActiveUntil
)

// String returns "active", "idle" or "expired".
func (s State) String() string {
	switch s {
	case Active:
		return "active"
	case Idle:
		return "idle"
	case Expired:
		return "expired"
	}
	return "unknown"
}

// State returns the state of the lease at now. Boundaries belong to the later
// state: at ActiveUntil a lease is idle, at ExpiresAt it is expired. Like a store,
// State compares times to the millisecond.
func (l Lease) State(now time.Time) State {
	now = cut(now)
	switch {
	case !now.Before(cut(l.ExpiresAt)):
		return Expired
	case !now.Before(cut(l.ActiveUntil)):
		return Idle
	}
	return Active
}

// Equal reports whether two leases are the same to a store. It compares the
// credentials byte for byte and the times to the millisecond, in any zone.
func (l Lease) Equal(o Lease) bool {
	return cut(l.ActiveUntil).Equal(cut(o.ActiveUntil)) &&
		cut(l.ExpiresAt).Equal(cut(o.ExpiresAt)) &&
		l.Credential == o.Credential
}

// cut cuts t to the millisecond, as stores do. Unlike t.UnixMilli, it does not
// overflow for times that no store can hold.
func cut(t time.Time) time.Time { return t.Truncate(time.Millisecond) }

// Sweep selects the sessions that DeleteExpiredSessions deletes: at most Limit
// sessions of one user or of everyone that have expired at Now.
type Sweep struct {
	Now      time.Time // expired means Now >= ExpiresAt, to the millisecond
	UserID   string    // delete sessions of this user
	Everyone bool      // delete sessions of all users, and anonymous ones; must be set if and only if UserID is empty
	Limit    int       // the maximum number of rows to delete in this call; must be positive
}

package spec

import "time"

// Session is one sign-in, or one anonymous visitor, on one device.
type Session[S any] struct {
	ID         string    // public: fit for a list of devices or a log line; opens nothing
	UserID     string    // empty: an anonymous session
	CreatedAt  time.Time // of the sign-in; renewing never moves it
	Lease                // what SwapLease compares and swaps
	Attributes S
}

// SessionWith returns the session s with these attributes instead of its own.
func SessionWith[T, S any](s Session[S], attributes T) Session[T] {
	return Session[T]{
		ID: s.ID, UserID: s.UserID, CreatedAt: s.CreatedAt, Lease: s.Lease, Attributes: attributes,
	}
}

// Lease is the part of a session that renewal replaces, always as a whole:
// [Adapter].SwapLease compares it and swaps it.
//
// A session is active until ActiveUntil, then idle until ExpiresAt, and then it
// has expired: see [State].
// A store keeps the times in UTC to the millisecond and does not care about
// their order.
type Lease struct {
	ActiveUntil time.Time
	ExpiresAt   time.Time
	Credential  string // what a token is checked against, never a token; opaque to the store, 0 to 255 bytes
}

// State is where a lease stands at a given time.
type State int

const (
	Active  State = iota + 1 // before ActiveUntil: valid as it is
	Idle                     // from ActiveUntil on: valid, and due for renewal
	Expired                  // from ExpiresAt on: not valid, whatever ActiveUntil says
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
// state: at ActiveUntil a lease is idle, at ExpiresAt it is expired. As in every
// comparison that a store makes, digits below the millisecond do not count.
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

// Equal reports whether two leases are the same to a store: the credentials
// byte for byte, the times to the millisecond and whatever their zone.
func (l Lease) Equal(o Lease) bool {
	return cut(l.ActiveUntil).Equal(cut(o.ActiveUntil)) &&
		cut(l.ExpiresAt).Equal(cut(o.ExpiresAt)) &&
		l.Credential == o.Credential
}

// cut drops the digits that stores drop. It takes any time, also one that no
// store would: UnixMilli overflows.
func cut(t time.Time) time.Time { return t.Truncate(time.Millisecond) }

// Sweep says which sessions DeleteExpiredSessions may delete: those that have
// expired at Now, of one user or of everyone, at most Limit of them.
type Sweep struct {
	Now      time.Time // expired means Now >= ExpiresAt, to the millisecond
	UserID   string    // of this user
	Everyone bool      // of every user, and anonymous sessions; must be set if UserID is empty, and only then
	Limit    int       // the most rows to delete in this call; must be positive
}

package spec

import (
	"context"
	"time"
)

// As returns the first value in adapter's chain that implements T. The chain
// consists of adapter itself and the values that repeated calls of Unwrap() any
// return, as for http.ResponseController. It must end. T is usually one of the
// optional interfaces: [UserFinder], [Migrator], [Pinger], [Describer], [UserIDs],
// [io.Closer]. To find out what a [Store] offers, ask its adapter:
//
//	_, offered := spec.As[spec.UserFinder](store.Adapter())
func As[T any](adapter any) (T, bool) {
	for adapter != nil {
		if t, ok := adapter.(T); ok {
			return t, true
		}
		wrapper, ok := adapter.(interface{ Unwrap() any })
		if !ok {
			break
		}
		adapter = wrapper.Unwrap()
	}
	var none T
	return none, false
}

// Migrator creates or checks what the adapter needs in its database.
// Constructors never migrate.
type Migrator interface {
	// Migrate creates what is missing. It is idempotent, and any number of
	// processes can call it at once.
	Migrate(ctx context.Context) error

	// Check compares the schema in the database with what the adapter needs. If they
	// differ, it returns one ErrFailed that lists every difference. It changes
	// nothing.
	Check(ctx context.Context) error
}

// UserFinder finds a user by a unique column. Place is the column's index in
// [Columns].Users. Value is of the column's kind and not null. If no user has the
// value, the error is ErrUserNotFound.
type UserFinder interface {
	UserBy(ctx context.Context, place int, value any, into *UserRow) error
}

// RowReuser is implemented by an adapter to promise that nothing writes to a row
// after the method that was given the row has returned, not even a goroutine of
// the driver. With this promise a [Store] reuses rows. Without it every read gets
// new rows, because a late write to a reused row would change another caller's
// session. [As] is not used to find this interface: a wrapper must make the promise
// itself.
type RowReuser interface{ ReusesRows() }

// UserIDs is implemented by adapters that cannot keep every [ValidID] as a user's
// id, for example because the ids are integers. If [ValidID] or ValidUserID refuses
// an id, creating a user or a session with it is ErrInvalid. In every other call
// the id names no user.
type UserIDs interface{ ValidUserID(id string) bool }

// Pinger checks that the store answers.
type Pinger interface {
	Ping(ctx context.Context) error
}

// Describer reports what an adapter runs on and what it promises.
type Describer interface {
	Describe(ctx context.Context) (Description, error)
}

// Description is what [Describer] returns.
type Description struct {
	Name       string // the adapter: "postgres"
	Engine     string // the database that answers: "PostgreSQL"
	Version    string // the version of the engine: "17.11"
	Weaknesses Weaknesses
}

// Weaknesses are the promises of the contract that an adapter does not keep. The
// zero value keeps every promise and expires nothing. Each field that is set
// declares a weakness.
// Package conformance checks that an adapter keeps all other promises. It also
// checks that the adapter has each declared weakness that shows deterministically.
type Weaknesses struct {
	// Volatile: closing the adapter discards the data, and no second handle can be
	// opened on it.
	Volatile bool

	// Expires: the store deletes expired sessions without being told to, at the
	// earliest at ExpiresAt and at the latest ExpirySlack after it.
	Expires     bool
	ExpirySlack time.Duration

	// Stepwise: a call that writes several rows does so in steps, and other calls
	// can see the state between two steps. DeleteUser deletes the user first. If a
	// crash or an outage interrupts it, calling it again deletes what remains.
	// CreateSession can insert a session, not find its user, and delete the session
	// again.
	Stepwise bool

	// Orphans: a session that is created while its user is deleted can outlive
	// the user. SessionAndUser does not return it; Session and UserSessions do.
	Orphans bool

	// StaleReads: for a while, a read through one handle can miss a write that was
	// acknowledged through another.
	StaleReads bool

	// LosesWrites: when the server fails or another takes over, an acknowledged
	// write and all later ones can be lost. Deleted sessions can then exist again,
	// so their users are signed in again, and swapped leases can have their former
	// values.
	LosesWrites bool
}

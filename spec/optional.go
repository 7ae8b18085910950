package spec

import (
	"context"
	"time"
)

// As returns the first value that implements T among adapter and what it
// wraps, found through methods Unwrap() any, as http.ResponseController does.
// T is usually one of the optional interfaces: [UserFinder], [Migrator],
// [Pinger], [Describer], [UserIDs], [io.Closer]. The chain of wrappers must come
// to an end. What a [Store] offers is asked of its adapter:
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
	// Migrate creates what is missing. It is idempotent and any number of
	// processes may call it at once.
	Migrate(ctx context.Context) error

	// Check says in one error (ErrFailed) everything about the existing schema that
	// does not fit. It changes nothing.
	Check(ctx context.Context) error
}

// UserFinder finds a user by a unique column. Place is that of the column in
// [Columns].Users, and value a value of its kind that is not null. The error is
// ErrUserNotFound if no user has it.
type UserFinder interface {
	UserBy(ctx context.Context, place int, value any, into *UserRow) error
}

// RowReuser is implemented by an adapter to vouch that nothing writes to a row
// after the method that was given the row has returned, not even a goroutine of a
// driver. The front then reuses rows; otherwise every read has rows of its own,
// because a late write to a reused row would change another caller's session. It
// is the one interface that [As] does not look for: a wrapper has to vouch for
// itself.
type RowReuser interface{ ReusesRows() }

// UserIDs is implemented by adapters that cannot keep every [ValidID] as a user's
// id, for example where ids are integers. An id that is not valid to both is
// ErrInvalid on create, and names no user elsewhere.
type UserIDs interface{ ValidUserID(id string) bool }

// Pinger asks the store whether it answers.
type Pinger interface {
	Ping(ctx context.Context) error
}

// Describer says what an adapter runs on and what it promises.
type Describer interface {
	Describe(ctx context.Context) (Description, error)
}

// Description is what [Describer] returns.
type Description struct {
	Name       string // of the adapter: "postgres"
	Engine     string // what answers: "PostgreSQL"
	Version    string // the engine's: "17.11"
	Weaknesses Weaknesses
}

// Weaknesses are what adapters may differ in. The zero value promises
// everything and expires nothing, so each field that is set is a weakness
// that the adapter declares. Package conformance holds an adapter to the
// promise, and where a weakness shows deterministically, to the weakness.
type Weaknesses struct {
	// Volatile: what is stored is gone when the adapter is closed, and no
	// second handle can be opened on the same data.
	Volatile bool

	// Expires: the store deletes expired sessions without being asked, at the
	// earliest at ExpiresAt and at the latest ExpirySlack after it.
	Expires     bool
	ExpirySlack time.Duration

	// Stepwise: a call that writes several rows does so in steps, which others
	// can see one by one. DeleteUser removes the user first; what a crash or an
	// outage between the steps leaves is removed by calling it again.
	// CreateSession may take back a session whose user it does not find.
	Stepwise bool

	// Orphans: a session that is created while its user is deleted may outlive
	// the user. SessionAndUser does not return it; Session and UserSessions do.
	Orphans bool

	// StaleReads: a read through one handle may, for a while, miss a write that
	// was acknowledged through another.
	StaleReads bool

	// LosesWrites: a write that was acknowledged may be lost, with all later ones,
	// when the server fails or another takes its place. Sessions that were deleted
	// may then be there again, with their users' sign-ins, and leases that were
	// swapped be as they were.
	LosesWrites bool
}

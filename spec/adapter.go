package spec

import (
	"context"
	"slices"

	"github.com/tenon-go/tenon/spec/attr"
)

// Adapter is what a store implements. Applications use it through [Store], which
// has checked whatever needs no store before it calls: the store is not closed,
// ctx was not done, ids are valid ([ValidID], and [UserIDs] if the adapter has
// that), times are UTC, cut to the millisecond and in years 1 to 9999, values
// are of their kinds and within their max. An adapter checks none of this again.
//
// A method returns nil, one of the classes of error, a [*ConstraintError], or an
// [*Error] with Class, Detail and Cause; the front fills in Adapter and Op.
// ctx.Err() means that nothing was applied: an adapter that commits looks at ctx
// as the last thing before it does. Any other error is ErrFailed with that error
// as its cause, so an adapter has to know the errors of writes that may have been
// applied (ErrIndeterminate) or never arrived (ErrUnavailable).
//
// To read, a method sets the fields of the row that it is given, and what each
// of row.Attributes points to, which [attr.Schema.Pointers] describes. [attr.Set]
// sets any of them from any value that a driver returns; a type switch is for
// speed. What is set belongs to the caller: bytes and pointers must be new.
// A pointer that is left alone reads as the zero value. After the method has
// returned, the row is not to be touched (see [RowReuser]). On an error, what was
// set does not matter.
//
// A row to write has the attributes' values in the order of the columns, each a
// string, bool, int64, float64, time.Time, []byte, JSON as a string, or nil (see
// [attr.Kind]). They are the adapter's to keep, as are those of a [Change]; it
// must not change the slices that hold them, nor a list of ids to keep.
//
// What an adapter may have besides: [UserFinder], [Migrator], [Pinger],
// [Describer], [io.Closer], [UserIDs], found by [As], and [RowReuser]. A Close
// must be safe while other methods run, and is called once.
type Adapter interface {
	SessionAdapter

	// CreateUser inserts a user. A taken id is ErrUserExists; an attribute that
	// the store refuses is a *ConstraintError.
	CreateUser(ctx context.Context, user UserRow) error

	// User reads the user with this id, or returns ErrUserNotFound.
	User(ctx context.Context, id string, into *UserRow) error

	// UpdateUser applies a change, in one atomic step. If there is no such user,
	// the error is ErrUserNotFound, also for a change of nothing.
	UpdateUser(ctx context.Context, id string, change Change) error

	// DeleteUser deletes a user and all the user's sessions, at once. An absent
	// user is no error.
	DeleteUser(ctx context.Context, id string) error

	// SessionAndUser reads both as of one instant. For an anonymous session it
	// leaves user alone. If there is no such session, or its user is gone, the
	// error is ErrSessionNotFound.
	SessionAndUser(ctx context.Context, id string, session *SessionRow, user *UserRow) error
}

// SessionAdapter is the half of an [Adapter] that keeps sessions. Alone it is
// for users that are kept elsewhere, and any UserID is accepted.
type SessionAdapter interface {
	// CreateSession inserts a session; an empty UserID makes an anonymous one. A
	// taken id is ErrSessionExists, a user who is not there ErrUserNotFound, and
	// an attribute that the store refuses a *ConstraintError.
	CreateSession(ctx context.Context, session SessionRow) error

	// Session reads the session with this id, expired or not, or returns
	// ErrSessionNotFound.
	Session(ctx context.Context, id string, into *SessionRow) error

	// UserSessions reads all sessions of a user, in any order. For each it calls
	// next and fills what that returns before it calls next again. An adapter
	// that may have to start over collects first.
	UserSessions(ctx context.Context, userID string, next func() *SessionRow) error

	// UpdateSession applies a change of attributes, as UpdateUser does.
	UpdateSession(ctx context.Context, id string, change Change) error

	// SwapLease replaces the session's lease by to if it is from, in one atomic
	// step. Another lease is ErrStale, no such session ErrSessionNotFound.
	SwapLease(ctx context.Context, id string, from, to Lease) error

	// DeleteSession deletes a session. An absent one is no error.
	DeleteSession(ctx context.Context, id string) error

	// DeleteUserSessions deletes a user's sessions but those whose ids are in
	// keep, which may be empty, and returns how many it deleted.
	DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error)

	// DeleteExpiredSessions deletes sessions that have expired at sweep.Now, of
	// sweep.UserID or, if that is empty, of everyone, and returns how many it
	// deleted. The number counts with an error too: see [Store].
	DeleteExpiredSessions(ctx context.Context, sweep Sweep) (int64, error)
}

// Columns are the attributes that an adapter is opened for. Users is nil for
// sessions alone, and not nil for users, even those without attributes.
type Columns struct{ Users, Sessions []attr.Field }

// Change sets attributes of one row: Values[i] is the new value of the column
// Places[i]. Places ascend, and are the same for every call with one mask, so
// that they may be the key of a cache of statements. A change without places
// changes nothing, and only looks whether the row exists.
type Change struct {
	Places []int
	Values []any
}

// Apply returns a copy of a row's values with the change applied.
func (c Change) Apply(values []any) []any {
	values = slices.Clone(values)
	for i, place := range c.Places {
		values[place] = c.Values[i]
	}
	return values
}

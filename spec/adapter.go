package spec

import (
	"context"
	"slices"

	"github.com/tenon-go/tenon/spec/attr"
)

// Adapter is implemented by each database's adapter. Applications use an Adapter
// through a [Store], which checks every call before it calls the adapter:
//
//   - The store is not closed, and ctx is not done.
//   - Ids are valid: see [ValidID], and [UserIDs] if the adapter implements it.
//   - Times are in UTC, cut to the millisecond, and in years 1 to 9999.
//   - Values are of their kinds and not longer than their max.
//
// An adapter need not check any of this again.
//
// # Errors
//
// A method returns nil, one of the classes of error, a [*ConstraintError], or an
// [*Error] with Class, Detail and Cause. The Store fills in Adapter and Op.
// Returning ctx.Err() means that nothing was applied, so an adapter that commits
// must check ctx immediately before the commit. Any other error becomes the cause
// of an ErrFailed. An adapter must therefore recognize the errors of a write that
// may have been applied (ErrIndeterminate) or never arrived (ErrUnavailable).
//
// # Rows
//
// A method that reads sets the fields of the row that it is given, and the
// variables that the elements of row.Attributes point to. [attr.Schema.Pointers]
// lists the types of these pointers. [attr.Set] sets any of them from any value
// that a driver returns; a type switch is faster. The caller owns what is set, so
// bytes and pointers must be new. A variable that is not set reads as the zero
// value. The method must not touch the row after it has returned (see
// [RowReuser]). If it returns an error, the contents of the row are ignored.
//
// A row to write holds the attributes' values in the order of the columns. Each is
// a string, bool, int64, float64, time.Time, []byte, JSON as a string, or nil (see
// [attr.Kind]). The adapter may keep these values and those of a [Change]. It must
// not modify the slices that hold them, or a list of ids to keep.
//
// # Optional interfaces
//
// An adapter can also implement [UserFinder], [Migrator], [Pinger], [Describer],
// [io.Closer] and [UserIDs], which [As] finds, and [RowReuser]. Close is called
// once, and must be safe while other methods run.
type Adapter interface {
	SessionAdapter

	// CreateUser inserts a user. A taken id is ErrUserExists; an attribute that
	// the store refuses is a *ConstraintError.
	CreateUser(ctx context.Context, user UserRow) error

	// User reads the user with this id, or returns ErrUserNotFound.
	User(ctx context.Context, id string, into *UserRow) error

	// UpdateUser applies a change in one atomic step. If there is no such user,
	// the error is ErrUserNotFound, even if the change is empty.
	UpdateUser(ctx context.Context, id string, change Change) error

	// DeleteUser deletes a user and all the user's sessions in one atomic step.
	// Deleting an absent user succeeds.
	DeleteUser(ctx context.Context, id string) error

	// SessionAndUser reads a session and its user as of one instant. For an
	// anonymous session it does not set user. If there is no such session, or its
	// user does not exist, the error is ErrSessionNotFound.
	SessionAndUser(ctx context.Context, id string, session *SessionRow, user *UserRow) error
}

// SessionAdapter is the part of an [Adapter] that keeps sessions. An adapter that
// implements only this part is for users that are kept elsewhere, and accepts any
// UserID.
type SessionAdapter interface {
	// CreateSession inserts a session. An empty UserID makes it anonymous. A taken
	// id is ErrSessionExists, a user that does not exist ErrUserNotFound, and an
	// attribute that the store refuses a *ConstraintError.
	CreateSession(ctx context.Context, session SessionRow) error

	// Session reads the session with this id, expired or not, or returns
	// ErrSessionNotFound.
	Session(ctx context.Context, id string, into *SessionRow) error

	// UserSessions reads all sessions of a user, in any order. For each session it
	// calls next, and fills the returned row before it calls next again. An adapter
	// that may have to repeat the read must collect the rows before it calls next.
	UserSessions(ctx context.Context, userID string, next func() *SessionRow) error

	// UpdateSession applies a change of attributes, as UpdateUser does.
	UpdateSession(ctx context.Context, id string, change Change) error

	// SwapLease replaces the session's lease with to if the lease equals from, in
	// one atomic step. If it does not, the error is ErrStale; if there is no such
	// session, ErrSessionNotFound.
	SwapLease(ctx context.Context, id string, from, to Lease) error

	// DeleteSession deletes a session. Deleting an absent session succeeds.
	DeleteSession(ctx context.Context, id string) error

	// DeleteUserSessions deletes a user's sessions except those whose ids are in
	// keep, which can be empty. It returns how many it deleted.
	DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error)

	// DeleteExpiredSessions deletes at most sweep.Limit sessions that have expired at
	// sweep.Now: those of sweep.UserID or, if that is empty, of all users and
	// anonymous ones. It returns how many it deleted, even with an error: see [Store].
	DeleteExpiredSessions(ctx context.Context, sweep Sweep) (int64, error)
}

// Columns are the attributes that an adapter is opened for. Users is nil if the
// store keeps only sessions. If it keeps users, Users is not nil, even if they have
// no attributes.
type Columns struct{ Users, Sessions []attr.Field }

// Change sets attributes of one row: Values[i] is the new value of the column
// Places[i]. Places are in ascending order and are the same for every call with the
// same mask, so they can key a cache of statements. A change without places
// changes nothing and only checks that the row exists.
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

package conformance

import (
	"cmp"
	"context"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

// Condition is a reason why a call fails or has nothing to do.
type Condition struct {
	Name string // "id taken"
	Text string // what it means, in one sentence
}

// Conditions returns the conditions in their order of precedence: if several
// apply, the first one determines the class of the error.
func Conditions() []Condition { return slices.Clone(conditions) }

// ErrorRow is one row of the table of operations and conditions, which
// docs/spec.md prints and ERR-01 and ERR-02 check.
type ErrorRow struct {
	Op        spec.Op
	Condition string              // the name of a [Condition]
	Input     string              // the input that causes the condition, if several can: "expires at"
	Class     error               // nil if the call succeeds because there is nothing to do
	Kind      spec.ConstraintKind // the kind of the ConstraintError, if Class is ErrConstraint
}

// ErrorTable returns the class of error for every operation and condition, ordered by
// operation and then by the precedence of the conditions.
func ErrorTable() []ErrorRow { return slices.Clone(errorTable) }

// The names of the conditions.
const (
	whenClosed     = "closed"
	whenDone       = "context done"
	whenInvalid    = "invalid input"
	whenTooLong    = "over max"
	whenAbsent     = "absent"
	whenTaken      = "id taken"
	whenNoUser     = "unknown user"
	whenNotUnique  = "not unique"
	whenOtherLease = "other lease"
)

var conditions = []Condition{
	{whenClosed, "The adapter was closed by its own Close."},
	{whenDone, "The context is already done when the call is made."},
	{whenInvalid, "No store could hold an argument: an id on create, a time, a credential, a limit or the value of a masked attribute. Or UserBy names a field that is not a unique attribute, or passes a value of another type."},
	{whenTooLong, "A masked attribute is longer than its max."},
	{whenAbsent, "No row has this id (or, for UserBy, this value), or no row can have it because it is not valid."},
	{whenTaken, "Another row has this id."},
	{whenNoUser, "The session names a user that does not exist."},
	{whenNotUnique, "Another row has this value of a unique attribute."},
	{whenOtherLease, "The session's lease is not the one to swap from."},
}

// The operations, in the order of the table.
var (
	readOps  = []spec.Op{spec.OpUser, spec.OpUserBy, spec.OpSession, spec.OpSessionAndUser, spec.OpUserSessions}
	writeOps = []spec.Op{
		spec.OpCreateUser, spec.OpUpdateUser, spec.OpDeleteUser,
		spec.OpCreateSession, spec.OpUpdateSession, spec.OpSwapLease,
		spec.OpDeleteSession, spec.OpDeleteUserSessionsExcept, spec.OpDeleteExpiredSessions,
	}
	attributeOps = []spec.Op{spec.OpCreateUser, spec.OpUpdateUser, spec.OpCreateSession, spec.OpUpdateSession}
	allOps       = slices.Concat(writeOps[:1], readOps[:2], writeOps[1:4], readOps[2:], writeOps[4:])
)

var errorTable = tableOf([]errorRows{
	{whenClosed, "", spec.ErrClosed, allOps},
	{whenDone, "cancelled", context.Canceled, allOps},
	{whenDone, "past its deadline", context.DeadlineExceeded, allOps},

	{whenInvalid, "id", spec.ErrInvalid, []spec.Op{spec.OpCreateUser, spec.OpCreateSession}},
	{whenInvalid, "user id", spec.ErrInvalid, []spec.Op{spec.OpCreateSession}},
	{whenInvalid, "created at", spec.ErrInvalid, []spec.Op{spec.OpCreateSession}},
	{whenInvalid, "active until", spec.ErrInvalid, []spec.Op{spec.OpCreateSession}},
	{whenInvalid, "expires at", spec.ErrInvalid, []spec.Op{spec.OpCreateSession}},
	{whenInvalid, "credential", spec.ErrInvalid, []spec.Op{spec.OpCreateSession}},
	{whenInvalid, "text", spec.ErrInvalid, attributeOps},
	{whenInvalid, "float", spec.ErrInvalid, []spec.Op{spec.OpCreateUser, spec.OpUpdateUser}},
	{whenInvalid, "time", spec.ErrInvalid, attributeOps},
	{whenInvalid, "text in JSON", spec.ErrInvalid, attributeOps},
	{whenInvalid, "time to swap from", spec.ErrInvalid, []spec.Op{spec.OpSwapLease}},
	{whenInvalid, "credential to swap from", spec.ErrInvalid, []spec.Op{spec.OpSwapLease}},
	{whenInvalid, "time to swap to", spec.ErrInvalid, []spec.Op{spec.OpSwapLease}},
	{whenInvalid, "credential to swap to", spec.ErrInvalid, []spec.Op{spec.OpSwapLease}},
	{whenInvalid, "limit of zero", spec.ErrInvalid, []spec.Op{spec.OpDeleteExpiredSessions}},
	{whenInvalid, "negative limit", spec.ErrInvalid, []spec.Op{spec.OpDeleteExpiredSessions}},
	{whenInvalid, "now", spec.ErrInvalid, []spec.Op{spec.OpDeleteExpiredSessions}},
	{whenInvalid, "unknown field", spec.ErrInvalid, []spec.Op{spec.OpUserBy}},
	{whenInvalid, "type of the value", spec.ErrInvalid, []spec.Op{spec.OpUserBy}},

	{whenTooLong, "", spec.ErrConstraint, attributeOps},

	{whenAbsent, "no such user", spec.ErrUserNotFound, []spec.Op{spec.OpUser, spec.OpUserBy, spec.OpUpdateUser}},
	{whenAbsent, "no such user", nil, []spec.Op{spec.OpDeleteUser, spec.OpUserSessions, spec.OpDeleteUserSessionsExcept, spec.OpDeleteExpiredSessions}},
	{whenAbsent, "invalid user id", spec.ErrUserNotFound, []spec.Op{spec.OpUser, spec.OpUserBy, spec.OpUpdateUser}},
	{whenAbsent, "invalid user id", nil, []spec.Op{spec.OpDeleteUser, spec.OpUserSessions, spec.OpDeleteUserSessionsExcept, spec.OpDeleteExpiredSessions}},
	{whenAbsent, "no such session", spec.ErrSessionNotFound, []spec.Op{spec.OpSession, spec.OpSessionAndUser, spec.OpUpdateSession, spec.OpSwapLease}},
	{whenAbsent, "no such session", nil, []spec.Op{spec.OpDeleteSession}},
	{whenAbsent, "invalid session id", spec.ErrSessionNotFound, []spec.Op{spec.OpSession, spec.OpSessionAndUser, spec.OpUpdateSession, spec.OpSwapLease}},
	{whenAbsent, "invalid session id", nil, []spec.Op{spec.OpDeleteSession}},

	{whenTaken, "", spec.ErrUserExists, []spec.Op{spec.OpCreateUser}},
	{whenTaken, "", spec.ErrSessionExists, []spec.Op{spec.OpCreateSession}},
	{whenNoUser, "", spec.ErrUserNotFound, []spec.Op{spec.OpCreateSession}},
	{whenNotUnique, "", spec.ErrConstraint, attributeOps},
	{whenOtherLease, "credential", spec.ErrStale, []spec.Op{spec.OpSwapLease}},
	{whenOtherLease, "active until", spec.ErrStale, []spec.Op{spec.OpSwapLease}},
	{whenOtherLease, "expires at", spec.ErrStale, []spec.Op{spec.OpSwapLease}},
})

// errorRows are the rows of several operations with one condition.
type errorRows struct {
	condition, input string
	class            error
	ops              []spec.Op
}

// tableOf returns the table, ordered by operation, of rows that are ordered by
// condition.
func tableOf(rows []errorRows) []ErrorRow {
	kinds := map[string]spec.ConstraintKind{whenTooLong: spec.TooLong, whenNotUnique: spec.NotUnique}
	var list []ErrorRow
	for _, r := range rows {
		for _, op := range r.ops {
			list = append(list, ErrorRow{op, r.condition, r.input, r.class, kinds[r.condition]})
		}
	}
	slices.SortStableFunc(list, func(a, b ErrorRow) int {
		return cmp.Compare(slices.Index(allOps, a.Op), slices.Index(allOps, b.Op))
	})
	return list
}
